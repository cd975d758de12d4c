using System.Globalization;
using System.Text;

namespace Reeve.Cli.Shell;

/// <summary>Draws prompt and line, over as many rows as they need, and puts the cursor where it belongs.</summary>
public sealed class LineScreen(ITerminal terminal, Stream output)
{
    Drawing? _drawn;

    /// <summary>What stands on the screen.</summary>
    /// <param name="Prompt">Before the line.</param>
    /// <param name="Text">The line.</param>
    /// <param name="Cursor">Where in the line.</param>
    /// <param name="Width">Of the screen, when it was drawn.</param>
    /// <param name="CursorRow">Row of the cursor below the prompt's first.</param>
    /// <param name="EndRow">Row of the line's end, likewise.</param>
    sealed record Drawing(string Prompt, string Text, int Cursor, int Width, int CursorRow, int EndRow)
    {
        public bool IsAtEnd => Cursor == Text.Length;
    }

    /// <summary>Draws anew in place of what was drawn last; what is typed at the end is only added.</summary>
    public void Draw(string prompt, string text, int cursor)
    {
        var width = terminal.Width;
        var atCursor = Advance(Advance(default, prompt, width), text.AsSpan(0, cursor).ToString(), width);
        var end = Advance(atCursor, text[cursor..], width);
        var last = _drawn;
        _drawn = new(prompt, text, cursor, width, atCursor.Row, end.Row);
        if (last == _drawn)
            return;
        // Programs that play the person at a terminal read back what they typed, so it is not drawn twice.
        if (last is { IsAtEnd: true } && _drawn.IsAtEnd && last.Prompt == prompt && last.Width == width
            && last.EndRow == end.Row && text.StartsWith(last.Text, StringComparison.Ordinal)
            && TextWidth.Of(text) == TextWidth.Of(last.Text) + TextWidth.Of(text[last.Text.Length..]))
        {
            Send(text[last.Text.Length..]);
            return;
        }
        var drawing = new StringBuilder();
        if (last is not null)
            BackToStart(drawing, last);
        drawing.Append(prompt).Append(text);
        // After a full row terminals keep the cursor on its last column until something follows.
        if (end.Column == 0 && end.Row > 0)
            drawing.Append("\r\n");
        if (end.Row > atCursor.Row)
            drawing.Append($"\e[{end.Row - atCursor.Row}A");
        if (!_drawn.IsAtEnd)
        {
            drawing.Append('\r');
            if (atCursor.Column > 0)
                drawing.Append($"\e[{atCursor.Column}C");
        }
        Send(drawing.ToString());
    }

    /// <summary>Leaves the drawing behind; what comes next begins on a row of its own.</summary>
    public void Leave()
    {
        _drawn = null;
        Send("\r\n");
    }

    /// <summary>Empties the screen; draw afterwards.</summary>
    public void Clear()
    {
        _drawn = null;
        Send("\e[H\e[2J");
    }

    /// <summary>A sound.</summary>
    public void Bell() => Send("\a");

    /// <summary>Sends text as it is.</summary>
    public void Send(string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }

    static void BackToStart(StringBuilder drawing, Drawing drawn)
    {
        if (drawn.CursorRow > 0)
            drawing.Append($"\e[{drawn.CursorRow}A");
        drawing.Append("\r\e[J");
    }

    static (int Row, int Column) Advance((int Row, int Column) at, string text, int width)
    {
        for (var index = 0; index < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, index);
            var columns = TextWidth.OfElement(text.AsSpan(index, length));
            index += length;
            // A character of two columns does not begin on the last one.
            if (at.Column + columns > width)
                at = (at.Row + 1, 0);
            at.Column += columns;
            if (at.Column >= width)
                at = (at.Row + 1, 0);
        }
        return at;
    }
}
