using System.Text;

namespace Reeve.Cli.Output;

/// <summary>Aligned columns, two blanks apart; the last column takes what is left of the line.</summary>
internal sealed class Table(params string[] headings)
{
    readonly List<Cell[]> _rows = [];

    /// <summary>One field; <paramref name="Paint"/> colours it after it has been padded.</summary>
    public readonly record struct Cell(string Text, Func<string, string>? Paint = null)
    {
        public static implicit operator Cell(string text) => new(text);
    }

    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <param name="output">Where to.</param>
    /// <param name="headingStyle">Style of the headings.</param>
    /// <param name="width">Columns of the terminal; null: lines are never cut.</param>
    public void Write(TextOutput output, Style headingStyle, int? width)
    {
        var widths = headings.Select(h => h.Length).ToArray();
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Text.Length);
        }
        WriteRow(output, headings.Select(h => new Cell(h, headingStyle.Faint)).ToArray(), widths, width);
        foreach (var row in _rows)
            WriteRow(output, row, widths, width);
    }

    static void WriteRow(TextOutput output, Cell[] row, int[] widths, int? width)
    {
        var line = new StringBuilder();
        var column = 0;
        for (var i = 0; i < row.Length; i++)
        {
            var (text, paint) = row[i];
            var last = i == row.Length - 1;
            if (last && width is { } room && column + text.Length > room && room - column > 1)
                text = string.Concat(text.AsSpan(0, room - column - 1), "…");
            column += widths[i] + 2;
            line.Append(paint is null ? text : paint(text));
            if (!last)
                line.Append(' ', widths[i] - text.Length + 2);
        }
        output.WriteLine(line.ToString().AsSpan().TrimEnd(' '));
    }
}
