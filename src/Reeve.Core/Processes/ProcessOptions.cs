namespace Reeve.Core.Processes;

/// <summary>When a process that ended by itself is started again.</summary>
/// <remarks>Source: Supervisor's <c>autorestart</c>.</remarks>
public enum AutoRestart
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>Only when the exit code is not one of <see cref="ProcessOptions.ExitCodes"/>, or on death by signal.</summary>
    Unexpected,

    /// <summary>Always.</summary>
    Always,
}

/// <summary>Where one output stream of a process goes.</summary>
public enum OutputTarget
{
    /// <summary>A file in childlogdir that Reeve names, and removes at its next start.</summary>
    Auto,

    /// <summary>No file.</summary>
    None,

    /// <summary><see cref="OutputOptions.Path"/>.</summary>
    File,
}

/// <summary>What happens to one output stream (stdout or stderr) of a process.</summary>
/// <remarks>Source: Supervisor's <c>stdout_*</c> and <c>stderr_*</c> keys.</remarks>
public sealed record OutputOptions
{
    /// <summary>Kind of file. Default <see cref="OutputTarget.Auto"/>.</summary>
    public OutputTarget Target { get; init; } = OutputTarget.Auto;

    /// <summary>The file, when <see cref="Target"/> is <see cref="OutputTarget.File"/>; else null. May be <c>/dev/stdout</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The file is rotated when it has grown to so many bytes. Default 50 MB; 0: never.</summary>
    public long MaxBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>How many rotated files are kept. Default 10; 0: the file is emptied in place.</summary>
    public int Backups { get; init; } = 10;

    /// <summary>Most bytes kept of one captured section (Supervisor's capture mode). Default 0: no capture.</summary>
    public long CaptureMaxBytes { get; init; }

    /// <summary>Each chunk read is sent as a PROCESS_LOG event. Default false.</summary>
    public bool EventsEnabled { get; init; }

    /// <summary>Each line is also sent to syslog. Default false.</summary>
    public bool Syslog { get; init; }
}

/// <summary>One process as configured: everything expanded, checked and ready to be run.</summary>
/// <remarks>Source: Supervisor's <c>[program:x]</c> keys; one record per process (numprocs makes several).</remarks>
public sealed record ProcessOptions
{
    /// <summary>Name within its group (<c>process_name</c>).</summary>
    public required string Name { get; init; }

    /// <summary>The program section's own name, <c>x</c> of <c>[program:x]</c>.</summary>
    public required string Program { get; init; }

    /// <summary>Command line, expanded, not yet split: an unparsable one is a failed start, as in Supervisor.</summary>
    public required string Command { get; init; }

    /// <summary>Working directory; null: the daemon's.</summary>
    public string? Directory { get; init; }

    /// <summary>File mode creation mask; null: the daemon's.</summary>
    public int? Umask { get; init; }

    /// <summary>User as written (name or number), checked to exist; null: the daemon's.</summary>
    public string? User { get; init; }

    /// <summary>Numeric id of <see cref="User"/>; null: the daemon's.</summary>
    public int? UserId { get; init; }

    /// <summary>The program's own variables over those of <c>[supervisord] environment</c>, which Supervisor counts as part of
    /// the program: a change there is a change of every group. They win over every other source.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Value for SUPERVISOR_SERVER_URL; null: worked out from the servers (<c>AUTO</c>).</summary>
    public string? ServerUrl { get; init; }

    /// <summary>Low starts first and stops last. Default 999.</summary>
    public int Priority { get; init; } = 999;

    /// <summary>Started when its group is created. Default true.</summary>
    public bool AutoStart { get; init; } = true;

    /// <summary>Whether it is started again after it ended by itself. Default <see cref="AutoRestart.Unexpected"/>.</summary>
    public AutoRestart AutoRestart { get; init; } = AutoRestart.Unexpected;

    /// <summary>How long it must stay up to count as RUNNING. Default 1 s; zero: at once.</summary>
    public TimeSpan StartSeconds { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many failed starts in a row are followed by another try. Default 3.</summary>
    public int StartRetries { get; init; } = 3;

    /// <summary>Exit codes that count as expected, 0-255. Default 0.</summary>
    public IReadOnlyList<int> ExitCodes { get; init; } = [0];

    /// <summary>Signal number of a polite stop. Default SIGTERM (15).</summary>
    public int StopSignal { get; init; } = 15;

    /// <summary>How long a stop may take before SIGKILL. Default 10 s.</summary>
    public TimeSpan StopWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The stop signal goes to the process group. Default false.</summary>
    public bool StopAsGroup { get; init; }

    /// <summary>SIGKILL goes to the process group. Default: <see cref="StopAsGroup"/>.</summary>
    public bool KillAsGroup { get; init; }

    /// <summary>stderr goes into the stdout pipe. Default false.</summary>
    public bool RedirectStandardError { get; init; }

    /// <summary>What happens to stdout.</summary>
    public OutputOptions StandardOutput { get; init; } = new();

    /// <summary>What happens to stderr.</summary>
    public OutputOptions StandardError { get; init; } = new();
}

/// <summary>What kind of section a group of processes came from.</summary>
public enum GroupKind
{
    /// <summary><c>[program:x]</c> or <c>[group:x]</c>.</summary>
    Program,

    /// <summary><c>[eventlistener:x]</c>: parsed, not yet run.</summary>
    EventListener,

    /// <summary><c>[fcgi-program:x]</c>: parsed, not yet run.</summary>
    FastCgi,
}

/// <summary>Processes that are added, removed, started and stopped together.</summary>
/// <remarks>Source: Supervisor; a program outside every <c>[group:x]</c> is a group named after itself.</remarks>
public sealed record GroupOptions
{
    /// <summary>Name, unique among groups.</summary>
    public required string Name { get; init; }

    /// <summary>Low starts first and stops last. Default 999.</summary>
    public int Priority { get; init; } = 999;

    /// <summary>Members, by priority and then by name.</summary>
    public required IReadOnlyList<ProcessOptions> Processes { get; init; }

    /// <summary>Kind of section.</summary>
    public GroupKind Kind { get; init; }

    /// <summary>Settings of an event listener pool, FastCGI socket: raw <c>key=value</c> lines that take part in comparison.</summary>
    public IReadOnlyDictionary<string, string> KindSettings { get; init; } = new Dictionary<string, string>();
}
