using System.Diagnostics;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Output;

/// <summary>A line on the terminal that says what is still waited for, from the second second on.</summary>
internal sealed class Progress : IDisposable
{
    readonly TextOutput _error;
    readonly Func<int> _width;
    readonly Func<string> _text;
    readonly Timer? _timer;
    readonly Lock _gate = new();
    readonly long _begin = Stopwatch.GetTimestamp();
    bool _shown;
    bool _ended;

    /// <param name="error">Standard error.</param>
    /// <param name="enabled">Whether it is a terminal.</param>
    /// <param name="width">Its width.</param>
    /// <param name="text">What is waited for now; called on a pool thread.</param>
    public Progress(TextOutput error, bool enabled, Func<int> width, Func<string> text)
    {
        (_error, _width, _text) = (error, width, text);
        if (enabled)
            _timer = new(_ => Show(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Runs <paramref name="print"/> with the line out of the way; the next second brings it back.</summary>
    public void Around(Action print)
    {
        lock (_gate)
        {
            Hide();
            print();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Hide();
        }
        _timer?.Dispose();
    }

    void Show()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            var text = $"{_text()} ({Spans.Short(Stopwatch.GetElapsedTime(_begin))})";
            var width = _width() - 1;
            try
            {
                _error.Write($"\r\e[K{TextWidth.Fit(text, width)}");
                _error.Flush();
                _shown = true;
            }
            catch (OutputException)
            {
                // The terminal has gone: nobody reads it, and the command itself goes on.
                _ended = true;
            }
        }
    }

    void Hide()
    {
        if (!_shown)
            return;
        _shown = false;
        _error.Write("\r\e[K");
        _error.Flush();
    }
}
