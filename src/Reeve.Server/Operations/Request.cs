using Reeve.Client.XmlRpc;
using Reeve.Server.Access;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations;

/// <summary>One call of an operation with its arguments, checked for type and presence.</summary>
/// <param name="operation">What is asked.</param>
/// <param name="values">Values of its arguments, in their order; null: left out.</param>
/// <param name="caller">Who asks.</param>
/// <param name="front">The way it came in.</param>
/// <param name="dispatcher">Where it is carried out.</param>
public sealed class Request(Operation operation, object?[] values, Caller caller, Front front, Dispatcher dispatcher)
{
    /// <summary>What is asked.</summary>
    public Operation Operation { get; } = operation;

    /// <summary>Who asks.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>The way it came in.</summary>
    public Front Front { get; } = front;

    /// <summary>Whom it is asked of.</summary>
    public Supervisor Supervisor => Dispatcher.Supervisor;

    /// <summary>Where it is carried out.</summary>
    public Dispatcher Dispatcher { get; } = dispatcher;

    /// <summary>Present wall clock with the local offset.</summary>
    public DateTimeOffset Now => Dispatcher.Time.GetLocalNow();

    /// <summary>What is changed, for the audit log: the first argument where it is a text.</summary>
    public string? Target => values is [string first, ..] ? first : null;

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => (string)Value(name)!;

    /// <summary>A text that may be missing.</summary>
    public string? OptionalText(string name) => (string?)Value(name);

    /// <summary>A number that may be missing.</summary>
    public long? Number(string name) => (long?)Value(name);

    /// <summary>A flag; false when it is missing and has no default.</summary>
    public bool Flag(string name) => Value(name) is true;

    /// <summary>Bytes.</summary>
    public ReadOnlyMemory<byte> Bytes(string name) => (ReadOnlyMemory<byte>)Value(name)!;

    /// <summary>Texts; empty when missing.</summary>
    public IReadOnlyList<string> Texts(string name) => (IReadOnlyList<string>?)Value(name) ?? [];

    /// <summary>The calls of a multicall.</summary>
    public IReadOnlyList<XmlRpcValue> Calls(string name) => (IReadOnlyList<XmlRpcValue>)Value(name)!;

    private object? Value(string name)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (Operation.Arguments[i].Name == name)
                return values[i] ?? Operation.Arguments[i].Default;
        }
        throw new ArgumentException($"operation '{Operation.Name}' declares no argument '{name}'", nameof(name));
    }
}
