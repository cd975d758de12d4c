using Reeve.Core.Configuration.Ini;
using Reeve.Core.Selection;

namespace Reeve.Core.Configuration.Sections;

/// <summary>Warns of sections and keys that have no effect, with the name that was probably meant.</summary>
static class UnknownKeys
{
    public static void Warn(IniDocument document, ProblemLog problems)
    {
        foreach (var section in document.Sections)
        {
            if (KnownKeys.Find(section.Name) is not { } known)
            {
                problems.Warn(section.File, section.Line, section.Name, "this section is not known and has no effect. "
                    + (problems.HasEnoughWarnings ? "" : MendSection(section.Name)));
            }
            else if (!known.TakesAnyKey)
                WarnKeys(section.Entries, section.Name, known.Keys.Select(key => key.Name), problems);
        }

        // Keys of [DEFAULT] may be meant for a plugin that takes any.
        if (!document.Sections.Any(section => KnownKeys.Find(section.Name) is { TakesAnyKey: true }))
        {
            var all = KnownKeys.Sections.SelectMany(section => section.Keys).Select(key => key.Name).Distinct();
            WarnKeys(document.Defaults.Entries, IniDocument.DefaultsName, all, problems);
        }
    }

    static void WarnKeys(IReadOnlyList<IniEntry> entries, string section, IEnumerable<string> names,
        ProblemLog problems)
    {
        string[] known = [.. names];
        foreach (var entry in entries)
        {
            if (known.Contains(entry.Key))
                continue;
            var mend = !problems.HasEnoughWarnings && NearestName.Find(entry.Key, known) is { } nearest
                ? $"Write {nearest}, or remove it."
                : "Remove it.";
            problems.Warn(entry.File, entry.Line, section,
                $"the key {Quoted.Short(entry.Key)} is not known here and has no effect. {mend}");
        }
    }

    static string MendSection(string name)
    {
        var trimmed = name.Trim();
        if (trimmed != name && KnownKeys.Find(trimmed) is not null)
            return $"Write [{trimmed}], without blanks.";
        var colon = trimmed.IndexOf(':');
        var (kind, rest) = colon < 0 ? (trimmed, "NAME") : (trimmed[..colon].Trim(), trimmed[(colon + 1)..].Trim());
        var nearest = NearestName.Find(kind.ToLowerInvariant(), KnownKeys.Sections.Select(section => section.Name));
        if (nearest is null)
            return "Remove it if no other program reads this file.";
        return KnownKeys.Sections.First(section => section.Name == nearest).IsNamed
            ? $"Write [{nearest}:{(rest.Length is 0 or > 100 ? "NAME" : rest)}]." : $"Write [{nearest}].";
    }
}
