using System.Text;
using Reeve.Core.Selection;

namespace Reeve.Core.Configuration;

/// <summary>Why a value could not be expanded.</summary>
/// <param name="Text">What was found, and how to mend it.</param>
/// <param name="SupervisorText">Supervisor's text for it, without the place; null where it has none.</param>
/// <param name="At">Where in the value, from 1.</param>
/// <param name="MissingName">The name that is not known; null: something else is wrong.</param>
readonly record struct ExpansionError(string Text, string? SupervisorText, int At = 0, string? MissingName = null)
{
    /// <summary>The same without the value, which may be a secret. What is written as a name is still told.</summary>
    public ExpansionError WithoutValue(string format) =>
        MissingName is not null && MissingName.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? this with { SupervisorText = SupervisorText?.Replace(Quoted.Python(format), "'…'", StringComparison.Ordinal) }
            : new($"cannot expand the value: the percent sign at character {At} begins nothing that is known. "
                + "Write %% for a percent sign, %(name)s for a name.", null, At);
}

/// <summary>Python's <c>%</c> formatting with names; every value of a supervisord.conf goes through it.</summary>
/// <remarks>Differs on purpose where Supervisor would put its whole table of names into the value: <c>%s</c> without a
/// name is an error here.</remarks>
static class Expansion
{
    /// <summary>The most characters a value may have after expansion.</summary>
    public const int LongestResult = 1024 * 1024;

    /// <summary>Puts the values of names into <paramref name="format"/>.</summary>
    /// <param name="format">The value as it stands in the file.</param>
    /// <param name="what">Supervisor's name for the place: <c>program:a.command</c>.</param>
    /// <param name="names">What may be used.</param>
    /// <param name="here">Value of <c>here</c>; null where it may not be used.</param>
    /// <param name="result">The expanded value, else empty.</param>
    /// <param name="error">Set when the result is false.</param>
    public static bool TryExpand(string format, string what, ExpansionNames names, string? here, out string result,
        out ExpansionError error)
    {
        error = default;
        result = format;
        if (!format.Contains('%'))
            return true;

        var output = new StringBuilder(format.Length + 64);
        for (var at = 0; at < format.Length;)
        {
            var percent = format.IndexOf('%', at);
            if (percent < 0)
                percent = format.Length;
            output.Append(format, at, percent - at);
            at = percent;
            if (at == format.Length)
                break;
            if (!FormatSpecifier.TryRead(format, ref at, out var specifier, out var failure)
                || !TryAppend(specifier, names, here, output, out failure))
            {
                error = failure.MissingName is { } missing
                    ? Unknown(format, what, missing, names, here) with { At = percent + 1, MissingName = missing }
                    : Malformed(format, what, failure) with { At = percent + 1 };
                result = "";
                return false;
            }

            if (output.Length > LongestResult)
            {
                error = new($"cannot expand {Quoted.Short(format)}: the result is longer than {LongestResult} "
                    + "characters. Shorten it.", null);
                result = "";
                return false;
            }
        }

        result = output.ToString();
        return true;
    }

    static bool TryAppend(FormatSpecifier specifier, ExpansionNames names, string? here, StringBuilder output,
        out FormatFailure failure)
    {
        failure = default;
        if (specifier.Conversion == '%')
        {
            output.Append('%');
            return true;
        }

        var value = here is not null && specifier.Name == "here" ? new(here) : default(ExpansionValue?);
        if (value is null && names.TryGet(specifier.Name!, out var named))
            value = named;
        if (value is null)
        {
            failure = new(MissingName: specifier.Name);
            return false;
        }

        return specifier.TryAppend(value.Value, output, out failure);
    }

    static ExpansionError Unknown(string format, string what, string name, ExpansionNames names, string? here)
    {
        var available = names.All(here is not null);
        string[] ordinary = [.. available.Where(known => !known.StartsWith("ENV_"))];
        var mend = name.StartsWith("ENV_", StringComparison.Ordinal)
            ? $"the environment variable {Quoted.Short(name[4..])} is not set. "
                + "Set it before the daemon starts, or in [supervisord] environment."
            : NearestName.Find(name, ordinary) is { } nearest
            ? $"there is no such name here. Write %({nearest})s."
            : $"there is no such name here. Use one of {string.Join(", ", [.. ordinary, "ENV_VARIABLE"])}; "
                + "write %% for a percent sign.";
        return new(
            $"cannot expand {Quoted.Short($"%({name})s")}: {mend}",
            $"{Place(format, what)} contains names ({Quoted.Python(name)}) which cannot be expanded. "
                + $"Available names: {string.Join(", ", available)}");
    }

    static ExpansionError Malformed(string format, string what, FormatFailure failure) => new(
        $"cannot expand {Quoted.Short(format)}: {failure.Text}. Write %% for a percent sign, %(name)s for a name.",
        failure.SupervisorTail is { } tail ? $"{Place(format, what)} is badly formatted: {tail}" : null);

    static string Place(string format, string what) =>
        $"Format string {Quoted.Python(format)} for {Quoted.Python(what)}";
}
