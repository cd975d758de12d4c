using System.Globalization;
using System.Text;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Tests.Editor;

/// <summary>What a terminal shows: it understands what the editor sends and fails on anything else.</summary>
sealed class RenderedScreen(int width) : Stream
{
    readonly List<List<string>> _rows = [[]];
    readonly StringBuilder _input = new();
    int _row;
    int _column;

    // A full row keeps the cursor on its last column until the next character.
    bool _wrapPending;

    public int Bells { get; private set; }

    /// <summary>Whether a line feed leaves the cursor in its column; in cooked mode it returns.</summary>
    public Func<bool> IsRaw { get; set; } = () => true;

    /// <summary>The rows, without blanks at their ends.</summary>
    public string Text => string.Join("\n", _rows.Select(row => string.Concat(row).TrimEnd())).TrimEnd('\n');

    public (int Row, int Column) Cursor => (_row, _column);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _input.Append(Encoding.UTF8.GetString(buffer));
        var text = _input.ToString();
        _input.Clear();
        for (var at = 0; at < text.Length;)
            at += Take(text, at);
    }

    int Take(string text, int at)
    {
        switch (text[at])
        {
            case '\r':
                _column = 0;
                _wrapPending = false;
                return 1;
            case '\n':
                GoTo(_row + 1, IsRaw() ? _column : 0);
                return 1;
            case '\a':
                Bells++;
                return 1;
            case '\e':
                return Sequence(text, at);
            default:
                var length = StringInfo.GetNextTextElementLength(text, at);
                Put(text.Substring(at, length));
                return length;
        }
    }

    int Sequence(string text, int at)
    {
        Assert.Equal('[', text[at + 1]);
        var end = at + 2;
        while (text[end] is < '@' or > '~')
            end++;
        var parameters = text[(at + 2)..end];
        var count = int.TryParse(parameters, out var number) ? number : 1;
        switch (text[end], parameters)
        {
            case ('A', _):
                GoTo(_row - count, _column);
                break;
            case ('C', _):
                GoTo(_row, Math.Min(_column + count, width - 1));
                break;
            case ('J', ""):
                _rows[_row].RemoveRange(Math.Min(_column, _rows[_row].Count), Math.Max(0, _rows[_row].Count - _column));
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case ('J', "2"):
                _rows.Clear();
                GoTo(_row, _column);
                break;
            case ('H', ""):
                GoTo(0, 0);
                break;
            case ('h' or 'l', "?2004"):
                break;
            default:
                Assert.Fail($"no terminal needs to know ESC [ {parameters} {text[end]}");
                break;
        }
        return end + 1 - at;
    }

    void Put(string element)
    {
        var columns = TextWidth.OfElement(element);
        if (_wrapPending || _column + columns > width)
            GoTo(_row + 1, 0);
        var row = _rows[_row];
        while (row.Count < _column)
            row.Add(" ");
        if (row.Count > _column)
            row.RemoveRange(_column, Math.Min(columns, row.Count - _column));
        row.Insert(_column, element);
        for (var filler = 1; filler < columns; filler++)
            row.Insert(_column + filler, "");
        _column += columns;
        if (_column < width)
            return;
        _column = width - 1;
        _wrapPending = true;
    }

    void GoTo(int row, int column)
    {
        Assert.True(row >= 0, "the cursor leaves the screen at its top");
        (_row, _column, _wrapPending) = (row, column, false);
        while (_rows.Count <= row)
            _rows.Add([]);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
}
