using System.Globalization;

namespace Reeve.Core.Configuration;

/// <summary>Writes a number as C's printf does for e, f and g: rare here, but in the dialect.</summary>
static class FloatText
{
    const int DefaultPrecision = 6;

    public static string Write(double value, char conversion, int precision, bool alternate)
    {
        precision = precision < 0 ? DefaultPrecision : precision;
        var text = char.ToLowerInvariant(conversion) switch
        {
            'f' => Fixed(value, precision),
            'e' => Exponent(value, precision),
            _ => General(value, Math.Max(1, precision), alternate),
        };
        return char.IsUpper(conversion) ? text.ToUpperInvariant() : text;
    }

    static string Fixed(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    static string Exponent(double value, int digits) =>
        value.ToString((digits == 0 ? "0" : "0." + new string('0', digits)) + "e+00", CultureInfo.InvariantCulture);

    static string General(double value, int digits, bool alternate)
    {
        var exponent = value == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (exponent >= digits)
        {
            var text = Exponent(value, digits - 1);
            var e = text.IndexOf('e');
            return alternate ? text : WithoutZeros(text[..e]) + text[e..];
        }

        var plain = Fixed(value, digits - 1 - exponent);
        return alternate ? plain : WithoutZeros(plain);
    }

    static string WithoutZeros(string text) => text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
}
