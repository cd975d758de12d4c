using Microsoft.Extensions.Logging;

namespace Reeve.Visor.Logs;

/// <summary>
/// Tells once that something cannot be written, and once that it can again and what was lost meanwhile. Between
/// attempts should lie a second, so that a full disk costs next to nothing; nor can it flood the main log.
/// </summary>
/// <param name="what">What it is about, for example <c>log '/var/log/x.log'</c>.</param>
/// <param name="unit">What is counted, for example <c>bytes</c>.</param>
/// <param name="time">Clock.</param>
/// <param name="trouble">Is told.</param>
internal sealed class Outage(string what, string unit, TimeProvider time, Action<LogLevel, string> trouble)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private bool _active;
    private long _failedAt;
    private long _lost;

    /// <summary>It failed less than a second ago: do not try, what comes is lost.</summary>
    public bool Lasts => _active && time.GetElapsedTime(_failedAt) < s_pause;

    /// <summary>An attempt failed. Failures less than a second apart are one outage.</summary>
    public void Failed(string reason)
    {
        _failedAt = time.GetTimestamp();
        if (_active)
            return;
        _active = true;
        _lost = 0;
        trouble(LogLevel.Critical, $"cannot write {what}: {reason}; what comes for it is discarded until it can");
    }

    /// <summary>So much was discarded.</summary>
    public void Lost(long count) => _lost += count;

    /// <summary>An attempt succeeded.</summary>
    public void Over()
    {
        if (!_active || Lasts)
            return;
        _active = false;
        trouble(LogLevel.Warning, $"{what} is written again; {_lost} {unit} were lost");
    }
}
