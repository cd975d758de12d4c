namespace Reeve.Core.Configuration;

/// <summary>Collects findings while a configuration is read: each once, not more than anybody reads.</summary>
sealed class ProblemLog
{
    // A binary file taken for a configuration has as many errors as lines.
    const int MostOfAKind = 200;
    const int LongestText = 4000;

    readonly List<ConfigurationProblem> _problems = [];
    readonly HashSet<(string, int, string)> _seen = [];
    // By severity: files that were included must not crowd out what is wrong with them.
    readonly int[] _counts = new int[3];
    ReadingPhase _phase = ReadingPhase.Lines;

    public bool HasErrors => Count(ProblemSeverity.Error) > 0;

    /// <summary>Further warnings are only counted: their texts need not be worked out.</summary>
    public bool HasEnoughWarnings => Count(ProblemSeverity.Warning) >= MostOfAKind;

    /// <summary>Reads something; what is found meanwhile belongs to <paramref name="phase"/>.</summary>
    public T In<T>(ReadingPhase phase, Func<T> read)
    {
        var before = _phase;
        _phase = phase;
        var result = read();
        _phase = before;
        return result;
    }

    public void Add(ProblemSeverity severity, string file, int line, string? section, string text,
        string? supervisorText = null, string? textForStarter = null)
    {
        // A program that is listed in two groups is read twice.
        if (!_seen.Add((file, line, text)))
            return;
        if (++_counts[(int)severity] <= MostOfAKind)
        {
            _problems.Add(new(severity, file, line, section, OnOneLine(Clip(text)),
                supervisorText is null ? null : Clip(supervisorText))
            {
                Phase = _phase,
                TextForStarter = textForStarter is null ? null : Clip(textForStarter),
            });
        }

        if (_seen.Count > 4 * MostOfAKind)
            _seen.Clear();
    }

    public void Error(string file, int line, string? section, string text, string? supervisorText = null,
        string? textForStarter = null) =>
        Add(ProblemSeverity.Error, file, line, section, text, supervisorText, textForStarter);

    public void Warn(string file, int line, string? section, string text, string? supervisorText = null) =>
        Add(ProblemSeverity.Warning, file, line, section, text, supervisorText);

    /// <summary>Everything found, by file in the order of <paramref name="files"/>, then by line.</summary>
    public IReadOnlyList<ConfigurationProblem> InOrderOf(IReadOnlyList<string> files)
    {
        var order = new Dictionary<string, int>();
        foreach (var file in files)
            order.TryAdd(file, order.Count);

        List<ConfigurationProblem> sorted =
        [
            .. _problems.OrderBy(problem => order.GetValueOrDefault(problem.File, -1)).ThenBy(problem => problem.Line),
        ];
        var first = files.Count > 0 ? files[0] : "";
        AddRest(ProblemSeverity.Error, "errors are not shown. Mend the ones above first.");
        AddRest(ProblemSeverity.Warning, "warnings are not shown.");
        AddRest(ProblemSeverity.Information, "remarks are not shown.");
        return sorted;

        void AddRest(ProblemSeverity severity, string text)
        {
            if (Count(severity) > MostOfAKind)
                sorted.Add(new(severity, first, 0, null, $"{Count(severity) - MostOfAKind} more {text}"));
        }
    }

    int Count(ProblemSeverity severity) => _counts[(int)severity];

    // What is cited or proposed may come out of a hostile file.
    static string OnOneLine(string text) => text.Any(char.IsControl)
        ? string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(from[i]) ? ' ' : from[i];
        })
        : text;

    static string Clip(string text) =>
        text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "…");
}
