using Reeve.Core.Configuration;

namespace Reeve.Visor.Logs;

/// <summary>Where the main log goes and what it takes.</summary>
public sealed record MainLogOptions
{
    /// <summary>The file; null (default): none. May be <c>/dev/stdout</c>, whatever <see cref="MaxBytes"/>
    /// says.</summary>
    /// <remarks>Source: Supervisor's <c>logfile</c>.</remarks>
    public string? Path { get; init; }

    /// <summary>Lines go to syslog. Default false. Source: Supervisor's <c>logfile=syslog</c>.</summary>
    public bool Syslog { get; init; }

    /// <summary>The file is rotated when it has grown to so many bytes. Default 50 MB; 0: never.</summary>
    public long MaxBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>How many rotated files are kept. Default 10; 0: the file is emptied in place.</summary>
    public int Backups { get; init; } = 10;

    /// <summary>Lines below it are dropped. Default info.</summary>
    public DaemonLogLevel Level { get; init; } = DaemonLogLevel.Info;

    /// <summary>Lines also go to stdout (in the foreground, not silent). Default false.</summary>
    /// <remarks>Where <see cref="Path"/> is stdout already they go there once; Supervisor writes them twice.</remarks>
    public bool Echo { get; init; }

    /// <summary>Clock of the lines. Default: the system's, in its time zone.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
