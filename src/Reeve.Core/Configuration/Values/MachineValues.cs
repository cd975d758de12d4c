namespace Reeve.Core.Configuration.Values;

/// <summary>Owner of a socket; null: unchanged.</summary>
readonly record struct Ownership(int? UserId, int? GroupId);

/// <summary>Values that depend on the machine: users, groups, paths.</summary>
sealed class MachineValues(IConfigurationSource source)
{
    /// <summary>A user's name or number, to its id.</summary>
    public bool User(string text, out int value, out ValueError error)
    {
        var found = source.FindUser(text);
        value = found ?? 0;
        error = found is not null ? default : new("a user of this machine", "root",
            NumberValues.TryInteger(text, out var id) ? $"Invalid user id {id}" : $"Invalid user name {text}");
        return found is not null;
    }

    /// <summary>user or user:group.</summary>
    public ValueParser<Ownership> Owner(string supervisorName) =>
        (string text, out Ownership value, out ValueError error) =>
    {
        var parts = text.Split(':', 3);
        var user = source.FindUser(parts[0]);
        var group = parts.Length == 2 ? source.FindGroup(parts[1]) : null;
        value = new(user, group);
        error = new("user or user:group of this machine", "root:root", $"Invalid {supervisorName} value {text}");
        return user is not null && parts.Length <= 2 && (parts.Length == 1 || group is not null);
    };

    /// <summary>A directory that exists; <c>~</c> is a home directory.</summary>
    public bool Directory(string text, out string value, out ValueError error)
    {
        value = WithHome(text);
        error = new("a directory that exists", "/var/log", $"{value} is not an existing directory");
        return value.Length > 0 && source.DirectoryExists(value);
    }

    /// <summary>A path whose directory exists; <c>~</c> is a home directory.</summary>
    public bool FilePath(string text, out string value, out ValueError error) =>
        FilePathFrom(null)(text, out value, out error);

    /// <summary>As <see cref="FilePath"/>, for a file that is opened by a process in another directory; null: in the
    /// one of the launch.</summary>
    public ValueParser<string> FilePathFrom(string? directory) => (string text, out string value, out ValueError error) =>
    {
        value = WithHome(text);
        error = new("a path in a directory that exists", "/tmp/" + value[(value.LastIndexOf('/') + 1)..],
            $"The directory named as part of the path {value} does not exist");
        var slash = value.LastIndexOf('/');
        if (slash <= 0)
            return true;
        var parent = value[..slash];
        return source.DirectoryExists(directory is null || parent[0] == '/' ? parent : $"{directory}/{parent}");
    };

    /// <summary>An absolute path; <c>~</c> is a home directory.</summary>
    public string AbsolutePath(string text) => source.FullPath(WithHome(text));

    /// <summary>Replaces <c>~</c> or <c>~user</c> at the start; left as it is when there is no such home.</summary>
    public string WithHome(string path)
    {
        if (!path.StartsWith('~'))
            return path;
        var slash = path.IndexOf('/') is var at && at < 0 ? path.Length : at;
        var home = source.Home(slash == 1 ? null : path[1..slash]);
        return home is null ? path : home.TrimEnd('/') + path[slash..] is { Length: > 0 } whole ? whole : "/";
    }
}
