using System.Globalization;
using System.Text;

namespace Reeve.Cli.Shell;

/// <summary>How many columns of a terminal a text takes.</summary>
public static class TextWidth
{
    // First and last of the ranges that terminals draw in two columns: East Asian Wide and Fullwidth, and emoji.
    static readonly (int First, int Last)[] s_wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x25FD, 0x25FE), (0x2614, 0x2615),
        (0x2648, 0x2653), (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x2705, 0x2705), (0x270A, 0x270B), (0x2728, 0x2728),
        (0x274C, 0x274C), (0x2753, 0x2755), (0x2795, 0x2797), (0x2B1B, 0x2B1C), (0x2E80, 0x303E), (0x3041, 0x33FF),
        (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x1B2FF), (0x1F004, 0x1F004), (0x1F18E, 0x1F18E),
        (0x1F191, 0x1F19A), (0x1F200, 0x1F320), (0x1F32D, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7EB),
        (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>Columns of a whole text, as if it stood on one endless line.</summary>
    public static int Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text.Length;
        var width = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            width += OfElement(text.AsSpan(at, length));
            at += length;
        }
        return width;
    }

    /// <summary>The text with blanks behind it up to <paramref name="width"/> columns.</summary>
    public static string Pad(string text, int width) =>
        Of(text) is var own && own < width ? text + new string(' ', width - own) : text;

    /// <summary>The text if it fits into <paramref name="width"/> columns, else its beginning and <c>…</c>.</summary>
    public static string Fit(string text, int width)
    {
        if (Of(text) <= width)
            return text;
        if (width <= 0)
            return "";
        var (end, used) = (0, 1);
        while (true)
        {
            var length = StringInfo.GetNextTextElementLength(text, end);
            used += OfElement(text.AsSpan(end, length));
            if (used > width)
                return string.Concat(text.AsSpan(0, end), "…");
            end += length;
        }
    }

    /// <summary>Columns of one user-perceived character: the widest of its parts, since the others are drawn into it.</summary>
    public static int OfElement(ReadOnlySpan<char> element)
    {
        var width = 0;
        foreach (var rune in element.EnumerateRunes())
            width = Math.Max(width, Of(rune));
        return width;
    }

    static int Of(Rune rune)
    {
        if (rune.Value is >= 0x20 and < 0x7f)
            return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.Control)
        {
            return 0;
        }
        foreach (var (first, last) in s_wide)
        {
            if (rune.Value <= last)
                return rune.Value >= first ? 2 : 1;
        }
        return 1;
    }
}
