namespace Reeve.Cli.Shell;

/// <summary>What a word can be completed to.</summary>
/// <param name="Start">Where the word begins in the line.</param>
/// <param name="Candidates">Whole words, sorted, each once.</param>
public sealed record WordCompletion(int Start, IReadOnlyList<string> Candidates)
{
    /// <summary>The beginning that all candidates share; empty without one.</summary>
    public string CommonPrefix
    {
        get
        {
            if (Candidates.Count == 0)
                return "";
            var prefix = Candidates[0].AsSpan();
            foreach (var candidate in Candidates)
                prefix = prefix[..prefix.CommonPrefixLength(candidate)];
            return prefix.ToString();
        }
    }
}
