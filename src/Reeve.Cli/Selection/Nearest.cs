namespace Reeve.Cli.Selection;

/// <summary>The word that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate fewest slips of the pen away from <paramref name="word"/>; null: none is near.</summary>
    public static string? To(string word, IEnumerable<string> candidates)
    {
        // Of a short word one letter may be wrong, of a long one a third; more is another word.
        var best = Math.Max(1, Math.Min(word.Length, 64) / 3) + 1;
        string? nearest = null;
        foreach (var candidate in candidates)
        {
            var begun = candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase);
            if (!begun && Math.Abs(candidate.Length - word.Length) >= best)
                continue;
            var distance = begun ? 1 : Distance(word, candidate);
            if (distance < best)
                (best, nearest) = (distance, candidate);
        }
        return nearest;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.</summary>
    static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var now = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                now[j] = Math.Min(Math.Min(now[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
            }
            (before, last, now) = (last, now, before);
        }
        return last[b.Length];
    }
}
