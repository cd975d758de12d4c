using System.Globalization;
using System.Text;

namespace Reeve.Cli.Personalities;

/// <summary>Texts that Supervisor's users know in the form its language gives them.</summary>
static class PythonText
{
    /// <summary>A text in quotes, as error messages show it: <c>'foo'</c>, <c>"it's"</c>, <c>'a\tb'</c>.</summary>
    public static string Quote(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append(@"\n"),
                '\r' => quoted.Append(@"\r"),
                '\t' => quoted.Append(@"\t"),
                < 0x20 or (>= 0x7f and <= 0xa0) or 0xad => quoted.Append(@"\x").Append(rune.Value.ToString("x2", null)),
                _ when rune.Value == quote => quoted.Append('\\').Append(quote),
                _ => quoted.Append(rune.ToString()),
            };
        }
        return quoted.Append(quote).ToString();
    }

    /// <summary>A list of texts: <c>['foo', '-h']</c>.</summary>
    public static string Quote(IEnumerable<string> texts) => "[" + string.Join(", ", texts.Select(Quote)) + "]";

    /// <summary>A whole number with sign and surrounding blanks, as <c>int()</c> takes it.</summary>
    public static bool TryParseInt(string text, out long value) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);

    /// <summary>What <c>int()</c> says to a text that is no number.</summary>
    public static string NotAnInt(string text) => $"invalid literal for int() with base 10: {Quote(text)}";
}
