namespace Reeve.Core.Processes;

/// <summary>What a process is doing. Numbers and names are Supervisor's, seen by XML-RPC clients.</summary>
public enum ProcessState
{
    /// <summary>Not started, or ended by a stop request.</summary>
    Stopped = 0,

    /// <summary>Spawned, not yet alive for longer than <see cref="ProcessOptions.StartSeconds"/>.</summary>
    Starting = 10,

    /// <summary>Alive for longer than <see cref="ProcessOptions.StartSeconds"/>.</summary>
    Running = 20,

    /// <summary>The last start failed; the next one comes by itself.</summary>
    Backoff = 30,

    /// <summary>Asked to stop, not yet ended.</summary>
    Stopping = 40,

    /// <summary>Ended by itself.</summary>
    Exited = 100,

    /// <summary>Failed to start more often than <see cref="ProcessOptions.StartRetries"/> allows.</summary>
    Fatal = 200,

    /// <summary>Could not be signalled; what it does is not known.</summary>
    Unknown = 1000,
}
