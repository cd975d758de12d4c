namespace Reeve.Client.XmlRpc;

/// <summary>A request.</summary>
/// <param name="Method">Name as sent, not trimmed, never empty.</param>
/// <param name="Arguments">Arguments in order.</param>
public sealed record XmlRpcCall(string Method, IReadOnlyList<XmlRpcValue> Arguments);

/// <summary>A failure that the server reports.</summary>
/// <param name="Code">Supervisor's fault code.</param>
/// <param name="Text"><c>NAME</c> or <c>NAME: extra</c>.</param>
public sealed record XmlRpcFault(int Code, string Text);

/// <summary>An answer: a value or a fault, never both.</summary>
public sealed record XmlRpcResponse
{
    /// <summary>An answer that succeeded.</summary>
    public XmlRpcResponse(XmlRpcValue value) => Value = value;

    /// <summary>An answer that failed.</summary>
    public XmlRpcResponse(XmlRpcFault fault) => Fault = fault;

    /// <summary>The result; null when <see cref="Fault"/> is set.</summary>
    public XmlRpcValue? Value { get; }

    /// <summary>The failure; null when <see cref="Value"/> is set.</summary>
    public XmlRpcFault? Fault { get; }
}

/// <summary>The bytes are not an XML-RPC message.</summary>
/// <param name="message">What was expected, what was found, at which byte.</param>
public sealed class XmlRpcFormatException(string message) : FormatException(message)
{
    /// <summary>It may be XML, but it is no call because it names no method.</summary>
    public bool IsWithoutMethod { get; init; }
}
