using System.Runtime.InteropServices;
using System.Text;
using Reeve.Cli.Output;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Commands;

/// <summary>
/// The terminal's alternate screen, on which a table stands still while it changes. What was on the terminal before is
/// there again afterwards. Entered by the first drawing: what fails before it is told where the command was typed.
/// </summary>
internal sealed class WatchScreen : IDisposable
{
    readonly Invocation _run;
    readonly Lock _gate = new();
    readonly List<PosixSignalRegistration> _signals = [];
    bool _entered;
    bool _left;

    WatchScreen(Invocation run)
    {
        _run = run;
        // Signals that end the program end it as always, but not with the cursor hidden on the wrong screen.
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Leave()));
    }

    /// <summary>The screen; null: the output is no terminal that has one.</summary>
    public static WatchScreen? TryEnter(Invocation run) =>
        run.Host.OutputIsTerminal && run.Host.Variable("TERM") != "dumb" ? new(run) : null;

    /// <summary>
    /// Draws over what was drawn before, in one piece and without clearing first, so that nothing flickers.
    /// </summary>
    /// <param name="lines">A heading and one line for each of <paramref name="count"/>.</param>
    /// <param name="count">How many there are in all; those that do not fit are counted below the others.</param>
    public void Draw(IReadOnlyList<string> lines, int count)
    {
        var height = Math.Max(_run.Host.TerminalHeight(), 3);
        var shown = lines.Count <= height ? lines.Count : height - 1;
        var rows = lines.Take(shown).ToList();
        if (shown < lines.Count)
            rows.Add(_run.Style.Faint(TextWidth.Fit($"… and {count - (shown - 1)} more", _run.Width ?? int.MaxValue)));
        // Erased before it is written: behind a line that fills its row, erasing would take the last character.
        var text = new StringBuilder("\e[H").AppendJoin("\r\n", rows.Select(row => "\e[K" + row));
        if (rows.Count < height)
            text.Append("\r\n\e[J");
        lock (_gate)
        {
            if (_left)
                return;
            if (!_entered)
                _run.Out.Write("\e[?1049h\e[?25l");
            _entered = true;
            _run.Out.Write(text.ToString());
            _run.Out.Flush();
        }
    }

    public void Dispose()
    {
        Leave();
        foreach (var signal in _signals)
            signal.Dispose();
    }

    void Leave()
    {
        lock (_gate)
        {
            if (_left || !_entered)
                return;
            _left = true;
            try
            {
                _run.Out.Write("\e[?25h\e[?1049l");
                _run.Out.Flush();
            }
            catch (OutputException)
            {
                // The terminal has gone, and its screen with it.
            }
        }
    }
}
