namespace Reeve.Core.Selection;

/// <summary>Finds the known name that somebody probably meant when they wrote another.</summary>
public static class NearestName
{
    // Longer names are no typing mistakes, and the cost grows with the product of both lengths.
    const int LongestName = 64;

    // Less than this begins too many names.
    const int ShortestBeginning = 3;

    /// <summary>The nearest of <paramref name="known"/>; the first in order when several are equally near.</summary>
    /// <remarks>A name with one slip is nearer than one that was left unfinished, and that nearer than others.</remarks>
    /// <returns>Null when none is near: a third of the letters may differ, three at most.</returns>
    public static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > LongestName)
            return null;

        string? nearest = null, begun = null;
        var limit = Math.Clamp(name.Length / 3, 1, 3);
        foreach (var candidate in known)
        {
            if (name.Length >= ShortestBeginning && candidate.StartsWith(name, StringComparison.Ordinal)
                && (begun is null || candidate.Length < begun.Length))
                begun = candidate;
            if (Math.Abs(candidate.Length - name.Length) > limit || candidate.Length > LongestName)
                continue;
            var distance = Distance(name, candidate);
            if (distance > limit || (distance == limit && nearest is not null))
                continue;
            nearest = candidate;
            if (distance == 0)
                break;
            limit = distance;
        }

        return begun is null || (nearest is not null && limit <= 1) ? nearest : begun;
    }

    /// <summary>Letters inserted, left out, replaced or swapped with their neighbour (Damerau-Levenshtein).</summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var beforePrevious = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[b.Length];
    }
}
