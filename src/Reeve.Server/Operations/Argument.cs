namespace Reeve.Server.Operations;

/// <summary>A way into the operations table.</summary>
public enum Front
{
    /// <summary>Every way.</summary>
    Any,

    /// <summary>The HTTP API.</summary>
    Http,

    /// <summary>XML-RPC.</summary>
    XmlRpc,
}

/// <summary>Type of an argument.</summary>
public enum ArgumentType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Signal by name or number.</summary>
    Signal,

    /// <summary>Whole number of 64 bits.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Bytes: the request's body, or a text in XML-RPC.</summary>
    Bytes,

    /// <summary>Texts: a parameter that may stand several times.</summary>
    Texts,

    /// <summary>The calls of a <c>system.multicall</c>.</summary>
    Calls,
}

/// <summary>
/// One argument of an operation. In HTTP it is a segment of the route, the body, or a query parameter.
/// </summary>
/// <param name="Name">Name in HTTP and in help.</param>
/// <param name="Type">Type.</param>
/// <param name="Summary">What it means.</param>
public sealed record Argument(string Name, ArgumentType Type, string Summary)
{
    /// <summary>May be left out.</summary>
    public bool Optional { get; init; }

    /// <summary>Value when left out; null: none.</summary>
    public object? Default { get; init; }

    /// <summary>The only way in that has it.</summary>
    public Front Front { get; init; }

    /// <summary>Name of the type in XML-RPC.</summary>
    public string RpcType => Type switch
    {
        ArgumentType.Number => "int",
        ArgumentType.Flag => "boolean",
        ArgumentType.Texts or ArgumentType.Calls => "array",
        _ => "string",
    };
}
