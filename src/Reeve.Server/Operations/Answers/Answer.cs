using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Reeve.Client.XmlRpc;
using Reeve.Visor;

namespace Reeve.Server.Operations.Answers;

/// <summary>
/// What came of an operation, in a form that each front can write. An operation without a front never meets it.
/// </summary>
public abstract class Answer
{
    /// <summary>Success or failure, for the audit log.</summary>
    public virtual string Code => "ok";

    /// <summary>A failure; done: the answer of an operation that has nothing to tell.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="subject">Name as sent: what Supervisor's fault text tells when the outcome tells nothing.</param>
    public static Answer Of(Outcome outcome, string? subject) =>
        outcome.IsDone ? DoneAnswer.Instance : Failed(outcome, subject);

    /// <inheritdoc cref="Of"/>
    public static Answer Failed(Outcome outcome, string? subject) =>
        new FailedAnswer(Fault.Of(outcome.Kind), outcome.Detail ?? subject, outcome.Reason);

    /// <summary>Writes exactly one value.</summary>
    public virtual void WriteXml(XmlRpcWriter writer) =>
        throw new UnreachableException($"{GetType().Name} has no XML-RPC");

    /// <summary>Writes the body, and the headers that belong to it. The status is set already.</summary>
    /// <param name="http">Where to. What is whole goes out also while the server ends: a write is cancelled by
    /// <see cref="HttpContext.RequestAborted"/> only.</param>
    /// <param name="cancel">Ends an answer that has no end of its own: the client left, or the server ends.</param>
    public virtual Task WriteHttpAsync(HttpContext http, CancellationToken cancel) =>
        throw new UnreachableException($"{GetType().Name} has no HTTP");
}

/// <summary>Done, and nothing to tell: true, or an empty body.</summary>
public sealed class DoneAnswer : Answer
{
    /// <summary>The one.</summary>
    public static DoneAnswer Instance { get; } = new();

    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer) => writer.Bool(true);

    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>A single value of XML-RPC.</summary>
public sealed class ValueAnswer(XmlRpcValue value) : Answer
{
    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer) => writer.Value(value);
}
