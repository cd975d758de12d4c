using Microsoft.Extensions.Logging;

namespace Reeve.Visor.Logs;

/// <summary>What the log thread works with.</summary>
public sealed record LogEngineOptions
{
    /// <summary>Where AUTO logs go; null (default): the system's directory for temporary files.</summary>
    /// <remarks>Source: Supervisor's <c>childlogdir</c>.</remarks>
    public string? ChildLogDirectory { get; init; }

    /// <summary>Name of the daemon, part of the names of AUTO logs. Default <c>supervisor</c>.</summary>
    public string Identifier { get; init; } = "supervisor";

    /// <summary>Clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told, mostly on the log thread, what cannot be logged and when it can again. Must not block. Default:
    /// nobody.</summary>
    public Action<LogLevel, string>? Trouble { get; init; }

    /// <summary>Socket of the system's log. Default <c>/dev/log</c>.</summary>
    public string SyslogPath { get; init; } = "/dev/log";

    /// <summary>Name under which lines go to the system's log. Default <c>supervisord</c>, as filters there expect
    /// it.</summary>
    public string SyslogTag { get; init; } = "supervisord";
}
