using Reeve.Core.Processes;

namespace Reeve.Core.Configuration;

/// <summary>Names of groups that differ between what is active and what was read anew; each list sorted.</summary>
/// <remarks>Source: Supervisor's <c>reloadConfig</c>; an AUTO log never counts as different.</remarks>
public sealed record ConfigurationChanges(
    IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed)
{
    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => Added.Count == 0 && Changed.Count == 0 && Removed.Count == 0;

    /// <summary>Compares the groups that are active with those that were read.</summary>
    public static ConfigurationChanges Between(IReadOnlyList<GroupOptions> active, IReadOnlyList<GroupOptions> read)
    {
        var activeByName = active.ToDictionary(group => group.Name);
        var readByName = read.ToDictionary(group => group.Name);
        return new(
            Sorted(readByName.Keys.Where(name => !activeByName.ContainsKey(name))),
            Sorted(readByName.Keys.Where(name =>
                activeByName.TryGetValue(name, out var group) && !IsSame(group, readByName[name]))),
            Sorted(activeByName.Keys.Where(name => !readByName.ContainsKey(name))));
    }

    static IReadOnlyList<string> Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    static bool IsSame(GroupOptions active, GroupOptions read) =>
        active.Priority == read.Priority && active.Kind == read.Kind && IsSame(active.KindSettings, read.KindSettings)
        && active.Processes.Count == read.Processes.Count
        && active.Processes.OrderBy(process => process.Name, StringComparer.Ordinal)
            .Zip(read.Processes.OrderBy(process => process.Name, StringComparer.Ordinal))
            .All(pair => IsSame(pair.First, pair.Second));

    static bool IsSame(ProcessOptions active, ProcessOptions read) =>
        active.ExitCodes.SequenceEqual(read.ExitCodes)
        && IsSame(active.Environment, read.Environment)
        && IsSame(active.StandardOutput, read.StandardOutput)
        && IsSame(active.StandardError, read.StandardError)
        // A record compares all that is left; a key that is added to it later is compared too.
        && active with
        {
            ExitCodes = read.ExitCodes,
            Environment = read.Environment,
            StandardOutput = read.StandardOutput,
            StandardError = read.StandardError,
            Program = read.Program,
            // One user may be written by name and by number.
            User = read.User,
        } == read;

    // Back to AUTO is no difference, away from it is: Supervisor compares with the file that AUTO has become.
    static bool IsSame(OutputOptions active, OutputOptions read) =>
        (read.Target == OutputTarget.Auto ? active with { Target = read.Target, Path = read.Path } : active) == read;

    static bool IsSame(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        ReferenceEquals(one, other) || (one.Count == other.Count
            && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value));
}
