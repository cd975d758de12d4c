using Microsoft.Extensions.Logging;

namespace Reeve.Launching;

/// <summary>Lines of the main log about the daemon's start.</summary>
internal static partial class LaunchLog
{
    [LoggerMessage(1001, LogLevel.Information, "daemonizing the supervisord process")]
    public static partial void Daemonizing(ILogger logger);

    [LoggerMessage(1002, LogLevel.Information, "supervisord started with pid {Pid}")]
    public static partial void Started(ILogger logger, int pid);

    [LoggerMessage(1003, LogLevel.Critical, "could not write pidfile {Path}: {Reason}")]
    public static partial void PidFileFailed(ILogger logger, string path, string reason);

    [LoggerMessage(1004, LogLevel.Information, "the socket {Path} is another daemon's; name this one's with reeve -e or -c")]
    public static partial void PrivateSocketTaken(ILogger logger, string path);

    [LoggerMessage(1005, LogLevel.Warning, "cannot listen on {Path}: {Reason}")]
    public static partial void PrivateSocketFailed(ILogger logger, string path, string reason);

    [LoggerMessage(1006, LogLevel.Warning,
        "no state directory can be made: there is no audit log, and the journal is kept in memory; name a place with REEVE_STATE")]
    public static partial void NoStateDirectory(ILogger logger);

    [LoggerMessage(1008, LogLevel.Critical, "cannot begin with the configuration as it is now: {Reason} The one before goes on")]
    public static partial void OldConfiguration(ILogger logger, string reason);

    [LoggerMessage(1009, LogLevel.Critical, "{Reason} The visor goes on without this socket")]
    public static partial void NoSocket(ILogger logger, string reason);

    [LoggerMessage(1007, LogLevel.Critical, "{Reason} The visor goes on without it")]
    public static partial void NoMainLog(ILogger logger, string reason);
}
