namespace Reeve.Cli.Personalities;

/// <summary>One option of an old command line.</summary>
/// <param name="Key">Name for the program; several spellings may share it.</param>
/// <param name="Short">Letter after one dash; null: none.</param>
/// <param name="Long">Word after two dashes; null: none.</param>
/// <param name="TakesValue">Whether a value must follow.</param>
sealed record GetOptOption(string Key, char? Short, string? Long, bool TakesValue);

/// <summary>An option as it was given.</summary>
/// <param name="Key">Name for the program.</param>
/// <param name="Spelling">As error texts repeat it: <c>-c</c>, or the whole long name however it was abbreviated.</param>
/// <param name="Value">Its value; empty for an option that takes none.</param>
readonly record struct GivenOption(string Key, string Spelling, string Value);

/// <summary>A command line that cannot be used. The message is told after <c>Error: </c>; the exit code is 2.</summary>
sealed class UsageException(string message) : Exception(message);

/// <summary>
/// Reads options as getopt(3) does: short ones may be clustered and long ones cut to a unique prefix; the first word
/// that is no option ends them, and so does <c>--</c>.
/// </summary>
static class GetOpt
{
    /// <exception cref="UsageException">An option is unknown or ambiguous, or lacks its value or has one too many.</exception>
    public static (List<GivenOption> Options, string[] Words) Parse(
        ReadOnlySpan<string> arguments, IReadOnlyList<GetOptOption> known)
    {
        List<GivenOption> given = [];
        while (arguments.Length > 0 && arguments[0].StartsWith('-') && arguments[0] != "-")
        {
            var argument = arguments[0];
            arguments = arguments[1..];
            if (argument == "--")
                break;
            if (argument.StartsWith("--", StringComparison.Ordinal))
                given.Add(ParseLong(argument[2..], ref arguments, known));
            else
                ParseCluster(argument, ref arguments, known, given);
        }
        return (given, arguments.ToArray());
    }

    static GivenOption ParseLong(
        string text, ref ReadOnlySpan<string> rest, IReadOnlyList<GetOptOption> known)
    {
        var equals = text.IndexOf('=');
        var name = equals < 0 ? text : text[..equals];
        var option = FindLong(name, known);
        if (option.TakesValue)
            return new(option.Key, "--" + option.Long, equals < 0 ? Next(ref rest, "--" + option.Long) : text[(equals + 1)..]);
        return equals < 0
            ? new(option.Key, "--" + option.Long, "")
            : throw new UsageException($"option --{option.Long} must not have an argument");
    }

    static GetOptOption FindLong(string name, IReadOnlyList<GetOptOption> known)
    {
        GetOptOption? found = null;
        foreach (var option in known)
        {
            if (option.Long is null || !option.Long.StartsWith(name, StringComparison.Ordinal))
                continue;
            if (option.Long.Length == name.Length)
                return option;
            if (found is not null)
                throw new UsageException($"option --{name} not a unique prefix");
            found = option;
        }
        return found ?? throw new UsageException($"option --{name} not recognized");
    }

    static void ParseCluster(
        string cluster, ref ReadOnlySpan<string> rest, IReadOnlyList<GetOptOption> known, List<GivenOption> given)
    {
        for (var at = 1; at < cluster.Length; at++)
        {
            var spelling = "-" + cluster[at];
            var option = known.FirstOrDefault(o => o.Short == cluster[at])
                ?? throw new UsageException($"option {spelling} not recognized");
            if (!option.TakesValue)
            {
                given.Add(new(option.Key, spelling, ""));
                continue;
            }
            var value = at + 1 < cluster.Length ? cluster[(at + 1)..] : Next(ref rest, spelling);
            given.Add(new(option.Key, spelling, value));
            return;
        }
    }

    static string Next(ref ReadOnlySpan<string> rest, string spelling)
    {
        if (rest.IsEmpty)
            throw new UsageException($"option {spelling} requires argument");
        var value = rest[0];
        rest = rest[1..];
        return value;
    }
}
