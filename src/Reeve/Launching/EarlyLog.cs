using Microsoft.Extensions.Logging;

namespace Reeve.Launching;

/// <summary>Keeps lines that come before the main log may be opened.</summary>
internal sealed class EarlyLog : ILogger
{
    private readonly List<(LogLevel, EventId, string)> _lines = [];

    /// <summary>Hands them on.</summary>
    public void Replay(ILogger log)
    {
        foreach (var (level, id, text) in _lines)
            log.Log(level, id, text, null, static (t, _) => t);
        _lines.Clear();
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add((logLevel, eventId, formatter(state, exception)));
}
