using System.Text.Json.Serialization.Metadata;
using Reeve.Server.Access;
using Reeve.Server.Operations.Answers;

namespace Reeve.Server.Operations;

/// <summary>Carries an operation out.</summary>
public delegate ValueTask<Answer> OperationHandler(Request request, CancellationToken cancel);

/// <summary>
/// Everything that can be asked of a daemon, one row each. Both fronts, the help and the description read it.
/// </summary>
public sealed record Operation
{
    /// <summary>Name in the audit log and in OpenAPI, for example <c>process.start</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Arguments, in XML-RPC's order.</summary>
    public IReadOnlyList<Argument> Arguments { get; init; } = [];

    /// <summary>Least role that may do it. Default <see cref="Role.Viewer"/>.</summary>
    public Role Role { get; init; }

    /// <summary>
    /// Whether it changes something: then it goes to the audit log and browsers must be of the same origin.
    /// </summary>
    public bool Changes { get; init; }

    /// <summary>
    /// Whether XML-RPC answers it even while the daemon is ending. Default false, as nearly all of Supervisor.
    /// </summary>
    public bool AnswersWhileEnding { get; init; }

    /// <summary>Where HTTP has it; null: nowhere.</summary>
    public HttpFace? Http { get; init; }

    /// <summary>Where XML-RPC has it; null: nowhere.</summary>
    public RpcFace? Rpc { get; init; }

    /// <summary>Carries it out.</summary>
    public required OperationHandler Run { get; init; }

    /// <summary>Arguments that XML-RPC passes, by position.</summary>
    public IEnumerable<Argument> RpcArguments => Arguments.Where(a => a.Front != Front.Http);

    /// <summary>Arguments that HTTP passes, by name.</summary>
    public IEnumerable<Argument> HttpArguments => Arguments.Where(a => a.Front != Front.XmlRpc);
}

/// <summary>An operation's place in the HTTP API.</summary>
/// <param name="Method">GET, POST or DELETE.</param>
/// <param name="Route">Path with <c>{argument}</c> segments.</param>
/// <param name="Status">Status of a success.</param>
/// <param name="ContentType">Of the answer's body; null: there is none.</param>
/// <param name="Body">JSON type of the body; null: it is not JSON.</param>
public sealed record HttpFace(
    string Method, string Route, int Status = 200, string? ContentType = null, JsonTypeInfo? Body = null);

/// <summary>An operation's place in XML-RPC.</summary>
/// <param name="Names">Method name without its name space, then its aliases.</param>
/// <param name="Returns">XML-RPC type of the answer.</param>
/// <param name="Result">What the answer is.</param>
public sealed record RpcFace(IReadOnlyList<string> Names, string Returns, string Result)
{
    /// <summary>
    /// Whether the method belongs to <c>system.*</c>, which is there without any <c>[rpcinterface:x]</c>.
    /// </summary>
    public bool IsSystem { get; init; }
}
