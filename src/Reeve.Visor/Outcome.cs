namespace Reeve.Visor;

/// <summary>What came of a request. Fronts translate: XML-RPC to fault codes, HTTP to status codes.</summary>
public enum OutcomeKind
{
    /// <summary>Carried out (SUCCESS 80).</summary>
    Done,

    /// <summary>No such process or group (BAD_NAME 10).</summary>
    BadName,

    /// <summary>No such signal (BAD_SIGNAL 11).</summary>
    BadSignal,

    /// <summary>The program file, or the log file, is not there (NO_FILE 20).</summary>
    NoFile,

    /// <summary>The program file cannot be executed (NOT_EXECUTABLE 21).</summary>
    NotExecutable,

    /// <summary>Any other failure (FAILED 30).</summary>
    Failed,

    /// <summary>Ended otherwise than by being RUNNING (ABNORMAL_TERMINATION 40).</summary>
    AbnormalTermination,

    /// <summary>The start failed (SPAWN_ERROR 50).</summary>
    SpawnError,

    /// <summary>Already started (ALREADY_STARTED 60).</summary>
    AlreadyStarted,

    /// <summary>Not running (NOT_RUNNING 70).</summary>
    NotRunning,

    /// <summary>The group is active already (ALREADY_ADDED 90).</summary>
    AlreadyAdded,

    /// <summary>The group has processes that are not stopped (STILL_RUNNING 91).</summary>
    StillRunning,

    /// <summary>The configuration file cannot be used (CANT_REREAD 92).</summary>
    CannotReread,

    /// <summary>The arguments make no sense together (BAD_ARGUMENTS 3).</summary>
    BadArguments,

    /// <summary>An argument has the wrong type (INCORRECT_PARAMETERS 2).</summary>
    IncorrectParameters,

    /// <summary>The daemon is stopping or restarting (SHUTDOWN_STATE 6).</summary>
    ShuttingDown,
}

/// <summary>What came of a request.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Detail">What Supervisor puts after the fault's name: a path, a signal, a reason; null: nothing.</param>
/// <param name="Reason">Text for people, where Supervisor's says less; null: there is none.</param>
public readonly record struct Outcome(OutcomeKind Kind, string? Detail = null, string? Reason = null)
{
    /// <summary>Carried out.</summary>
    public static Outcome Done => default;

    /// <summary>Whether it was carried out.</summary>
    public bool IsDone => Kind == OutcomeKind.Done;
}

/// <summary>What came of a request for one of several processes.</summary>
public readonly record struct ProcessOutcome(string Group, string Name, Outcome Outcome);

/// <summary>A request's value, or why there is none.</summary>
public readonly record struct Outcome<T>(T? Value, Outcome Status)
{
    /// <summary>Wraps a value.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, Outcome.Done);

    /// <summary>Wraps a failure.</summary>
    public static implicit operator Outcome<T>(Outcome failure) => new(default, failure);
}
