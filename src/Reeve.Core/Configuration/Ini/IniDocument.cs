using System.Diagnostics.CodeAnalysis;

namespace Reeve.Core.Configuration.Ini;

/// <summary>One key as it stands in a file, not yet expanded.</summary>
/// <param name="Key">In lower case.</param>
/// <param name="Value">Lines joined by newline, comments and outer blanks taken off.</param>
/// <param name="File">The file as it was named, or the included file's path.</param>
/// <param name="Line">Line of the key, from 1.</param>
/// <param name="Here">Absolute directory of the file, for <c>%(here)s</c>.</param>
sealed record IniEntry(string Key, string Value, string File, int Line, string Here);

/// <summary>One section, merged from all places where its header stands.</summary>
sealed class IniSection(string name, string file, int line)
{
    readonly List<IniEntry> _entries = [];
    readonly Dictionary<string, int> _index = [];

    /// <summary>What stands between the brackets, blanks included.</summary>
    public string Name { get; } = name;

    /// <summary>File of the first header.</summary>
    public string File { get; } = file;

    /// <summary>Line of the first header.</summary>
    public int Line { get; } = line;

    /// <summary>The section's own keys in the order in which they first appeared.</summary>
    public IReadOnlyList<IniEntry> Entries => _entries;

    public bool TryGet(string key, [NotNullWhen(true)] out IniEntry? entry)
    {
        entry = _index.TryGetValue(key, out var at) ? _entries[at] : null;
        return entry is not null;
    }

    /// <summary>Adds a key; one of that name is replaced, as the last one counts.</summary>
    public void Set(IniEntry entry)
    {
        if (_index.TryAdd(entry.Key, _entries.Count))
            _entries.Add(entry);
        else
            _entries[_index[entry.Key]] = entry;
    }
}

/// <summary>A configuration file and its includes as sections of keys.</summary>
sealed class IniDocument
{
    public const string DefaultsName = "DEFAULT";

    readonly List<IniSection> _sections = [];
    readonly Dictionary<string, IniSection> _index = [];

    /// <summary>All sections but [DEFAULT], in the order in which they first appeared.</summary>
    public IReadOnlyList<IniSection> Sections => _sections;

    /// <summary>[DEFAULT]: keys that every section has unless it sets them itself.</summary>
    public IniSection Defaults { get; } = new(DefaultsName, "", 0);

    public IniSection? Find(string name) => _index.GetValueOrDefault(name);

    public IniSection FindOrAdd(string name, string file, int line)
    {
        if (name == DefaultsName)
            return Defaults;
        if (_index.TryGetValue(name, out var section))
            return section;
        section = new IniSection(name, file, line);
        _index.Add(name, section);
        _sections.Add(section);
        return section;
    }
}
