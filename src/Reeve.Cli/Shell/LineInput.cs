using System.Text;

namespace Reeve.Cli.Shell;

/// <summary>Lines that a person or a script enters: edited on a terminal, else read as they come.</summary>
/// <param name="input">Standard input.</param>
/// <param name="output">Standard output, for prompts.</param>
/// <param name="error">Standard error, for the prompt of a password when there is no terminal.</param>
/// <param name="terminal">Null: input or output is no terminal.</param>
public sealed class LineInput(Stream input, Stream output, Stream error, ITerminal? terminal)
{
    const int MaxLine = 1024 * 1024;

    readonly byte[] _chunk = new byte[4096];
    readonly List<byte> _received = [];
    readonly KeyReader? _keys = terminal is null ? null : new(terminal);
    Task<int>? _reading;
    LineEditor? _editor;

    /// <summary>Whether somebody types.</summary>
    public bool IsTerminal => terminal is not null;

    /// <summary>Gives the lines a history and completion; without it there is none.</summary>
    public void Use(History history, Func<string, WordCompletion> complete)
    {
        if (terminal is not null)
            _editor = new(terminal, _keys!, output, history, complete);
    }

    /// <summary>Asks for a line of the shell.</summary>
    /// <param name="prompt">Stands before it.</param>
    /// <param name="cancel">Ends the wait; on a terminal Ctrl-C is a key, and ends the line.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public LineResult ReadLine(string prompt, CancellationToken cancel)
    {
        if (_editor is not null)
            return _editor.ReadLine(prompt, cancel);
        Send(output, prompt);
        var line = ReadPlain(cancel);
        return new(line, IsEnd: line is null);
    }

    /// <summary>Asks a question; the answer does not go to the history.</summary>
    /// <returns>Null: the end of input.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was typed.</exception>
    public string? ReadAnswer(string prompt)
    {
        if (terminal is null)
        {
            Send(output, prompt);
            return ReadPlain(default);
        }
        var answer = new LineEditor(terminal, _keys!, output, new History(), null).ReadLine(prompt, default);
        return answer is { Text: null, IsEnd: false } ? throw new OperationCanceledException() : answer.Text;
    }

    /// <summary>Asks for a password; on a terminal it is not shown.</summary>
    /// <returns>Null: the end of input.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was typed.</exception>
    public string? ReadHidden(string prompt)
    {
        if (terminal is not null)
            return new LineEditor(terminal, _keys!, output, new History(), null).ReadHidden(prompt, default);
        Send(error, prompt);
        return ReadPlain(default);
    }

    /// <summary>A line without prompt, editor and history: it is for somebody else.</summary>
    /// <returns>Null: the end of input.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public string? ReadBare(CancellationToken cancel) => ReadPlain(cancel);

    string? ReadPlain(CancellationToken cancel)
    {
        while (true)
        {
            var end = _received.IndexOf((byte)'\n');
            if (end >= 0)
                return Take(end, 1);
            if (_received.Count > MaxLine)
                throw new IOException($"cannot read a line of more than {MaxLine} bytes");
            var count = Receive(cancel);
            if (count == 0)
                return _received.Count > 0 ? Take(_received.Count, 0) : null;
            _received.AddRange(_chunk.AsSpan(0, count));
        }
    }

    int Receive(CancellationToken cancel)
    {
        if (terminal is not null)
            return terminal.Read(_chunk, cancel);
        if (_reading is null && !cancel.CanBeCanceled)
            return input.Read(_chunk);
        // A read of a pipe cannot be ended: it goes on behind, and the next line takes what it brings.
        _reading ??= Task.Run(() => input.Read(_chunk), CancellationToken.None);
        _reading.Wait(cancel);
        var count = _reading.GetAwaiter().GetResult();
        _reading = null;
        return count;
    }

    string Take(int length, int terminator)
    {
        var bytes = _received.GetRange(0, length).ToArray();
        _received.RemoveRange(0, length + terminator);
        return Encoding.UTF8.GetString(bytes);
    }

    static void Send(Stream stream, string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush();
    }
}
