using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>Supervisor's fault codes, as far as the answers are told apart here.</summary>
static class FaultCode
{
    public const int UnknownMethod = 1;
    public const int ShutdownState = 6;
    public const int BadName = 10;
    public const int BadSignal = 11;
    public const int NoFile = 20;
    public const int NotExecutable = 21;
    public const int Failed = 30;
    public const int AbnormalTermination = 40;
    public const int SpawnError = 50;
    public const int AlreadyStarted = 60;
    public const int NotRunning = 70;
    public const int Success = 80;
    public const int AlreadyAdded = 90;
    public const int StillRunning = 91;
    public const int CantReread = 92;
}

/// <summary>The daemon answered with a fault.</summary>
sealed class FaultException(XmlRpcFault fault) : Exception($"<Fault {fault.Code}: {PythonText.Quote(fault.Text)}>")
{
    /// <summary>Code and text of it.</summary>
    public XmlRpcFault Fault { get; } = fault;
}

/// <summary>A failure that ends a command with an <c>error:</c> line.</summary>
/// <param name="kind">What Supervisor's users know it as: <c>ValueError</c>.</param>
/// <param name="message">Its text.</param>
sealed class ControlException(string kind, string message) : Exception(message)
{
    /// <summary>Name of the kind.</summary>
    public string Kind { get; } = kind;
}
