using System.Text;

namespace Reeve.Core.Configuration.Values;

/// <summary>Why a text is no list of variables; no part of a value, which may be a secret, is in it.</summary>
/// <param name="Where">The place: <c>after TOKEN</c>.</param>
/// <param name="SupervisorText">Supervisor's text for it, the value left out.</param>
/// <param name="TextForStarter">Supervisor's text with the value.</param>
readonly record struct EnvironmentError(string Where, string SupervisorText, string? TextForStarter = null)
{
    /// <summary>What the key takes.</summary>
    public const string Expected = "KEY=\"value\" pairs with commas between them, values with blanks or signs in quotes";

    /// <summary>A value that would do.</summary>
    public const string Example = "A=\"1\",B=\"x y\"";
}

/// <summary>Reads <c>KEY=val,KEY2="v 2"</c> as Supervisor does: words, quoted texts and single characters,
/// taken as key, '=', value and one separator. Backslashes mean nothing.</summary>
static class EnvironmentText
{
    /// <summary>Reads the variables in order; the last value of a name counts.</summary>
    /// <param name="text">The expanded value of <c>environment</c>.</param>
    /// <param name="variables">Name to value.</param>
    /// <param name="suspicious">The first variable after which text is silently lost; null: none.</param>
    /// <param name="error">Set when the result is false.</param>
    public static bool TryParse(string text, out IReadOnlyDictionary<string, string> variables, out string? suspicious,
        out EnvironmentError error)
    {
        var found = new Dictionary<string, string>();
        variables = found;
        suspicious = null;
        error = default;
        if (!TrySplit(text, out var tokens))
        {
            error = new("with a quote that is not closed", "No closing quotation");
            return false;
        }

        for (var i = 0; i < tokens.Count; i += 4)
        {
            if (i + 2 >= tokens.Count || tokens[i + 1] != "=")
            {
                // What follows lost text may be a piece of a value and not a name.
                var last = suspicious ?? (i == 0 ? null : tokens[i - 4]);
                const string Unexpected = "Unexpected end of key/value pairs in value";
                error = new(last is null ? "at its beginning" : $"after {Quoted.Short(last)}", $"{Unexpected} '…'",
                    $"{Unexpected} '{text}'");
                return false;
            }

            found[tokens[i]] = tokens[i + 2].Trim('"', '\'');
            // What stands between two pairs is skipped unchecked, so that A=a b gives 'a'.
            if (i + 3 < tokens.Count && tokens[i + 3] is not ("," or ";"))
                suspicious ??= tokens[i];
        }

        return true;
    }

    static bool TrySplit(string text, out List<string> tokens)
    {
        tokens = [];
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (IsBlank(c))
            {
                at++;
            }
            else if (c == '#')
            {
                at = AfterLine(text, at);
            }
            else if (c is '"' or '\'')
            {
                var end = text.IndexOf(c, at + 1);
                if (end < 0)
                    return false;
                tokens.Add(text[at..(end + 1)]);
                at = end + 1;
            }
            else if (IsWord(c))
            {
                tokens.Add(ReadWord(text, ref at));
            }
            else
            {
                var length = char.IsSurrogatePair(text, at) ? 2 : 1;
                tokens.Add(text.Substring(at, length));
                at += length;
            }
        }

        return true;
    }

    static string ReadWord(string text, ref int at)
    {
        var word = new StringBuilder();
        while (at < text.Length)
        {
            if (text[at] == '#')
                at = AfterLine(text, at);
            else if (IsWord(text[at]) || text[at] is '"' or '\'')
                word.Append(text[at++]);
            else
                break;
        }

        return word.ToString();
    }

    static int AfterLine(string text, int at) => text.IndexOf('\n', at) is var end && end < 0 ? text.Length : end + 1;

    static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n';

    static bool IsWord(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '_' or '/' or '.' or '+' or '-' or '(' or ')' or ':';
}
