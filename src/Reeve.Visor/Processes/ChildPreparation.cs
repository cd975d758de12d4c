using Reeve.Core.Configuration;
using Reeve.Core.Processes;
using Reeve.Linux.Files;
using Reeve.Linux.Spawning;
using Reeve.Linux.Users;

namespace Reeve.Visor.Processes;

/// <summary>Turns a configured process into what the keeper is asked to start.</summary>
/// <remarks>Source: Supervisor's command search and child environment (docs/processes.md).</remarks>
internal sealed class ChildPreparation(IReadOnlyDictionary<string, string> inherited)
{
    private const string DefaultPath = "/bin:/usr/bin:/usr/local/bin";

    /// <summary>[supervisord] environment, for every child.</summary>
    public IReadOnlyDictionary<string, string> Common { get; set; } = new Dictionary<string, string>();

    /// <summary>SUPERVISOR_SERVER_URL of programs that do not name one; null: not set.</summary>
    public string? ServerUrl { get; set; }

    /// <summary>Finds the program file and splits the command.</summary>
    /// <returns>NO_FILE or NOT_EXECUTABLE with Supervisor's text, or FAILED for a command that cannot be split.</returns>
    public Outcome<(string File, IReadOnlyList<string> Arguments)> FindCommand(ProcessOptions process)
    {
        if (!ShellWords.TrySplit(process.Command, out var words, out var error))
            return new Outcome(OutcomeKind.Failed, $"can't parse command \"{process.Command}\": {error}");
        if (words.Count == 0)
            return new Outcome(OutcomeKind.Failed, "command is empty");
        var name = words[0];
        var file = name.Contains('/') ? name : Search(name, process);
        if (file is null || !(File.Exists(file) || Directory.Exists(file)))
            return new Outcome(OutcomeKind.NoFile, $"can't find command '{name}'");
        if (Directory.Exists(file))
            return new Outcome(OutcomeKind.NotExecutable, $"command at '{file}' is a directory");
        const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if ((File.GetUnixFileMode(file) & anyExecute) == 0)
            return new Outcome(OutcomeKind.NotExecutable, $"command at '{file}' is not executable");
        if (!FilePermission.CanExecute(file))
            return new Outcome(OutcomeKind.NotExecutable, $"no permission to run command '{file}'");
        return (file, words);
    }

    /// <summary>Everything the keeper needs.</summary>
    /// <param name="process">Configured process.</param>
    /// <param name="group">Name of its group.</param>
    /// <param name="file">Program file, from <see cref="FindCommand"/>.</param>
    /// <param name="arguments">argv.</param>
    public SpawnRequest Request(ProcessOptions process, string group, string file, IReadOnlyList<string> arguments) => new()
    {
        File = file,
        Arguments = arguments,
        Environment = Environment(process, group),
        Directory = process.Directory,
        Umask = process.Umask,
        Credentials = Credentials(process),
    };


    private static SpawnCredentials? Credentials(ProcessOptions process)
    {
        // As the user that one already is: a no-op, also for those who are not root.
        if (process.UserId is not { } id || id == Privileges.EffectiveUserId)
            return null;
        return UserDatabase.Find(id) is { } user
            ? new(id, user.GroupId, UserDatabase.GroupsOf(user))
            : new(id, Privileges.EffectiveGroupId, []);
    }

    private string? Search(string name, ProcessOptions process)
    {
        var path = process.Environment.GetValueOrDefault("PATH") ?? inherited.GetValueOrDefault("PATH") ?? DefaultPath;
        return path.Split(':')
            .Select(directory => Path.Combine(directory.Length == 0 ? "." : directory, name))
            .FirstOrDefault(File.Exists);
    }

    private List<string> Environment(ProcessOptions process, string group)
    {
        var variables = new Dictionary<string, string>(inherited);
        variables["SUPERVISOR_ENABLED"] = "1";
        if ((process.ServerUrl ?? ServerUrl) is { } url)
            variables["SUPERVISOR_SERVER_URL"] = url;
        variables["SUPERVISOR_PROCESS_NAME"] = process.Name;
        variables["SUPERVISOR_GROUP_NAME"] = group;
        foreach (var (key, value) in Common)
            variables[key] = value;
        foreach (var (key, value) in process.Environment)
            variables[key] = value;
        return [.. variables.Select(v => $"{v.Key}={v.Value}")];
    }
}
