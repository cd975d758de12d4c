using Reeve.Core.Processes;
using Reeve.Visor.Processes;

namespace Reeve.Visor.Events;

/// <summary>Something that happened. Names and bodies to listeners are Supervisor's.</summary>
public abstract record SupervisorEvent
{
    /// <summary>Counts events of this visor from 0.</summary>
    public long Serial { get; init; }

    /// <summary>When, wall clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Bytes that it holds, about.</summary>
    public virtual long Size => 256;

    /// <summary>Supervisor's type name, for example <c>PROCESS_STATE_RUNNING</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>Supervisor's body.</summary>
    public abstract string Body { get; }
}

/// <summary>A process changed its state.</summary>
public sealed record ProcessStateEvent(
    string Group, string Process, ProcessState From, ProcessState To, int Pid, int Tries, bool Expected) : SupervisorEvent
{
    /// <inheritdoc/>
    public override string TypeName => To switch
    {
        // Asked for each event by each who filters: made once.
        ProcessState.Stopped => "PROCESS_STATE_STOPPED",
        ProcessState.Starting => "PROCESS_STATE_STARTING",
        ProcessState.Running => "PROCESS_STATE_RUNNING",
        ProcessState.Backoff => "PROCESS_STATE_BACKOFF",
        ProcessState.Stopping => "PROCESS_STATE_STOPPING",
        ProcessState.Exited => "PROCESS_STATE_EXITED",
        ProcessState.Fatal => "PROCESS_STATE_FATAL",
        _ => "PROCESS_STATE_UNKNOWN",
    };

    /// <inheritdoc/>
    public override string Body
    {
        get
        {
            var head = $"processname:{Process} groupname:{Group} from_state:{From.ToString().ToUpperInvariant()}";
            return To switch
            {
                ProcessState.Starting or ProcessState.Backoff => $"{head} tries:{Tries}",
                ProcessState.Running or ProcessState.Stopping or ProcessState.Stopped => $"{head} pid:{Pid}",
                ProcessState.Exited => $"{head} expected:{(Expected ? 1 : 0)} pid:{Pid}",
                _ => head,
            };
        }
    }
}

/// <summary>A chunk of output (PROCESS_LOG) or a captured section (PROCESS_COMMUNICATION).</summary>
public sealed record ProcessOutputEvent(
    string Group, string Process, int Pid, OutputStream Stream, bool Captured, ReadOnlyMemory<byte> Data) : SupervisorEvent
{
    private string Channel => Stream == OutputStream.Output ? "stdout" : "stderr";

    /// <inheritdoc/>
    public override long Size => base.Size + Data.Length;

    /// <inheritdoc/>
    public override string TypeName => (Captured, Stream) switch
    {
        (true, OutputStream.Output) => "PROCESS_COMMUNICATION_STDOUT",
        (true, _) => "PROCESS_COMMUNICATION_STDERR",
        (false, OutputStream.Output) => "PROCESS_LOG_STDOUT",
        (false, _) => "PROCESS_LOG_STDERR",
    };

    /// <inheritdoc/>
    public override string Body =>
        $"processname:{Process} groupname:{Group} pid:{Pid}{(Captured ? "" : $" channel:{Channel}")}\n{EventText.Decode(Data.Span)}";
}

/// <summary>A client of the RPC interface sent a message.</summary>
public sealed record RemoteCommunicationEvent(string Type, string Data) : SupervisorEvent
{
    /// <inheritdoc/>
    public override long Size => base.Size + sizeof(char) * ((long)Type.Length + Data.Length);

    /// <inheritdoc/>
    public override string TypeName => "REMOTE_COMMUNICATION";

    /// <inheritdoc/>
    public override string Body => $"type:{Type}\n{Data}";
}

/// <summary>The daemon began to run or to stop.</summary>
public sealed record DaemonStateEvent(bool Running) : SupervisorEvent
{
    /// <inheritdoc/>
    public override string TypeName => Running ? "SUPERVISOR_STATE_CHANGE_RUNNING" : "SUPERVISOR_STATE_CHANGE_STOPPING";

    /// <inheritdoc/>
    public override string Body => "";
}

/// <summary>A group became active or went.</summary>
public sealed record GroupEvent(string Group, bool Added) : SupervisorEvent
{
    /// <inheritdoc/>
    public override string TypeName => Added ? "PROCESS_GROUP_ADDED" : "PROCESS_GROUP_REMOVED";

    /// <inheritdoc/>
    public override string Body => $"groupname:{Group}\n";
}

/// <summary>A multiple of 5, 60 or 3600 seconds was reached.</summary>
public sealed record TickEvent(int Period, long When) : SupervisorEvent
{
    /// <inheritdoc/>
    public override string TypeName => Period switch
    {
        5 => "TICK_5",
        60 => "TICK_60",
        3600 => "TICK_3600",
        _ => $"TICK_{Period}",
    };

    /// <inheritdoc/>
    public override string Body => $"when:{When}";
}
