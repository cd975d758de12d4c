namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>A command of <c>supervisorctl</c>.</summary>
/// <param name="Name">Word that calls it.</param>
/// <param name="Help">What <c>help NAME</c> prints, with a line feed after every line.</param>
/// <param name="Run">Carries it out with the rest of the line.</param>
sealed record ControlCommand(string Name, string Help, Action<ControlSession, string> Run)
{
    /// <summary>Whether the shell ends after it.</summary>
    public bool EndsShell { get; init; }

    /// <summary>What its arguments complete to.</summary>
    public ArgumentKind Arguments { get; init; }

    /// <summary>Told about wrong use: a line that says what is wrong, then the help.</summary>
    public void Misused(ControlSession session, string error, int exitStatus = LsbExit.Generic)
    {
        session.Line($"Error: {error}");
        session.ExitStatus = exitStatus;
        session.Console.Write(Help);
    }

    /// <summary>Words of a line: whatever stands between blanks.</summary>
    public static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What the arguments of a command are names of.</summary>
enum ArgumentKind
{
    /// <summary>Nothing that is known.</summary>
    None,

    /// <summary>Commands.</summary>
    Commands,

    /// <summary>Groups.</summary>
    Groups,

    /// <summary>Processes, and groups as <c>G:*</c>.</summary>
    Processes,
}
