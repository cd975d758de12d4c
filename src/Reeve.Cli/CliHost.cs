using Reeve.Cli.Shell;
using Reeve.Core.Configuration;

namespace Reeve.Cli;

/// <summary>What the command line needs of the process it runs in. Handed in, so that tests run it in theirs.</summary>
public sealed record CliHost
{
    /// <summary>Standard input.</summary>
    public required Stream Input { get; init; }

    /// <summary>Standard output, unbuffered: the command line buffers.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error, unbuffered.</summary>
    public required Stream Error { get; init; }

    /// <summary>Whether <see cref="Output"/> is a terminal: colours, widths, tables cut to fit.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal: progress of long work.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Width of the terminal in columns; asked only when there is one.</summary>
    public Func<int> TerminalWidth { get; init; } = () => 80;

    /// <summary>Height of the terminal in lines; asked only when there is one.</summary>
    public Func<int> TerminalHeight { get; init; } = () => 24;

    /// <summary>An environment variable; null: not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Effective user id.</summary>
    public required int UserId { get; init; }

    /// <summary>Path of the running program, for the search of supervisord.conf beside it; null: unknown.</summary>
    public string? ProgramFile { get; init; }

    /// <summary>Files and users for the reader of configurations; asked only by commands that read one.</summary>
    public required Func<IConfigurationSource> ConfigurationSource { get; init; }

    /// <summary>Becomes the daemon, or starts it detached; returns the exit code.</summary>
    public required Func<UpRequest, int> Up { get; init; }

    /// <summary>First word of the command line, by which an old front was called; null: unknown.</summary>
    public string? InvokedAs { get; init; }

    /// <summary>The terminal that <see cref="Input"/> is; null: it is none, lines are read as they come.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>A cheaper way to a unix socket than .NET's; null: .NET's.</summary>
    public Func<string, Client.IBlockingConnection>? ConnectUnix { get; init; }

    /// <summary>Version of this program.</summary>
    public string Version { get; init; } = "0.1.0";

    /// <summary>Cancelled by Ctrl-C; null: SIGINT is watched while a command follows or waits.</summary>
    public CancellationToken? Interrupted { get; init; }
}

/// <summary>What <c>reeve up</c> was asked for.</summary>
/// <param name="ConfigFile">File given with <c>-c</c>; null: search for one, and go without if there is none.</param>
/// <param name="Detach">Return once the daemon serves, instead of staying in the foreground.</param>
/// <param name="Overrides">Keys of <c>[supervisord]</c> that win over the file.</param>
public sealed record UpRequest(string? ConfigFile, bool Detach, ConfigurationOverrides Overrides)
{
    /// <summary>Takes what there is to say of the start; null: it goes to standard error, line by line.</summary>
    public Action<string>? Tell { get; init; }
}

/// <summary>Exit codes of every command; docs/cli.md lists them.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It failed, for one of the processes at least, or no process has that name.</summary>
    public const int Failed = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary><c>ps NAME</c>: one of those asked for is not RUNNING.</summary>
    public const int NotRunning = 3;

    /// <summary>The daemon could not be reached, or the connection broke.</summary>
    public const int Unreachable = 4;

    /// <summary>The daemon refused: wrong or no password, or the role does not allow it.</summary>
    public const int Refused = 5;

    /// <summary>A defect of ours.</summary>
    public const int Defect = 70;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Whoever read the output has gone, as in <c>reeve ps | head -1</c>.</summary>
    public const int OutputClosed = 141;
}
