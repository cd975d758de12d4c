using Reeve.Core.Configuration;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Spawning;
using Reeve.Linux.Users;
using Reeve.Visor.Configuration;

namespace Reeve.Launching;

/// <summary>
/// Starts the daemon: checks the file, becomes the configured user, raises limits, and then is the keeper (foreground,
/// same pid) or starts one and waits until it serves.
/// </summary>
/// <param name="errors">Where complaints go.</param>
internal sealed class Launcher(Action<string> errors)
{
    private const int UsageError = 2;
    private readonly List<LaunchNote> _notes = [];

    /// <summary>What to launch.</summary>
    /// <param name="ConfigFile">The file as named by the user; null: none.</param>
    /// <param name="Overrides">Options that win over it.</param>
    /// <param name="Foreground">Stay; null: the file says (nodaemon).</param>
    /// <param name="AsSupervisor">Refusals are in Supervisor's words, for scripts that know them.</param>
    public sealed record Request(string? ConfigFile, ConfigurationOverrides Overrides, bool? Foreground, bool AsSupervisor);

    /// <summary>Launches.</summary>
    /// <returns>Exit code; in the foreground it only returns on failure.</returns>
    public int Launch(Request request)
    {
        StandardDescriptors.EnsureOpen(); // Closed ones (cron, ssh) would become some file or socket of ours.
        // A daemon without a file has relative paths only if an option names one.
        var directory = OwnProcess.CurrentDirectory() ?? (request.ConfigFile is null ? "/" : null);
        var source = new MachineSource(directory, MachineSource.OwnEnvironment());
        var once = request.ConfigFile is { } named && source.ReadsOnlyOnce(named);
        try
        {
            var plan = new LaunchPlan
            {
                ConfigFile = request.ConfigFile,
                Content = once ? source.ReadFile(request.ConfigFile!) : null,
                ContentIsInput = once,
                Overrides = Overrides(request),
                BaseDirectory = directory ?? "/",
            };
            var read = plan.Read(source);
            if (read.Configuration is not { } configuration)
                return Refuse(read.Problems, request.AsSupervisor);
            if (!RaiseLimits(configuration) || !BecomeUser(configuration))
                return UsageError;
            plan = plan with
            {
                ConfigFile = request.ConfigFile is null ? null : source.FullPath(request.ConfigFile),
                Foreground = configuration.NoDaemon,
                Notes = _notes,
            };
            return plan.Foreground ? Become(plan) : Detach(plan, configuration);
        }
        catch (IOException e)
        {
            errors($"Error: {e.Message}");
            return UsageError;
        }
    }

    // Whether it stays decides where it will be, and that what the file's relative paths mean.
    private static IReadOnlyDictionary<string, string> Overrides(Request request) => request.Foreground is { } foreground
        ? new Dictionary<string, string>(request.Overrides.Values) { ["nodaemon"] = foreground ? "true" : "false" }
        : request.Overrides.Values;

    private int Refuse(IReadOnlyList<ConfigurationProblem> problems, bool asSupervisor)
    {
        var wrong = problems.Where(p => p.Severity == ProblemSeverity.Error).ToList();
        var first = ConfigurationResult.FirstError(problems)!;
        var known = asSupervisor ? first.TextForStarter ?? first.SupervisorText : null;
        errors($"Error: {known ?? first.ToString()}");
        // All of them, each with its place: one reading of the file is enough to mend it. Supervisor's text has no place,
        // and needs none for what is no line of a file.
        foreach (var problem in wrong.Where(p => p != first || (known is not null && (p.Line > 0 || wrong.Count > 1))))
            errors($"  {problem}");
        return UsageError;
    }

    private bool BecomeUser(DaemonConfiguration configuration)
    {
        if (configuration.UserId is not { } id)
        {
            if (Privileges.IsRoot)
                _notes.Add(new(LaunchNote.Root));
            return true;
        }
        if (id == Privileges.EffectiveUserId)
        {
            if (Privileges.IsRoot)
                _notes.Add(new(LaunchNote.User, id));
            return true;
        }
        if (!Privileges.IsRoot)
        {
            errors("Error: Can't drop privilege as nonroot user");
            return false;
        }
        if (UserDatabase.Find(id) is not { } user)
        {
            errors($"Error: Can't find username for uid {id}");
            return false;
        }
        Privileges.Drop(id, user.GroupId, UserDatabase.GroupsOf(user));
        _notes.Add(new(LaunchNote.User, id));
        return true;
    }

