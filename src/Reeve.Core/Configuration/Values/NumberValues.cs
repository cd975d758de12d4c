using System.Globalization;

namespace Reeve.Core.Configuration.Values;

/// <summary>Numbers, sizes and truth values.</summary>
static class NumberValues
{
    const NumberStyles Python =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>A whole number.</summary>
    public static bool Number(string text, out int value, out ValueError error) =>
        TryNumber(text, "a whole number", out value, out error);

    /// <summary>A number of seconds.</summary>
    public static bool Seconds(string text, out int value, out ValueError error) =>
        TryNumber(text, "whole seconds", out value, out error);

    /// <summary>A number, or one with KB, MB or GB, in powers of 1024.</summary>
    public static bool Bytes(string text, out long value, out ValueError error)
    {
        error = default;
        var (digits, factor) = text switch
        {
            _ when Ends(text, "KB") => (text[..^2], 1L << 10),
            _ when Ends(text, "MB") => (text[..^2], 1L << 20),
            _ when Ends(text, "GB") => (text[..^2], 1L << 30),
            _ => (text, 1L),
        };
        if (!long.TryParse(digits, Python, CultureInfo.InvariantCulture, out value))
        {
            error = new("a number of bytes, with or without KB, MB or GB", SizeLike(text),
                NotAnInteger(digits.ToLowerInvariant()));
            return false;
        }

        if (value > long.MaxValue / factor || value < long.MinValue / factor)
        {
            error = new($"at most {long.MaxValue} bytes", "50MB", null);
            return false;
        }

        value *= factor;
        return true;
    }

    /// <summary>yes, true, on, 1 or no, false, off, 0.</summary>
    public static bool Boolean(string text, out bool value, out ValueError error)
    {
        error = default;
        value = text.ToLowerInvariant() is "yes" or "true" or "on" or "1";
        if (value || text.ToLowerInvariant() is "no" or "false" or "off" or "0")
            return true;
        error = new("true or false", "true", $"not a valid boolean value: {Quoted.Python(text)}");
        return false;
    }

    /// <summary>A file mode or mask: octal digits, with or without 0 or 0o before them, at most 7777.</summary>
    public static bool Octal(string text, out int value, out ValueError error)
    {
        error = new("octal digits, at most 7777", "022", $"{text} can not be converted to an octal type");
        value = 0;
        var digits = text.AsSpan().Trim();
        if (digits.StartsWith("0o", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        if (digits.IsEmpty)
            return false;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7' || (value = value * 8 + (digit - '0')) > 0xfff)
                return false;
        }

        return true;
    }

    /// <summary>Python's text for what is no integer.</summary>
    public static string NotAnInteger(string text) => $"invalid literal for int() with base 10: {Quoted.Python(text)}";

    /// <summary>A whole number of Python's <c>int</c> that fits 32 bits.</summary>
    public static bool TryInteger(string text, out int value) =>
        int.TryParse(text, Python, CultureInfo.InvariantCulture, out value);

    static bool TryNumber(string text, string expected, out int value, out ValueError error)
    {
        error = default;
        if (TryInteger(text, out value))
            return true;
        error = Int128.TryParse(text, Python, CultureInfo.InvariantCulture, out _)
            ? new($"a number from {int.MinValue} to {int.MaxValue}", "999", null)
            : new(expected, LeadingDigits(text) ?? "1", NotAnInteger(text));
        return false;
    }

    static string? LeadingDigits(string text)
    {
        var end = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var at && at < 0 ? text.Length : at;
        return end is > 0 and < 10 ? text[..end] : null;
    }

    static string SizeLike(string text) => LeadingDigits(text) is { } digits && digits.Length < text.Length
        ? digits + char.ToUpperInvariant(text[digits.Length]) switch
        {
            'K' => "KB",
            'M' or '.' => "MB",
            'G' => "GB",
            _ => "",
        }
        : "50MB";

    static bool Ends(string text, string unit) => text.EndsWith(unit, StringComparison.OrdinalIgnoreCase);
}
