using System.Text.Json.Serialization;
using Reeve.Core.Processes;

namespace Reeve.Core.Configuration;

/// <summary>How much goes to the main log; each level includes those before it.</summary>
public enum DaemonLogLevel
{
    /// <summary>CRIT lines only.</summary>
    Critical,

    /// <summary>and ERRO.</summary>
    Error,

    /// <summary>and WARN.</summary>
    Warn,

    /// <summary>and INFO. The default.</summary>
    Info,

    /// <summary>and DEBG.</summary>
    Debug,

    /// <summary>and TRAC.</summary>
    Trace,

    /// <summary>and BLAT.</summary>
    Blather,
}

/// <summary>User name and password that a server section asks for.</summary>
/// <param name="UserName">Sent by the client as it is.</param>
/// <param name="Password">In clear, or <c>{SHA}</c> and the lower-case hexadecimal SHA-1 of it.</param>
public sealed record ServerCredentials(string UserName, string Password);

/// <summary>One place where the daemon listens. Source: <c>[unix_http_server]</c>, <c>[inet_http_server]</c>.</summary>
[JsonDerivedType(typeof(UnixServerOptions), "unix")]
[JsonDerivedType(typeof(InetServerOptions), "inet")]
public abstract record ServerOptions
{
    /// <summary>Name of the section, as it stands in log lines.</summary>
    public required string Section { get; init; }

    /// <summary>Who may come in; null: anybody who can connect.</summary>
    public ServerCredentials? Credentials { get; init; }
}

/// <summary>A unix socket.</summary>
public sealed record UnixServerOptions : ServerOptions
{
    /// <summary>Absolute path of the socket.</summary>
    public required string File { get; init; }

    /// <summary>Mode of the socket. Default 0700.</summary>
    public int Mode { get; init; } = 0b111_000_000;

    /// <summary>Owner to set; null: unchanged.</summary>
    public int? UserId { get; init; }

    /// <summary>Group to set; null: unchanged.</summary>
    public int? GroupId { get; init; }
}

/// <summary>A TCP port.</summary>
public sealed record InetServerOptions : ServerOptions
{
    /// <summary>Address or host name as written; empty: all interfaces.</summary>
    public required string Host { get; init; }

    /// <summary>Port, 1-65535.</summary>
    public required int Port { get; init; }
}

/// <summary>A section <c>[rpcinterface:NS]</c> or <c>[ctlplugin:NAME]</c>.</summary>
/// <param name="Name">What follows the colon.</param>
/// <param name="Factory"><c>module:function</c>; <c>supervisor.rpcinterface:make_main_rpcinterface</c> is built in.</param>
/// <param name="Settings">The other keys, as strings.</param>
public sealed record PluginOptions(string Name, string Factory, IReadOnlyDictionary<string, string> Settings);

/// <summary>A whole supervisord.conf with its includes, or the defaults where there is no file. Immutable.</summary>
public sealed record DaemonConfiguration
{
    /// <summary>The main file as it was named; null: no file.</summary>
    public string? File { get; init; }

    /// <summary>Name of this daemon. Default <c>supervisor</c>.</summary>
    public string Identifier { get; init; } = "supervisor";

    /// <summary>Main log; <c>syslog</c>: to syslog; null: none. Made absolute against the working directory at start.</summary>
    public string? LogFile { get; init; } = "supervisord.log";

    /// <summary>As <see cref="OutputOptions.MaxBytes"/>.</summary>
    public long LogFileMaxBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>As <see cref="OutputOptions.Backups"/>.</summary>
    public int LogFileBackups { get; init; } = 10;

    /// <summary>Default info.</summary>
    public DaemonLogLevel LogLevel { get; init; } = DaemonLogLevel.Info;

    /// <summary>Pid file.</summary>
    public string PidFile { get; init; } = "supervisord.pid";

    /// <summary>Where AUTO logs go; null: the system's directory for temporary files.</summary>
    public string? ChildLogDirectory { get; init; }

    /// <summary>Stay in the foreground. Default false.</summary>
    public bool NoDaemon { get; init; }

    /// <summary>In the foreground, no copy of the log on stdout. Default false.</summary>
    public bool Silent { get; init; }

    /// <summary>AUTO logs of an earlier run are kept. Default false.</summary>
    public bool NoCleanup { get; init; }

    /// <summary>Terminal escape sequences are taken out of child logs. Default false.</summary>
    public bool StripAnsi { get; init; }

    /// <summary>User to become at start, checked to exist; null: unchanged.</summary>
    public string? User { get; init; }

    /// <summary>Numeric id of <see cref="User"/>.</summary>
    public int? UserId { get; init; }

    /// <summary>Mask set when daemonizing. Default 022.</summary>
    public int Umask { get; init; } = 0b000_010_010;

    /// <summary>Directory to change to when daemonizing; null: unchanged.</summary>
    public string? Directory { get; init; }

    /// <summary>Least number of open files the daemon and its children may have. Default 1024.</summary>
    public int MinFds { get; init; } = 1024;

    /// <summary>Least number of processes the user may have. Default 200.</summary>
    public int MinProcs { get; init; } = 200;

    /// <summary>Variables for every child (<c>[supervisord] environment</c>).</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Servers in the order they are opened: inet sections first, then unix.</summary>
    public IReadOnlyList<ServerOptions> Servers { get; init; } = [];

    /// <summary>RPC interfaces. Without the built-in one there is no <c>supervisor.*</c> over XML-RPC.</summary>
    public IReadOnlyList<PluginOptions> RpcInterfaces { get; init; } = [];

