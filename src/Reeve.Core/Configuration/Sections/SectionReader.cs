using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Values;

namespace Reeve.Core.Configuration.Sections;

/// <summary>Reads the keys of one section: expanded, checked, with the default where a key is missing or
/// wrong.</summary>
/// <param name="context">What all sections share.</param>
/// <param name="section">The section.</param>
/// <param name="namesPlace">Supervisor's texts end with the section and its file, as they do for processes.</param>
sealed class SectionReader(ReadContext context, IniSection section, bool namesPlace = false)
{
    readonly string _place = namesPlace ? $" in section '{section.Name}' (file: '{section.File}')" : "";

    public IniSection Section => section;

    /// <summary>Whether a value has been refused since this was last set to false.</summary>
    public bool HasFailed { get; set; }

    /// <summary>The key as it stands, from the section or [DEFAULT]; null: not set.</summary>
    public IniEntry? Raw(string key) =>
        section.TryGet(key, out var entry) || context.Document.Defaults.TryGet(key, out entry) ? entry : null;

    /// <summary>The expanded text of a key; null: not set, or refused.</summary>
    public string? Text(string key, ExpansionNames names, bool here = true) =>
        Raw(key) is { } entry && TryExpand(entry, entry.Value, $"{section.Name}.{key}", names, here, out var text)
            ? text : null;

    /// <summary>The value of a key; <paramref name="fallback"/>: not set, or refused.</summary>
    public T Value<T>(string key, T fallback, ValueParser<T> parse, ExpansionNames names, bool here = true) =>
        Text(key, names, here) is { } text ? Parse(key, text, fallback, parse) : fallback;

    /// <summary>Reads an expanded text as the value of a key.</summary>
    public T Parse<T>(string key, string text, T fallback, ValueParser<T> parse)
    {
        if (parse(text, out var value, out var error))
            return value;
        Refuse(key, text, error);
        return fallback;
    }

    /// <summary>As <see cref="Value"/>; what is below <paramref name="least"/> is taken as that, with a
    /// warning.</summary>
    public int AtLeast(int least, string key, int fallback, ValueParser<int> parse, ExpansionNames names)
    {
        var value = Value(key, fallback, parse, names);
        return value < least ? (int)Raised(key, value, least) : value;
    }

    /// <summary>As <see cref="AtLeast"/> zero, for sizes.</summary>
    public long Size(string key, long fallback, ExpansionNames names)
    {
        var value = Value(key, fallback, NumberValues.Bytes, names);
        return value < 0 ? Raised(key, value, 0) : value;
    }

    public bool TryExpand(IniEntry entry, string text, string what, ExpansionNames names, bool here, out string result)
    {
        var directory = here || context.HereEverywhere ? entry.Here : null;
        if (!Expansion.TryExpand(text, what, names, directory, out result, out var error))
        {
            var told = MayBeSecret(entry.Key) ? error.WithoutValue(text) : error;
            Error(entry.Key, $"{told.Text} Found in {entry.Key}.", told.SupervisorText,
                told == error || entry.Key == "password" ? null : error.SupervisorText);
            return false;
        }

        if (ReferenceEquals(text, result) || context.TryTakeExpanded(result.Length))
            return true;
        Error(entry.Key, "cannot expand this file: its values grow beyond 64 Mi characters. "
            + "Lower numprocs, or shorten them.", null);
        return false;
    }

    // The main log may be read by anybody, problems by every client. A plugin's settings are its own business.
    bool MayBeSecret(string key) => key is "password" or "environment"
        || KnownKeys.Find(section.Name) is { TakesAnyKey: true } known && known.Keys.All(k => k.Name != key);

    public void Refuse(string key, string text, ValueError error) => Error(key,
        $"cannot read {key} {Quoted.Short(text)}: expected {error.Expected}. Write {key}={error.Example}.",
        error.SupervisorText);

    /// <summary>An error at a key, or at the section's header when the key is not set.</summary>
    public void Error(string key, string text, string? supervisorText, string? textForStarter = null)
    {
        HasFailed = true;
        var (file, line) = PlaceOf(key);
        context.Problems.Error(file, line, section.Name, text, supervisorText is null ? null : supervisorText + _place,
            textForStarter is null ? null : textForStarter + _place);
    }

    public void Warn(string key, string text, string? supervisorText = null)
    {
        var (file, line) = PlaceOf(key);
        context.Problems.Warn(file, line, section.Name, text, supervisorText);
    }

    long Raised(string key, long value, long least)
    {
        Warn(key, $"{key}={value} is taken as {least}. Write {key}={least}.");
        return least;
    }

    (string File, int Line) PlaceOf(string key) =>
        Raw(key) is { } entry ? (entry.File, entry.Line) : (section.File, section.Line);
}
