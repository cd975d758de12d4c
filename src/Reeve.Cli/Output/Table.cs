using System.Text;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Output;

/// <summary>Aligned columns, two blanks apart; on a narrow terminal lines end where it ends.</summary>
internal sealed class Table(params string[] headings)
{
    readonly List<Cell[]> _rows = [];

    /// <summary>One field; <paramref name="Paint"/> colours it after it has been padded.</summary>
    public readonly record struct Cell(string Text, Func<string, string>? Paint = null)
    {
        public static implicit operator Cell(string text) => new(text);
    }

    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>Its lines, the headings first.</summary>
    /// <param name="headingStyle">Style of the headings.</param>
    /// <param name="width">Columns of the terminal; null: lines are never cut.</param>
    public IEnumerable<string> Lines(Style headingStyle, int? width)
    {
        var widths = headings.Select(h => h.Length).ToArray();
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++)
                widths[i] = Math.Max(widths[i], TextWidth.Of(row[i].Text));
        }
        return _rows.Prepend(headings.Select(h => new Cell(h, headingStyle.Faint)).ToArray())
            .Select(row => Line(row, widths, width ?? int.MaxValue));
    }

    static string Line(Cell[] row, int[] widths, int room)
    {
        var line = new StringBuilder();
        for (var i = 0; i < row.Length && room > 0; i++)
        {
            var (text, paint) = row[i];
            text = TextWidth.Fit(text, room);
            line.Append(paint is null ? text : paint(text));
            if (i < row.Length - 1)
                line.Append(' ', widths[i] - TextWidth.Of(text) + 2);
            room -= widths[i] + 2;
        }
        return line.ToString().TrimEnd(' ');
    }
}