    /// <summary>supervisorctl plugins: parsed, not yet run.</summary>
    public IReadOnlyList<PluginOptions> CtlPlugins { get; init; } = [];

    /// <summary>Groups by priority, then by name.</summary>
    public IReadOnlyList<GroupOptions> Groups { get; init; } = [];
}

/// <summary>How bad a finding in a configuration file is.</summary>
public enum ProblemSeverity
{
    /// <summary>Told at INFO: <c>Included extra file "F" during parsing</c>.</summary>
    Information,

    /// <summary>The file works, but probably not as meant: an unknown key, an include that matches nothing.</summary>
    Warning,

    /// <summary>The file cannot be used.</summary>
    Error,
}

/// <summary>When a file's finding comes up, in the order in which Supervisor reads.</summary>
public enum ReadingPhase
{
    /// <summary>Options of the command line.</summary>
    CommandLine,

    /// <summary>Lines of the main file and of those that it includes.</summary>
    Lines,

    /// <summary>[supervisord].</summary>
    Daemon,

    /// <summary>[rpcinterface:x].</summary>
    Plugins,

    /// <summary>Groups, programs, listeners.</summary>
    Groups,

    /// <summary>[inet_http_server] and [unix_http_server].</summary>
    Servers,

    /// <summary>The user to become, looked up when all else has been read.</summary>
    User,
}

/// <summary>One finding in a configuration file.</summary>
/// <param name="Severity">Whether the file can be used.</param>
/// <param name="File">The file as named, or the included file's path.</param>
/// <param name="Line">Line in <paramref name="File"/>, from 1; 0: not at a line.</param>
/// <param name="Section">Section without brackets, or null.</param>
/// <param name="Text">What was expected, what was found, how to mend it.</param>
/// <param name="SupervisorText">Supervisor's exact text for it where it has one, else null.</param>
public sealed record ConfigurationProblem(
    ProblemSeverity Severity, string File, int Line, string? Section, string Text, string? SupervisorText = null)
{
    /// <summary>What was being read.</summary>
    public ReadingPhase Phase { get; init; }

    /// <summary>Supervisor's text where that cites a value which may be a secret: for whoever starts the daemon on a
    /// terminal, and nobody else. Null: <see cref="SupervisorText"/> does.</summary>
    public string? TextForStarter { get; init; }

    /// <summary><c>web.conf:14: [program:api] cannot read …</c></summary>
    public override string ToString() =>
        (Line > 0 ? $"{File}:{Line}: " : $"{File}: ") + (Section is null ? "" : $"[{Section}] ") + Text;
}

/// <summary>What reading a file came to.</summary>
/// <param name="Configuration">The configuration; null when <paramref name="Problems"/> has an error.</param>
/// <param name="Problems">All findings of all files, in file order.</param>
public sealed record ConfigurationResult(DaemonConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <summary>The error that Supervisor, which stops at the first one, would have named; null: there is none.</summary>
    /// <remarks>It looks at what a section has before it misses what the section lacks.</remarks>
    public static ConfigurationProblem? FirstError(IReadOnlyList<ConfigurationProblem> problems)
    {
        // Sorted stably: within a phase they stay in the order of files and lines.
        var errors = problems.Where(p => p.Severity == ProblemSeverity.Error).OrderBy(p => p.Phase).ToList();
        return errors.Count == 0
            ? null
            : errors.Where(e => e.Phase == errors[0].Phase && e.File == errors[0].File && e.Section == errors[0].Section)
                .OrderBy(e => e.SupervisorText?.Contains("does not specify") is true).First();
    }
}

/// <summary>What the reader needs to know of the machine. The room of decisions does no I/O of its own.</summary>
public interface IConfigurationSource
{
    /// <summary>The whole file, at most 16 MiB.</summary>
    /// <exception cref="IOException">It does not exist, cannot be read or is too large; the message says which.</exception>
    byte[] ReadFile(string path);

    /// <summary>As <see cref="ReadFile"/>, for a file that a pattern found: what is not a plain file, and might never end,
    /// is refused.</summary>
    /// <exception cref="IOException">As above, or it is a pipe, a device, a directory.</exception>
    byte[] ReadIncludedFile(string path);

    /// <summary>Whether there is something that is no directory; a relative path that leads nowhere is none.</summary>
    bool FileExists(string path);

    /// <summary>Whether there is something that could be read, without reading it: a pipe can be read only once.</summary>
    bool CanRead(string path);

    /// <summary>Absolute path of <paramref name="path"/>, against the current directory.</summary>
    string FullPath(string path);

    /// <summary>Files that match an absolute shell pattern (<c>* ? []</c>), sorted by name.</summary>
    IReadOnlyList<string> Glob(string pattern);

    /// <summary>Whether a directory exists.</summary>
    bool DirectoryExists(string path);

    /// <summary>Id of a user given by name or number; null: none such.</summary>
    int? FindUser(string nameOrId);

    /// <summary>Id of a group given by name or number; null: none such.</summary>
    int? FindGroup(string nameOrId);

    /// <summary>Primary group of a user; null: none such.</summary>
    int? PrimaryGroup(int userId);

    /// <summary>Home directory for <c>~</c> (null) or <c>~user</c>; null: unknown.</summary>
    string? Home(string? user);

    /// <summary>The daemon's environment at start, for <c>%(ENV_X)s</c>.</summary>
    IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>For <c>%(host_node_name)s</c>.</summary>
    string HostName { get; }
}
