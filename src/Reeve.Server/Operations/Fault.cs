using Reeve.Visor;

namespace Reeve.Server.Operations;

/// <summary>How both fronts name what can come of a request.</summary>
/// <param name="Code">Supervisor's fault code.</param>
/// <param name="Name">Supervisor's fault name.</param>
/// <param name="Slug"><c>code</c> of the HTTP API.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Text for people.</param>
public sealed record Fault(int Code, string Name, string Slug, int Status, string Title)
{
    /// <summary>The method is not known.</summary>
    public static Fault UnknownMethod { get; } = new(1, "UNKNOWN_METHOD", "not-found", 404, "No such operation");

    /// <summary>Number or types of arguments are wrong.</summary>
    public static Fault IncorrectParameters { get; } = Of(OutcomeKind.IncorrectParameters);

    /// <summary><c>system.methodSignature</c> and <c>methodHelp</c> of an unknown method.</summary>
    public static Fault SignatureUnsupported { get; } =
        new(4, "SIGNATURE_UNSUPPORTED", "not-found", 404, "No such operation");

    /// <summary>The caller's role does not reach.</summary>
    public static Fault Forbidden { get; } = new(30, "FAILED", "forbidden", 403, "Not allowed");

    /// <summary>The HTTP request cannot be understood.</summary>
    public static Fault BadRequest { get; } =
        new(2, "INCORRECT_PARAMETERS", "bad-request", 400, "The request is wrong");

    /// <summary>Name and password are missing or wrong.</summary>
    public static Fault Unauthorized { get; } = new(30, "FAILED", "unauthorized", 401, "Not authorized");

    /// <summary>The path has other methods.</summary>
    public static Fault MethodNotAllowed { get; } = new(2, "INCORRECT_PARAMETERS", "bad-request", 405, "Wrong method");

    /// <summary>Nothing is at this path.</summary>
    public static Fault NotFound { get; } = new(1, "UNKNOWN_METHOD", "not-found", 404, "Not found");

    /// <summary>The HTTP request was refused while it was read.</summary>
    /// <param name="status">Status of the refusal, for example 413.</param>
    public static Fault Refused(int status) => BadRequest with { Status = status };

    /// <summary>The fault of an outcome.</summary>
    public static Fault Of(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Done => new(80, "SUCCESS", "ok", 200, "Done"),
        OutcomeKind.BadName => new(10, "BAD_NAME", "bad-name", 404, "No such process or group"),
        OutcomeKind.BadSignal => new(11, "BAD_SIGNAL", "bad-signal", 400, "No such signal"),
        OutcomeKind.NoFile => new(20, "NO_FILE", "no-file", 404, "No such file"),
        OutcomeKind.NotExecutable => new(21, "NOT_EXECUTABLE", "not-executable", 409, "The program cannot be executed"),
        OutcomeKind.AbnormalTermination =>
            new(40, "ABNORMAL_TERMINATION", "abnormal-termination", 500, "It did not stay up"),
        OutcomeKind.SpawnError => new(50, "SPAWN_ERROR", "spawn-error", 500, "It could not be started"),
        OutcomeKind.AlreadyStarted => new(60, "ALREADY_STARTED", "already-started", 409, "Already started"),
        OutcomeKind.NotRunning => new(70, "NOT_RUNNING", "not-running", 409, "Not running"),
        OutcomeKind.AlreadyAdded => new(90, "ALREADY_ADDED", "already-added", 409, "The group is active already"),
        OutcomeKind.StillRunning => new(91, "STILL_RUNNING", "still-running", 409, "The group has running processes"),
        OutcomeKind.CannotReread => new(92, "CANT_REREAD", "cant-reread", 409, "The configuration cannot be used"),
        OutcomeKind.BadArguments =>
            new(3, "BAD_ARGUMENTS", "bad-arguments", 400, "The arguments make no sense together"),
        OutcomeKind.IncorrectParameters =>
            new(2, "INCORRECT_PARAMETERS", "bad-arguments", 400, "An argument is wrong"),
        OutcomeKind.ShuttingDown => new(6, "SHUTDOWN_STATE", "shutting-down", 503, "The daemon is ending"),
        _ => new(30, "FAILED", "failed", 500, "It failed"),
    };

    /// <summary>Supervisor's fault text: the name, and what follows it.</summary>
    public string Text(string? extra) => extra is null ? Name : $"{Name}: {extra}";
}
