using System.Globalization;
using System.Text;

namespace Reeve.Core.Configuration;

/// <summary>Foreign text made safe to stand inside a message: quoted, on one line.</summary>
static class Quoted
{
    const int ShortLength = 100;

    /// <summary>For people: at most 100 characters of <paramref name="text"/>.</summary>
    public static string Short(string text) =>
        Python(text.Length <= ShortLength ? text : string.Concat(text.AsSpan(0, ShortLength), "…"));

    /// <summary>As Python's <c>repr</c>, which Supervisor's messages use.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="ascii">As its <c>ascii</c>: other characters are escaped too.</param>
    public static string Python(string text, bool ascii = false)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\\' || rune.Value == quote)
                result.Append('\\').Append((char)rune.Value);
            else if (rune.Value is '\n')
                result.Append("\\n");
            else if (rune.Value is '\r')
                result.Append("\\r");
            else if (rune.Value is '\t')
                result.Append("\\t");
            else if (IsPrintable(rune) && (!ascii || rune.IsAscii))
                result.Append(rune);
            else if (rune.Value <= 0xff)
                result.Append($"\\x{rune.Value:x2}");
            else if (rune.IsBmp)
                result.Append($"\\u{rune.Value:x4}");
            else
                result.Append($"\\U{rune.Value:x8}");
        }

        return result.Append(quote).ToString();
    }

    static bool IsPrintable(Rune rune) => rune.Value is ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
