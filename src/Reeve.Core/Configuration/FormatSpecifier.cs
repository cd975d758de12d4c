using System.Globalization;
using System.Text;

namespace Reeve.Core.Configuration;

/// <summary>Why a <c>%</c> could not be read or carried out; a missing name is told apart by the caller.</summary>
readonly record struct FormatFailure(string? Text = null, string? SupervisorTail = null, string? MissingName = null);

/// <summary>One <c>%(name)FLAGS WIDTH.PRECISION CONVERSION</c> of a value.</summary>
readonly struct FormatSpecifier
{
    // Wider fields than a log file's name can need are mistakes.
    const int Widest = 4096, MostPrecise = 100;

    /// <summary>What stands in the parentheses; null for <c>%%</c>.</summary>
    public string? Name { get; private init; }

    /// <summary>The letter that says how the value is written, or <c>%</c>.</summary>
    public char Conversion { get; private init; }

    string Flags { get; init; }
    int Width { get; init; }
    int Precision { get; init; }

    /// <summary>Reads the specifier at <paramref name="at"/>, which is moved behind it.</summary>
    public static bool TryRead(string format, ref int at, out FormatSpecifier specifier, out FormatFailure failure)
    {
        specifier = default;
        failure = new("the format ends after a percent sign", "incomplete format");
        at++;
        string? name = null;
        if (at < format.Length && format[at] == '(')
        {
            if (!TryReadName(format, ref at, out name))
            {
                failure = new("a parenthesis is not closed", "incomplete format key");
                return false;
            }
        }
        else if (at < format.Length && format[at] == '%')
        {
            at++;
            specifier = new() { Conversion = '%', Flags = "" };
            return true;
        }

        var flags = at;
        while (at < format.Length && format[at] is '#' or '0' or '-' or ' ' or '+')
            at++;
        var flagText = format[flags..at];
        if (at < format.Length && format[at] == '*')
        {
            failure = new("a width of '*' cannot be given here", "not enough arguments for format string");
            return false;
        }

        if (!TryReadNumber(format, ref at, Widest, out var width))
        {
            failure = new($"a field is wider than {Widest}");
            return false;
        }

        var precision = -1;
        if (at < format.Length && format[at] == '.')
        {
            at++;
            if (!TryReadNumber(format, ref at, MostPrecise, out precision))
            {
                failure = new($"a precision is greater than {MostPrecise}", "precision too big");
                return false;
            }
        }

        if (at < format.Length && format[at] is 'h' or 'l' or 'L')
            at++;
        if (at >= format.Length)
            return false;

        var conversion = format[at];
        if (!"diuoxXeEfFgGcrsa".Contains(conversion))
        {
            var shown = conversion is >= ' ' and < '\x7f' ? conversion : '?';
            failure = new($"'%' before {Quoted.Short(conversion.ToString())} means nothing",
                $"unsupported format character '{shown}' (0x{(int)conversion:x}) at index {at}");
            return false;
        }

        at++;
        if (name is null)
        {
            failure = new($"%{conversion} has no name", TailWithoutName(conversion));
            return false;
        }

        specifier = new()
        {
            Name = name,
            Conversion = conversion,
            Flags = flagText,
            Width = width,
            Precision = precision,
        };
        return true;
    }

    /// <summary>Writes <paramref name="value"/> as the specifier says.</summary>
    public bool TryAppend(ExpansionValue value, StringBuilder output, out FormatFailure failure)
    {
        failure = default;
        switch (Conversion)
        {
            case 's' or 'r' or 'a':
                Pad(Clipped(TextOf(value)), output);
                return true;
            case 'c':
                if (CharacterOf(value) is { } character)
                {
                    Pad(character, output);
                    return true;
                }

                failure = new($"%({Name})c needs one character or its number", "%c requires int or char");
                return false;
            default:
                if (value.Text is null)
                {
                    AppendNumber(value.Number, output);
                    return true;
                }

                failure = new($"%({Name}){Conversion} needs a number, and {Name} is a text; write %({Name})s",
                    TailForText());
                return false;
        }
    }

    static bool TryReadName(string format, ref int at, out string? name)
    {
        var start = at + 1;
        for (var depth = 0; at < format.Length; at++)
        {
            depth += format[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                name = format[start..at++];
                return true;
            }
        }

        name = null;
        return false;
    }

    static bool TryReadNumber(string format, ref int at, int most, out int number)
    {
        number = 0;
        for (; at < format.Length && char.IsAsciiDigit(format[at]); at++)
        {
            number = number * 10 + (format[at] - '0');
            if (number > most)
                return false;
        }

        return true;
    }

    static string TailWithoutName(char conversion) => conversion switch
    {
        'd' or 'i' or 'u' => $"%{conversion} format: a real number is required, not dict",
        'o' or 'x' or 'X' => $"%{conversion} format: an integer is required, not dict",
        'c' => "%c requires int or char",
        's' or 'r' or 'a' => "not enough arguments for format string",
        _ => "must be real number, not dict",
    };

    string TailForText() => Conversion switch
    {
        'd' or 'i' or 'u' => $"%{Conversion} format: a real number is required, not str",
        'o' or 'x' or 'X' => $"%{Conversion} format: an integer is required, not str",
        _ => "must be real number, not str",
    };

    string TextOf(ExpansionValue value) => value.Text is null ? value.Number.ToString(CultureInfo.InvariantCulture)
        : Conversion == 's' ? value.Text
        : Quoted.Python(value.Text, ascii: Conversion == 'a');

    string Clipped(string text) => Precision >= 0 && text.Length > Precision ? text[..Precision] : text;

    static string? CharacterOf(ExpansionValue value)
    {
        if (value.Text is not null)
            return value.Text.Length == 1 ? value.Text : null;
        return value.Number is > 0 and <= 0x10ffff && Rune.IsValid((int)value.Number)
            ? new Rune((int)value.Number).ToString() : null;
    }

    void AppendNumber(long number, StringBuilder output)
    {
        // Widened, so that the least number has a positive counterpart.
        var size = Int128.Abs(number);
        var alternate = Flags.Contains('#');
        var prefix = (Conversion, alternate) switch
        {
            ('o', true) => "0o",
            ('x', true) => "0x",
            ('X', true) => "0X",
            _ => "",
        };
        var digits = Conversion switch
        {
            'd' or 'i' or 'u' => size.ToString(CultureInfo.InvariantCulture),
            'o' => Convert.ToString((long)size, 8),
            'x' => size.ToString("x", CultureInfo.InvariantCulture),
            'X' => size.ToString("X", CultureInfo.InvariantCulture),
            _ => FloatText.Write((double)size, Conversion, Precision, alternate),
        };
        if (Precision > digits.Length && "diuoxX".Contains(Conversion))
            digits = digits.PadLeft(Precision, '0');
        var sign = number < 0 ? "-" : Flags.Contains('+') ? "+" : Flags.Contains(' ') ? " " : "";
        if (Flags.Contains('0') && !Flags.Contains('-'))
            digits = digits.PadLeft(Math.Max(0, Width - sign.Length - prefix.Length), '0');
        Pad(sign + prefix + digits, output);
    }

    void Pad(string text, StringBuilder output)
    {
        var blanks = Math.Max(0, Width - text.Length);
        if (Flags.Contains('-'))
            output.Append(text).Append(' ', blanks);
        else
            output.Append(' ', blanks).Append(text);
    }
}
