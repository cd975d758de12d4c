using System.Buffers;
using System.Text;

namespace Reeve.Cli.Shell;

/// <summary>Makes keys of the bytes a terminal sends: UTF-8, control characters, escape sequences, pastes.</summary>
public sealed class KeyReader(ITerminal terminal)
{
    const int MaxPaste = 1024 * 1024;
    const int MaxSequence = 32;

    readonly byte[] _buffer = new byte[1024];
    int _start;
    int _end;

    /// <summary>Waits for the next key.</summary>
    public Key Read(CancellationToken cancel)
    {
        if (!TryNext(out var first, cancel))
            return new(KeyKind.Gone);
        return first switch
        {
            0x1b => ReadEscape(cancel),
            < 0x20 or 0x7f => new(Control(first)),
            _ => ReadText(first, cancel),
        };
    }

    static KeyKind Control(byte code) => code switch
    {
        0x01 => KeyKind.Home,
        0x02 => KeyKind.Left,
        0x03 => KeyKind.Interrupt,
        0x04 => KeyKind.EndOrDelete,
        0x05 => KeyKind.End,
        0x06 => KeyKind.Right,
        0x07 => KeyKind.Abort,
        0x08 or 0x7f => KeyKind.Backspace,
        0x09 => KeyKind.Tab,
        0x0a or 0x0d => KeyKind.Enter,
        0x0b => KeyKind.KillToEnd,
        0x0c => KeyKind.ClearScreen,
        0x0e => KeyKind.Next,
        0x10 => KeyKind.Previous,
        0x12 => KeyKind.Search,
        0x14 => KeyKind.Transpose,
        0x15 => KeyKind.KillToStart,
        0x17 => KeyKind.KillBlankWord,
        0x19 => KeyKind.Yank,
        _ => KeyKind.Unknown,
    };

    Key ReadText(byte first, CancellationToken cancel)
    {
        Span<byte> bytes = stackalloc byte[4];
        bytes[0] = first;
        for (var length = 1; ; length++)
        {
            if (Rune.DecodeFromUtf8(bytes[..length], out var rune, out _) is var status && status == OperationStatus.Done)
                return new(KeyKind.Text, rune.ToString());
            if (status == OperationStatus.InvalidData || length == bytes.Length)
                return new(KeyKind.Unknown);
            if (!TryNext(out bytes[length], cancel))
                return new(KeyKind.Gone);
        }
    }

    Key ReadEscape(CancellationToken cancel)
    {
        if (!TryNext(out var next, cancel))
            return new(KeyKind.Gone);
        return next switch
        {
            (byte)'[' => ReadSequence(cancel),
            (byte)'O' => TryNext(out var final, cancel) ? new(Named(final, modified: false)) : new(KeyKind.Gone),
            (byte)'b' => new(KeyKind.WordLeft),
            (byte)'f' => new(KeyKind.WordRight),
            (byte)'d' => new(KeyKind.KillWordRight),
            (byte)'<' => new(KeyKind.Oldest),
            (byte)'>' => new(KeyKind.Newest),
            0x08 or 0x7f => new(KeyKind.KillWordLeft),
            _ => new(KeyKind.Unknown),
        };
    }

    // ESC [ parameters final: parameters are digits and semicolons.
    Key ReadSequence(CancellationToken cancel)
    {
        Span<char> parameters = stackalloc char[MaxSequence];
        for (var length = 0; ;)
        {
            if (!TryNext(out var code, cancel))
                return new(KeyKind.Gone);
            if (code is >= 0x40 and <= 0x7e)
                return Sequence(parameters[..length], code, cancel);
            if (length < MaxSequence)
                parameters[length++] = (char)code;
        }
    }

    Key Sequence(ReadOnlySpan<char> parameters, byte final, CancellationToken cancel)
    {
        if (final != '~')
            return new(Named(final, modified: parameters.Contains(';')));
        return parameters switch
        {
            "1" or "7" => new(KeyKind.Home),
            "4" or "8" => new(KeyKind.End),
            "3" => new(KeyKind.Delete),
            "200" => ReadPaste(cancel),
            _ => new(KeyKind.Unknown),
        };
    }

    static KeyKind Named(byte final, bool modified) => (char)final switch
    {
        'A' => KeyKind.Previous,
        'B' => KeyKind.Next,
        'C' => modified ? KeyKind.WordRight : KeyKind.Right,
        'D' => modified ? KeyKind.WordLeft : KeyKind.Left,
        'F' => KeyKind.End,
        'H' => KeyKind.Home,
        _ => KeyKind.Unknown,
    };

    Key ReadPaste(CancellationToken cancel)
    {
        var end = "\e[201~"u8;
        List<byte> bytes = [];
        while (TryNext(out var code, cancel))
        {
            bytes.Add(code);
            var pasted = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
            if (pasted.EndsWith(end))
                return new(KeyKind.Text, OneLine(Encoding.UTF8.GetString(pasted[..^end.Length])));
            if (bytes.Count > MaxPaste)
                bytes.RemoveRange(0, bytes.Count - end.Length);
        }
        return new(KeyKind.Gone);
    }

    // A paste never runs anything by itself: its line ends become blanks, other control characters go.
    static string OneLine(string pasted)
    {
        var text = new StringBuilder(pasted.Length);
        foreach (var c in pasted.ReplaceLineEndings("\n").TrimEnd('\n'))
        {
            if (c is '\n' or '\t')
                text.Append(' ');
            else if (!char.IsControl(c))
                text.Append(c);
        }
        return text.ToString();
    }

    bool TryNext(out byte code, CancellationToken cancel)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = terminal.Read(_buffer, cancel);
        }
        code = _end > 0 ? _buffer[_start++] : (byte)0;
        return _end > 0;
    }
}
