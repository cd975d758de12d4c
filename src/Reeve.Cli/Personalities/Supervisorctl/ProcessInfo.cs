using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>What is shown of a process's <c>getProcessInfo</c>.</summary>
/// <param name="Name">Group and name.</param>
/// <param name="Pid">0: none.</param>
/// <param name="State">Number of the state.</param>
/// <param name="StateName">Name of the state.</param>
/// <param name="Description">One line for people.</param>
sealed record ProcessInfo(Namespec Name, long Pid, long State, string StateName, string Description)
{
    const long Running = 20;
    const long Unknown = 1000;

    /// <summary>Whether it is up and has stayed up.</summary>
    public bool IsRunning => State == Running;

    /// <summary>Whether <c>status</c> counts it as down: STOPPED, EXITED, FATAL, UNKNOWN.</summary>
    public bool IsDown => State is 0 or 100 or 200 or Unknown;

    /// <summary>Reads one answer.</summary>
    public static ProcessInfo Read(XmlRpcValue value) => new(
        new(Fields.Text(value, "group"), Fields.Text(value, "name")), Fields.Number(value, "pid"),
        Fields.Number(value, "state"), Fields.Text(value, "statename"), Fields.Text(value, "description"));

    /// <summary>Reads an answer of several.</summary>
    public static List<ProcessInfo> ReadAll(XmlRpcValue value) => [.. Fields.Items(value).Select(Read)];
}

/// <summary>Members of an answer, checked.</summary>
static class Fields
{
    /// <summary>A text.</summary>
    public static string Text(XmlRpcValue value, string name) =>
        Member(value, name) is XmlRpcValue.Text text ? text.Value : throw Unexpected(name, "a string");

    /// <summary>A whole number.</summary>
    public static long Number(XmlRpcValue value, string name) =>
        Member(value, name) is XmlRpcValue.Int number ? number.Value : throw Unexpected(name, "a number");

    /// <summary>A truth value.</summary>
    public static bool Truth(XmlRpcValue value, string name) =>
        Member(value, name) is XmlRpcValue.Bool truth ? truth.Value : throw Unexpected(name, "a truth value");

    /// <summary>Items of an array.</summary>
    public static IReadOnlyList<XmlRpcValue> Items(XmlRpcValue value) =>
        value is XmlRpcValue.Array array ? array.Items : throw Unexpected("answer", "an array");

    /// <summary>An array of names.</summary>
    public static List<string> Names(XmlRpcValue value) =>
        [.. Items(value).Select(item => item is XmlRpcValue.Text text ? text.Value : throw Unexpected("name", "a string"))];

    /// <summary>The text of a value that is nothing but text.</summary>
    public static string Text(XmlRpcValue value) => value switch
    {
        XmlRpcValue.Text text => text.Value,
        XmlRpcValue.Int number => number.Value.ToString(null, null),
        _ => throw Unexpected("answer", "a string"),
    };

    static XmlRpcValue Member(XmlRpcValue value, string name) =>
        (value as XmlRpcValue.Struct)?[name] ?? throw new ControlException("KeyError", PythonText.Quote(name));

    static ControlException Unexpected(string name, string expected) =>
        new("TypeError", $"the server sent {PythonText.Quote(name)} which is not {expected}");
}
