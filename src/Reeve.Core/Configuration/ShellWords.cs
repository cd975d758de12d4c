using System.Text;

namespace Reeve.Core.Configuration;

/// <summary>Splits a command line into words by POSIX quoting rules. No globbing, no variables, no comments.</summary>
/// <remarks>Source: Supervisor splits <c>command</c> so when the process is spawned.</remarks>
public static class ShellWords
{
    /// <summary>Splits <paramref name="command"/>; blanks and newlines outside quotes separate.</summary>
    /// <param name="command">For example <c>sh -c 'a ; b' "it's"</c>.</param>
    /// <param name="words">The words without their quotes; empty when there is none or on failure.</param>
    /// <param name="error">Supervisor's text for it: <c>No closing quotation</c>, <c>No escaped character</c>; else
    /// empty.</param>
    /// <returns>False when a quote is left open or a backslash ends the line.</returns>
    public static bool TrySplit(string command, out IReadOnlyList<string> words, out string error)
    {
        var split = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        words = [];
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                if (inWord)
                    split.Add(word.ToString());
                word.Clear();
                inWord = false;
                continue;
            }

            // A quoted empty text is a word too.
            inWord = true;
            var failure = c switch
            {
                '\\' => Escaped(command, ref i, word),
                '\'' or '"' => Quoted(command, ref i, word),
                _ => null,
            };
            if (failure is not null)
            {
                error = failure;
                return false;
            }

            if (c is not ('\\' or '\'' or '"'))
                word.Append(c);
        }

        if (inWord)
            split.Add(word.ToString());
        words = split;
        error = "";
        return true;
    }

    static string? Escaped(string command, ref int i, StringBuilder word)
    {
        if (++i == command.Length)
            return "No escaped character";
        word.Append(command[i]);
        return null;
    }

    static string? Quoted(string command, ref int i, StringBuilder word)
    {
        var quote = command[i];
        while (++i < command.Length)
        {
            var c = command[i];
            if (c == quote)
                return null;
            if (c == '\\' && quote == '"')
            {
                if (i + 1 == command.Length)
                    return "No escaped character";
                // Inside "..." a backslash only guards itself and the quote.
                if (command[i + 1] is '\\' or '"')
                    c = command[++i];
            }

            word.Append(c);
        }

        return "No closing quotation";
    }
}
