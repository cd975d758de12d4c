using System.Globalization;
using Reeve.Core.Processes;

namespace Reeve.Visor.Processes;

/// <summary>The one line for people that <c>supervisorctl status</c> shows last.</summary>
/// <remarks>Source: Supervisor's <c>description</c> (getProcessInfo).</remarks>
internal static class ProcessDescription
{
    public static string Of(ProcessSnapshot process, DateTimeOffset now) => process.State switch
    {
        ProcessState.Running => $"pid {process.Pid}, uptime {Uptime(now - (process.StartedAt ?? now))}",
        ProcessState.Fatal or ProcessState.Backoff => process.SpawnError.Length > 0
            ? process.SpawnError
            : $"unknown error (try \"tail {process.Name}\")",
        ProcessState.Stopped or ProcessState.Exited => process.StartedAt is null
            ? "Not started"
            : (process.StoppedAt ?? DateTimeOffset.UnixEpoch).ToOffset(now.Offset)
                .ToString("MMM dd hh:mm tt", CultureInfo.InvariantCulture),
        _ => "",
    };

    /// <summary><c>0:00:05</c>, <c>1 day, 2:03:04</c>, <c>5 days, 7:18:14</c>; a clock set back counts as zero.</summary>
    private static string Uptime(TimeSpan up)
    {
        var seconds = Math.Max(0, (long)up.TotalSeconds);
        var days = seconds / 86400;
        var clock = $"{seconds / 3600 % 24}:{seconds / 60 % 60:00}:{seconds % 60:00}";
        return days switch { 0 => clock, 1 => $"1 day, {clock}", _ => $"{days} days, {clock}" };
    }
}
