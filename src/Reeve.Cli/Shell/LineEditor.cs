using System.Text;

namespace Reeve.Cli.Shell;

/// <summary>What came of asking for a line.</summary>
/// <param name="Text">The line; null: none was entered.</param>
/// <param name="IsEnd">There is nothing more to come; else, without a line, it was thrown away with Ctrl-C.</param>
public readonly record struct LineResult(string? Text, bool IsEnd);

/// <summary>Lets a line be edited on a terminal, with history, search and completion.</summary>
/// <param name="terminal">Switched to raw mode for each line.</param>
/// <param name="keys">Where keys come from; shared by all editors of a terminal, for it holds what was typed ahead.</param>
/// <param name="output">Where the line is drawn.</param>
/// <param name="history">What the arrow keys go through; grows by each line entered.</param>
/// <param name="complete">Candidates for the line as far as the cursor; null: there is no completion.</param>
public sealed class LineEditor(
    ITerminal terminal, KeyReader keys, Stream output, History history, Func<string, WordCompletion>? complete)
{
    const int AskBeforeListing = 100;

    readonly LineScreen _screen = new(terminal, output);
    EditBuffer _buffer = new();
    string _prompt = "";

    // Which line of the history is shown; one past the last is the line being typed, kept in _typed meanwhile.
    int _shown;
    string _typed = "";

    /// <summary>Reads one line.</summary>
    /// <param name="prompt">Stands before it.</param>
    /// <param name="cancel">Ends the wait.</param>
    public LineResult ReadLine(string prompt, CancellationToken cancel)
    {
        _prompt = prompt;
        _buffer = new();
        _shown = history.Lines.Count;
        using var raw = terminal.EnterRawMode();
        _screen.Send("\e[?2004h");
        try
        {
            return Edit(cancel);
        }
        finally
        {
            _screen.Send("\e[?2004l");
        }
    }

    /// <summary>Reads a line that is not shown, a password.</summary>
    /// <returns>Null: the end of input.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was typed.</exception>
    public string? ReadHidden(string prompt, CancellationToken cancel)
    {
        using var raw = terminal.EnterRawMode();
        _screen.Send(prompt);
        var buffer = new EditBuffer();
        while (true)
        {
            var key = keys.Read(cancel);
            switch (key.Kind)
            {
                case KeyKind.Enter:
                    _screen.Send("\r\n");
                    return buffer.Text;
                case KeyKind.Interrupt:
                    _screen.Send("\r\n");
                    throw new OperationCanceledException();
                case KeyKind.Gone:
                case KeyKind.EndOrDelete when buffer.Text.Length == 0:
                    return null;
                case KeyKind.Text or KeyKind.Backspace or KeyKind.KillToStart or KeyKind.KillBlankWord:
                    buffer.Apply(key);
                    break;
                default:
                    break;
            }
        }
    }

    LineResult Edit(CancellationToken cancel)
    {
        var previous = KeyKind.Unknown;
        Draw();
        while (true)
        {
            var key = keys.Read(cancel);
            if (key.Kind == KeyKind.Search)
            {
                key = new HistorySearch(keys, _screen, history).Run(_buffer, cancel);
                Draw();
            }
            switch (key.Kind)
            {
                case KeyKind.Enter:
                    return Enter();
                case KeyKind.Interrupt:
                    _buffer.Set(_buffer.Text);
                    Draw();
                    _screen.Send("^C");
                    _screen.Leave();
                    return new(null, IsEnd: false);
                case KeyKind.Gone:
                case KeyKind.EndOrDelete when _buffer.Text.Length == 0:
                    return new(null, IsEnd: true);
                default:
                    Do(key, previous, cancel);
                    break;
            }
            previous = key.Kind;
        }
    }

    void Do(Key key, KeyKind previous, CancellationToken cancel)
    {
        var done = key.Kind switch
        {
            KeyKind.Tab => Complete(previous == KeyKind.Tab, cancel),
            KeyKind.Previous => Show(_shown - 1),
            KeyKind.Next => Show(_shown + 1),
            KeyKind.Oldest => Show(0),
            KeyKind.Newest => Show(history.Lines.Count),
            KeyKind.ClearScreen => ClearScreen(),
            KeyKind.Unknown or KeyKind.Abort => true,
            _ => _buffer.Apply(key),
        };
        if (done)
            Draw();
        else
            _screen.Bell();
    }

    LineResult Enter()
    {
        _buffer.Set(_buffer.Text);
        Draw();
        _screen.Leave();
        history.Add(_buffer.Text);
        return new(_buffer.Text, IsEnd: false);
    }

    bool Show(int index)
    {
        if (index < 0 || index > history.Lines.Count || index == _shown)
            return false;
        if (_shown == history.Lines.Count)
            _typed = _buffer.Text;
        _shown = index;
        _buffer.Set(index == history.Lines.Count ? _typed : history.Lines[index]);
        return true;
    }

    bool ClearScreen()
    {
        _screen.Clear();
        return true;
    }

    bool Complete(bool again, CancellationToken cancel)
    {
        if (complete?.Invoke(_buffer.Text[.._buffer.Cursor]) is not { Candidates.Count: > 0 } completion)
            return false;
        var word = _buffer.Text[completion.Start.._buffer.Cursor];
        var prefix = completion.CommonPrefix;
        if (completion.Candidates.Count == 1)
        {
            _buffer.ReplaceBack(completion.Start, prefix + " ");
            return true;
        }
        if (prefix.Length > word.Length)
        {
            _buffer.ReplaceBack(completion.Start, prefix);
            return true;
        }
        if (again)
            List(completion.Candidates, cancel);
        return again;
    }

    void List(IReadOnlyList<string> candidates, CancellationToken cancel)
    {
        _screen.Draw(_prompt, _buffer.Text, _buffer.Text.Length);
        _screen.Leave();
        if (candidates.Count > AskBeforeListing)
        {
            _screen.Send($"Display all {candidates.Count} possibilities? (y or n)");
            var answer = keys.Read(cancel);
            _screen.Leave();
            if (answer is not { Kind: KeyKind.Text, Text: "y" or "Y" or " " })
                return;
        }
        var text = new StringBuilder();
        Columns.Append(text, candidates, terminal.Width - 1);
        _screen.Send(text.Replace("\n", "\r\n").ToString());
    }

    void Draw() => _screen.Draw(_prompt, _buffer.Text, _buffer.Cursor);
}
