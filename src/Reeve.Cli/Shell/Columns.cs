using System.Text;

namespace Reeve.Cli.Shell;

/// <summary>Lays names out in columns that are read downwards.</summary>
public static class Columns
{
    const string Gap = "  ";

    /// <summary>Appends the rows, as few as fit; every cell but those missing at the end is padded to its column.</summary>
    /// <param name="text">Grows by the rows, each with a line feed.</param>
    /// <param name="names">In the order they are read; control characters must be gone.</param>
    /// <param name="width">Columns of the screen that may be used.</param>
    public static void Append(StringBuilder text, IReadOnlyList<string> names, int width)
    {
        if (names.Count == 0)
            return;
        var widths = names.Select(TextWidth.Of).ToArray();
        var rows = 1;
        int[] columns;
        while ((columns = Measure(widths, rows)).Sum() + (Gap.Length * (columns.Length - 1)) > width && rows < names.Count)
            rows++;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns.Length && row + (column * rows) < names.Count; column++)
            {
                var at = row + (column * rows);
                text.Append(column > 0 ? Gap : "").Append(names[at]).Append(' ', columns[column] - widths[at]);
            }
            text.Append('\n');
        }
    }

    static int[] Measure(int[] widths, int rows)
    {
        var columns = new int[(widths.Length + rows - 1) / rows];
        for (var at = 0; at < widths.Length; at++)
            columns[at / rows] = Math.Max(columns[at / rows], widths[at]);
        return columns;
    }
}
