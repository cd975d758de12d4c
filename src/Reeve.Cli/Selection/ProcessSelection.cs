using System.IO.Enumeration;
using Reeve.Cli.Commands;
using Reeve.Client.Model;

namespace Reeve.Cli.Selection;

/// <summary>What one pattern of the command line stands for.</summary>
/// <param name="Pattern">As typed.</param>
/// <param name="IsAll">It was <c>all</c> or <c>*</c>.</param>
/// <param name="Group">The group of <c>group:*</c>; null: it was none.</param>
/// <param name="Processes">Those that match.</param>
internal sealed record Selected(string Pattern, bool IsAll, string? Group, IReadOnlyList<Process> Processes);

/// <summary>
/// Names of the command line against the process list: <c>name</c>, <c>group:name</c>, <c>group:*</c>, <c>all</c>,
/// globs with <c>*</c> and <c>?</c>.
/// </summary>
internal static class ProcessSelection
{
    /// <summary>One entry for each pattern, in their order.</summary>
    /// <exception cref="CommandException">
    /// A pattern matches nothing; the text names the nearest for each of them.
    /// </exception>
    public static IReadOnlyList<Selected> Resolve(IReadOnlyList<string> patterns, IReadOnlyList<Process> processes)
    {
        var selection = patterns.Select(p => Match(p, processes)).ToList();
        var missing = selection.Where(s => s.Processes.Count == 0 && !s.IsAll).ToList();
        return missing.Count == 0
            ? selection
            : throw new CommandException(string.Join('\n', missing.Select(m => Missing(m.Pattern, processes))));
    }

    /// <summary>The processes of a selection, each once, in the order of the list.</summary>
    public static IReadOnlyList<Process> Distinct(IReadOnlyList<Selected> selection) =>
        selection is [var one]
            ? one.Processes
            : selection.SelectMany(s => s.Processes).DistinctBy(p => p.Name).ToList();

    static Selected Match(string pattern, IReadOnlyList<Process> processes)
    {
        if (pattern is "all" or "*")
            return new(pattern, true, null, processes);
        // Supervisor takes "group:" as "group:*".
        var group = pattern.EndsWith(":*", StringComparison.Ordinal) ? pattern[..^2]
            : pattern.EndsWith(':') ? pattern[..^1]
            : null;
        if (group is not null && !IsGlob(group))
            return new(pattern, false, group, processes.Where(p => p.Group == group).ToList());
        return new(pattern, false, null, processes.Where(p => Matches(pattern, p)).ToList());
    }

    static bool Matches(string pattern, Process process)
    {
        if (!IsGlob(pattern))
            return pattern == process.Name || IsLongForm(pattern, process);
        return FileSystemName.MatchesSimpleExpression(pattern, process.Name, false)
            || FileSystemName.MatchesSimpleExpression(pattern, $"{process.Group}:{process.ProcessName}", false);
    }

    static bool IsLongForm(string pattern, Process process) =>
        pattern.Length == process.Group.Length + 1 + process.ProcessName.Length
        && pattern.StartsWith(process.Group, StringComparison.Ordinal)
        && pattern[process.Group.Length] == ':'
        && pattern.EndsWith(process.ProcessName, StringComparison.Ordinal);

    static bool IsGlob(string pattern) => pattern.AsSpan().IndexOfAny('*', '?') >= 0;

    static string Missing(string pattern, IReadOnlyList<Process> processes)
    {
        if (processes.Any(p => p.Group == pattern))
            return $"no process is called '{pattern}', but a group is: write '{pattern}:*' for all of it.";
        var groups = processes.Select(p => p.Group).Distinct();
        var meant = pattern.EndsWith(":*", StringComparison.Ordinal)
            ? Nearest.To(pattern[..^2], groups) is { } group ? group + ":*" : null
            : processes.FirstOrDefault(p => p.ProcessName == pattern)?.Name
                ?? Nearest.To(pattern.Trim('*'), processes.Select(p => p.Name).Concat(groups.Select(g => g + ":*")));
        return $"no process matches '{pattern}'. "
            + (meant is not null ? $"Did you mean '{meant}'?"
                : processes.Count == 0 ? "This daemon has no processes."
                : "'reeve ps' lists them.");
    }
}
