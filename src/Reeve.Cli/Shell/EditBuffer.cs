using System.Globalization;

namespace Reeve.Cli.Shell;

/// <summary>The line being edited and the cursor in it. Moves and deletes by whole user-perceived characters.</summary>
public sealed class EditBuffer
{
    /// <summary>Most UTF-16 units a line may have; what goes beyond is not taken.</summary>
    public const int MaxLength = 64 * 1024;

    string _cut = "";

    /// <summary>The line.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the next character goes, between 0 and the length.</summary>
    public int Cursor { get; private set; }

    /// <summary>Replaces the line; the cursor goes to its end.</summary>
    public void Set(string text) => Set(text, text.Length);

    /// <summary>Replaces line and cursor.</summary>
    public void Set(string text, int cursor)
    {
        Text = text;
        Cursor = cursor;
    }

    /// <summary>Inserts at the cursor.</summary>
    /// <returns>False: the line would grow too long, nothing was inserted.</returns>
    public bool Insert(string text)
    {
        if (Text.Length + text.Length > MaxLength)
            return false;
        Set(Text.Insert(Cursor, text), Cursor + text.Length);
        return true;
    }

    /// <summary>Replaces what stands between <paramref name="start"/> and the cursor.</summary>
    public void ReplaceBack(int start, string text) =>
        Set(string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(Cursor)), start + text.Length);

    /// <summary>Carries out a key that edits or moves.</summary>
    /// <returns>False: it is no such key, or there was nothing to do.</returns>
    public bool Apply(Key key) => key.Kind switch
    {
        KeyKind.Text => Insert(key.Text),
        KeyKind.Left => MoveTo(Before(Cursor)),
        KeyKind.Right => MoveTo(After(Cursor)),
        KeyKind.WordLeft => MoveTo(WordStart(Cursor)),
        KeyKind.WordRight => MoveTo(WordEnd(Cursor)),
        KeyKind.Home => MoveTo(0),
        KeyKind.End => MoveTo(Text.Length),
        KeyKind.Backspace => Remove(Before(Cursor), Cursor),
        KeyKind.Delete or KeyKind.EndOrDelete => Remove(Cursor, After(Cursor)),
        KeyKind.KillToEnd => Cut(Cursor, Text.Length),
        KeyKind.KillToStart => Cut(0, Cursor),
        KeyKind.KillBlankWord => Cut(BlankWordStart(), Cursor),
        KeyKind.KillWordLeft => Cut(WordStart(Cursor), Cursor),
        KeyKind.KillWordRight => Cut(Cursor, WordEnd(Cursor)),
        KeyKind.Yank => _cut.Length > 0 && Insert(_cut),
        KeyKind.Transpose => Transpose(),
        _ => false,
    };

    bool MoveTo(int position)
    {
        var moved = Cursor != position;
        Cursor = position;
        return moved;
    }

    bool Remove(int start, int end)
    {
        Set(Text.Remove(start, end - start), start);
        return end > start;
    }

    bool Cut(int start, int end)
    {
        if (end > start)
            _cut = Text[start..end];
        return Remove(start, end);
    }

    bool Transpose()
    {
        var end = Cursor < Text.Length ? After(Cursor) : Cursor;
        var middle = Before(end);
        var start = Before(middle);
        if (start == middle)
            return false;
        Set(Text[..start] + Text[middle..end] + Text[start..middle] + Text[end..], end);
        return true;
    }

    int After(int position) =>
        position < Text.Length ? position + StringInfo.GetNextTextElementLength(Text, position) : position;

    int Before(int position)
    {
        var before = 0;
        for (var at = 0; at < position; at = After(at))
            before = at;
        return before;
    }

    int WordStart(int position)
    {
        while (position > 0 && !char.IsLetterOrDigit(Text[position - 1]))
            position--;
        while (position > 0 && char.IsLetterOrDigit(Text[position - 1]))
            position--;
        return position;
    }

    int WordEnd(int position)
    {
        while (position < Text.Length && !char.IsLetterOrDigit(Text[position]))
            position++;
        while (position < Text.Length && char.IsLetterOrDigit(Text[position]))
            position++;
        return position;
    }

    int BlankWordStart()
    {
        var position = Cursor;
        while (position > 0 && char.IsWhiteSpace(Text[position - 1]))
            position--;
        while (position > 0 && !char.IsWhiteSpace(Text[position - 1]))
            position--;
        return position;
    }
}
