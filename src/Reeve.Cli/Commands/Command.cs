using Reeve.Cli.Selection;

namespace Reeve.Cli.Commands;

/// <summary>What can stand at a place of the command line, for completion.</summary>
internal enum Words
{
    /// <summary>Nothing that could be guessed.</summary>
    None,

    /// <summary>Names of processes, <c>group:*</c> and <c>all</c>.</summary>
    Processes,

    /// <summary>Names of groups.</summary>
    Groups,

    /// <summary>A signal, then processes.</summary>
    SignalThenProcesses,

    /// <summary>Names of commands.</summary>
    Commands,

    /// <summary>Paths.</summary>
    Files,

    /// <summary>Event types.</summary>
    Events,

    /// <summary>Shells that completion is written for.</summary>
    Shells,

    /// <summary><c>auto</c>, <c>always</c>, <c>never</c>.</summary>
    When,

    /// <summary>Levels of the main log.</summary>
    Levels,
}

/// <summary>One option.</summary>
/// <param name="Short">Letter; null: it has none.</param>
/// <param name="Long">Name without dashes.</param>
/// <param name="Value">What its value is called; null: it takes none.</param>
/// <param name="Summary">One line.</param>
/// <param name="Completion">What its value can be.</param>
internal sealed record Option(char? Short, string Long, string? Value, string Summary, Words Completion = Words.None)
{
    /// <summary>
    /// By what commands ask for it: its long name, unless another option of another meaning is spelt like it.
    /// </summary>
    public string Key { get; init; } = Long;

    /// <summary>As it is written in help and in errors: <c>-n, --lines LINES</c>.</summary>
    public string Spelling =>
        (Short is { } letter ? $"-{letter}, " : "    ") + "--" + Long + (Value is null ? "" : " " + Value);
}

/// <summary>One row of the table from which dispatch, help and completion come.</summary>
internal sealed record Command
{
    /// <summary>First word on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>Other words for it.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Arguments as help shows them: <c>NAME...</c>.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>Least number of arguments.</summary>
    public int Least { get; init; }

    /// <summary>Largest number of arguments.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>What the arguments can be.</summary>
    public Words Completion { get; init; }

    /// <summary>Its own options; they win over global ones of the same letter.</summary>
    public Option[] Options { get; init; } = [];

    /// <summary>Heading under which help lists it.</summary>
    public required string Chapter { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>What the summary leaves open; lines of at most 80 columns.</summary>
    public string Details { get; init; } = "";

    /// <summary>Command lines without the program's name, and what they do.</summary>
    public (string Line, string Does)[] Examples { get; init; } = [];

    /// <summary>Left out of help and completion.</summary>
    public bool Hidden { get; init; }

    /// <summary>Takes every argument as it is, options too.</summary>
    public bool Raw { get; init; }

    /// <summary>Does it; returns the exit code.</summary>
    public required Func<Invocation, Task<int>> Run { get; init; }
}

/// <summary>An error told in one sentence; the command ends with <see cref="ExitCode.Failed"/>.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>The command line cannot be understood; the command ends with <see cref="ExitCode.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The command it was about; null: none was understood yet.</summary>
    public Command? Command { get; set; }

    /// <summary>The error of a word that is no command, with the one that was probably meant.</summary>
    public static UsageException UnknownCommand(string word) => Nearest.To(word, CommandTable.Names) is { } meant
        ? new($"there is no command '{word}'. Did you mean '{meant}'?")
        : new($"there is no command '{word}'. 'reeve help' lists them.");
}
