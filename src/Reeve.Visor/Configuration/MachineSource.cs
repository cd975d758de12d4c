using System.Collections;
using System.Net;
using Reeve.Core.Configuration;
using Reeve.Linux.Users;

namespace Reeve.Visor.Configuration;

/// <summary>This machine, as the reader of configurations asks for it.</summary>
/// <param name="baseDirectory">What relative paths are against: the directory in which the daemon was launched.</param>
/// <param name="environment">The daemon's environment at start.</param>
public sealed class MachineSource(string baseDirectory, IReadOnlyDictionary<string, string> environment) : IConfigurationSource
{
    private const long LargestFile = 16 * 1024 * 1024;

    /// <summary>The environment of this process, without what keeper and visor tell each other in it.</summary>
    public static IReadOnlyDictionary<string, string> OwnEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            if ((string)variable.Key != Keeper.KeeperLink.DescriptorVariable)
                variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        return variables;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <inheritdoc/>
    public string HostName => Dns.GetHostName(); // Whole; MachineName ends at the first dot.

    /// <inheritdoc/>
    public byte[] ReadFile(string path)
    {
        // A pipe or a device has no length to trust; what is read is bounded all the same.
        using var file = new FileStream(FullPath(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var content = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int count;
        while ((count = file.Read(chunk)) > 0)
        {
            content.Write(chunk, 0, count);
            if (content.Length > LargestFile)
                throw new IOException($"it is larger than {LargestFile / 1024 / 1024} MiB");
        }
        return content.ToArray();
    }

    /// <inheritdoc/>
    public string FullPath(string path) => Path.GetFullPath(path, baseDirectory);

    /// <inheritdoc/>
    public IReadOnlyList<string> Glob(string pattern)
    {
        var found = new List<string>();
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 0)
            Walk("/", parts, 0, found);
        else if (pattern.Length > 0)
            found.Add("/");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(FullPath(path));

    /// <inheritdoc/>
    public int? FindUser(string nameOrId) => UserDatabase.Find(nameOrId)?.Id;

    /// <inheritdoc/>
    public int? FindGroup(string nameOrId) => UserDatabase.FindGroup(nameOrId)?.Id;

    /// <inheritdoc/>
    public int? PrimaryGroup(int userId) => UserDatabase.Find(userId)?.GroupId;

    /// <inheritdoc/>
    public string? Home(string? user) => user is not null
        ? UserDatabase.Find(user)?.Home
        : environment.GetValueOrDefault("HOME") ?? UserDatabase.Find(Privileges.UserId)?.Home;

    private static void Walk(string directory, string[] parts, int at, List<string> found)
    {
        var (part, last) = (parts[at], at == parts.Length - 1);
        if (part.AsSpan().IndexOfAny('*', '?', '[') < 0)
        {
            var path = Path.Combine(directory, part);
            if (last && (File.Exists(path) || Directory.Exists(path)))
                found.Add(path);
            else if (!last && Directory.Exists(path))
                Walk(path, parts, at + 1, found);
            return;
        }
        IEnumerable<string> names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(directory).Select(e => Path.GetFileName(e)!)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        foreach (var name in names.Where(n => ShellPattern.Matches(part, n)))
        {
            var path = Path.Combine(directory, name);
            if (last)
                found.Add(path);
            else if (Directory.Exists(path))
                Walk(path, parts, at + 1, found);
        }
    }
}
