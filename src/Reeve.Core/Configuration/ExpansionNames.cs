namespace Reeve.Core.Configuration;

/// <summary>A text, or a number when <see cref="Text"/> is null.</summary>
readonly record struct ExpansionValue(string? Text, long Number = 0);

/// <summary>The names that one kind of value may use, on top of those of <paramref name="outer"/>.</summary>
sealed class ExpansionNames(ExpansionNames? outer = null)
{
    readonly Dictionary<string, ExpansionValue> _values = [];

    public ExpansionNames Set(string name, string value)
    {
        _values[name] = new(value);
        return this;
    }

    public ExpansionNames Set(string name, long value)
    {
        _values[name] = new(null, value);
        return this;
    }

    /// <summary>Makes every variable usable as <c>ENV_…</c>.</summary>
    public ExpansionNames SetEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (name, value) in variables)
            Set("ENV_" + name, value);
        return this;
    }

    public bool TryGet(string name, out ExpansionValue value) =>
        _values.TryGetValue(name, out value) || (outer?.TryGet(name, out value) ?? false);

    /// <summary>All names, sorted as Supervisor lists them.</summary>
    public IReadOnlyList<string> All(bool here)
    {
        var all = new SortedSet<string>(StringComparer.Ordinal);
        if (here)
            all.Add("here");
        for (var names = this; names is not null; names = names.Outer)
            all.UnionWith(names._values.Keys);
        return [.. all];
    }

    ExpansionNames? Outer => outer;
}
