using Reeve.Core.Processes;

namespace Reeve.Visor.Processes;

/// <summary>A group that is active: its options and its processes, by priority then name.</summary>
internal sealed class ActiveGroup
{
    private readonly Dictionary<string, ManagedProcess> _byName;

    public ActiveGroup(GroupOptions options, IReadOnlyList<ManagedProcess> processes, int reading)
    {
        Options = options;
        Processes = processes;
        Reading = reading;
        _byName = processes.ToDictionary(p => p.Options.Name, StringComparer.Ordinal);
    }

    public GroupOptions Options { get; }

    public string Name => Options.Name;

    public IReadOnlyList<ManagedProcess> Processes { get; }

    /// <summary>Which reading of the file it was made from.</summary>
    public int Reading { get; }

    public bool IsDown => Processes.All(p => p.IsDown);

    public ManagedProcess? Find(string name) => _byName.GetValueOrDefault(name);

    public GroupSnapshot ToSnapshot() => new(Options, [.. Processes.Select(p => p.Snapshot)]);
}

/// <summary>All active groups by priority then name. Immutable; a change makes another one.</summary>
internal sealed class ActiveGroups
{
    private readonly Dictionary<string, ActiveGroup> _byName;

    private ActiveGroups(IEnumerable<ActiveGroup> groups)
    {
        InOrder = [.. groups.OrderBy(g => g.Options.Priority).ThenBy(g => g.Name, StringComparer.Ordinal)];
        _byName = InOrder.ToDictionary(g => g.Name, StringComparer.Ordinal);
    }

    public static ActiveGroups None { get; } = new([]);

    public IReadOnlyList<ActiveGroup> InOrder { get; }

    public IEnumerable<ManagedProcess> Processes => InOrder.SelectMany(g => g.Processes);

    public ActiveGroup? Find(string name) => _byName.GetValueOrDefault(name);

    public ActiveGroups With(ActiveGroup group) => new([.. InOrder, group]);

    public ActiveGroups With(IEnumerable<ActiveGroup> groups) => new([.. InOrder, .. groups]);

    public ActiveGroups Without(string name) => new(InOrder.Where(g => g.Name != name));
}
