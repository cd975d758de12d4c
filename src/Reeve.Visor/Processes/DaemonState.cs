namespace Reeve.Visor.Processes;

/// <summary>What the daemon as a whole is doing; numbers are Supervisor's getState codes.</summary>
public enum DaemonState
{
    /// <summary>Ending.</summary>
    Shutdown = -1,

    /// <summary>Stopping everything in order to start anew.</summary>
    Restarting = 0,

    /// <summary>At work.</summary>
    Running = 1,
}

/// <summary>Which of a process's two streams.</summary>
public enum OutputStream
{
    /// <summary>Standard output.</summary>
    Output,

    /// <summary>Standard error.</summary>
    Error,
}