    private bool RaiseLimits(DaemonConfiguration configuration) =>
        Raise(ResourceLimits.OpenFiles, LaunchNote.OpenFiles, (ulong)configuration.MinFds, "file descriptors", "minfds")
        && Raise(ResourceLimits.Processes, LaunchNote.Processes, (ulong)configuration.MinProcs, "available processes", "minprocs");

    private bool Raise(int resource, string note, ulong least, string what, string key)
    {
        var limit = ResourceLimits.Get(resource);
        if (limit.Soft >= least)
            return true;
        try
        {
            ResourceLimits.Set(limit with { Soft = least, Hard = Math.Max(limit.Hard, least) });
            _notes.Add(new(note, (long)least));
            return true;
        }
        catch (LinuxException)
        {
            errors(
                $"Error: The minimum number of {what} required to run this process is {least} as per the \"{key}\" command-line "
                + $"argument or config file setting. The current environment will only allow you to open {limit.Hard} {what}.  "
                + $"Either raise the number of usable {what} in your environment (see README.rst) or lower the {key} setting in "
                + "the config file to allow the process to start.");
            return false;
        }
    }

    /// <summary>This program by the name that it was called by, so that <c>pgrep supervisord</c> goes on finding it.</summary>
    public static string ProgramFile
    {
        get
        {
            var (self, called) = (Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]);
            IEnumerable<string> places = called.Contains('/')
                ? [Path.GetFullPath(called)]
                : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
                    .Where(directory => directory[0] == '/' || OwnProcess.CurrentDirectory() is not null)
                    .Select(directory => Path.GetFullPath(Path.Combine(directory, called)));
            return places.FirstOrDefault(p => File.Exists(p) && File.ResolveLinkTarget(p, returnFinalTarget: true)?.FullName == self) ?? self;
        }
    }

    /// <summary>Where help is, as the program that was called says it.</summary>
    public static string HelpHint => Path.GetFileName(ProgramFile) == "supervisord"
        ? $"For help, use {ProgramFile} -h"
        : "'reeve up --help' says what can be set, 'reeve check' what a file has.";

    private static int Become(LaunchPlan plan)
    {
        if (plan.Content is { } content)
        {
            using var input = MemFd.Create("reeve-configuration", content);
            StandardDescriptors.SetInput(input);
        }
        var environment = MachineSource.OwnEnvironment().Select(v => $"{v.Key}={v.Value}").ToList();
        var program = ProgramFile;
        var errno = Exec.Replace(program, [program, LaunchPlan.KeeperWord, .. plan.ToArguments()], environment);
        throw new LinuxException($"cannot execute {program}", errno);
    }

    private int Detach(LaunchPlan plan, DaemonConfiguration configuration)
    {
        var (ready, told) = Pipe.Create(PipeEnds.None);
        const int inheritedAs = 3;
        var program = ProgramFile; // It may have been called by a path from the directory that is left now.
        if (configuration.Directory is { } directory && OwnProcess.TryChangeDirectory(directory) is not 0 and var errno)
            plan = plan with { Notes = [.. plan.Notes, new(LaunchNote.Directory, errno, directory)] };
        // Copies, to be closed: complaints still go to our own.
        using var stderr = StandardDescriptors.DuplicateError();
        using var input = plan.Content is { } content ? MemFd.Create("reeve-configuration", content) : null;
        var keeper = Spawner.Spawn(
            new()
            {
                File = program,
                Arguments = [program, LaunchPlan.KeeperWord, .. (plan with { ReadyDescriptor = inheritedAs }).ToArguments()],
                Environment = [.. MachineSource.OwnEnvironment().Select(v => $"{v.Key}={v.Value}")],
                Umask = configuration.Umask,
            },
            input, stdout: stderr, stderr, extra: told);
        if (keeper.PidFd is not { } pidFd)
        {
            errors($"Error: cannot start the keeper: {Errno.Describe(keeper.Errno)}");
            return UsageError;
        }
        told.Dispose();
        Span<byte> answer = stackalloc byte[1];
        if (Pipe.Read(ready, answer).Bytes == 1)
            return 0;
        // It ended before it was ready, and has said why on the terminal that it shares with us.
        return PidFd.Reap(pidFd).Code;
    }
}
