namespace Reeve.Visor.Configuration;

/// <summary>File name patterns as Python's <c>glob</c> knows them, and with it Supervisor: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!x]</c>. Linear in practice, no regular expressions.</summary>
internal static class ShellPattern
{
    /// <summary>Whether a name matches. A leading dot is only matched by a dot.</summary>
    public static bool Matches(string pattern, string name)
    {
        if (name.StartsWith('.') && !pattern.StartsWith('.'))
            return false;
        var (p, n, star, restart) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, restart) = (p++, n);
            }
            else if (p < pattern.Length && MatchesOne(pattern, p, name[n], out var next))
            {
                p = next;
                n++;
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++restart);
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    private static bool MatchesOne(string pattern, int at, char c, out int next)
    {
        next = at + 1;
        if (pattern[at] == '?')
            return true;
        if (pattern[at] != '[')
            return pattern[at] == c;
        var i = at + 1;
        var negated = i < pattern.Length && pattern[i] == '!';
        if (negated)
            i++;
        var (first, matched) = (i, false);
        for (; i < pattern.Length && (pattern[i] != ']' || i == first); i++)
        {
            if (i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']')
            {
                matched |= pattern[i] <= c && c <= pattern[i + 2];
                i += 2;
            }
            else
            {
                matched |= pattern[i] == c;
            }
        }
        // Without its closing bracket it is an ordinary character.
        if (i >= pattern.Length)
            return pattern[at] == c;
        next = i + 1;
        return matched != negated;
    }
}
