using Reeve.Core.Processes;

namespace Reeve.Visor.Processes;

/// <summary>One process as it is now. Immutable: readers on any thread hold it as long as they like.</summary>
public sealed record ProcessSnapshot
{
    /// <summary>Its configuration.</summary>
    public required ProcessOptions Options { get; init; }

    /// <summary>Name of its group.</summary>
    public required string Group { get; init; }

    /// <summary>Name within the group.</summary>
    public string Name => Options.Name;

    /// <summary>What it is doing.</summary>
    public ProcessState State { get; init; }

    /// <summary>Process id; 0: none.</summary>
    public int Pid { get; init; }

    /// <summary>Last spawn, wall clock; null: never.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Last end, wall clock; null: never.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Supervisor's <c>exitstatus</c>: exit code, -1 for a signal, 0 when not recorded.</summary>
    public int ExitStatus { get; init; }

    /// <summary>Supervisor's <c>spawnerr</c>; empty: none.</summary>
    public string SpawnError { get; init; } = "";

    /// <summary>
    /// How it ended last, for people: <c>exit status 3</c>, <c>terminated by SIGSEGV</c>; empty: never. It stays while
    /// the process runs anew.
    /// </summary>
    public string LastExit { get; init; } = "";

    /// <summary>Why the last start failed, for people; null: it did not.</summary>
    public string? StartFailure => SpawnError.Length == 0 ? null
        : LastExit.Length > 0 && StoppedAt >= StartedAt ? $"{LastExit}: {SpawnError}"
        : SpawnError;

    /// <summary>Path of the stdout log; null: none.</summary>
    public string? StandardOutputLog { get; init; }

    /// <summary>Path of the stderr log; null: none.</summary>
    public string? StandardErrorLog { get; init; }

    /// <summary>Failed starts in a row.</summary>
    public int Attempts { get; init; }

    /// <summary>When the present state will be left by itself (next try, SIGKILL); null: not planned. Wall clock.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Supervisor's description: <c>pid 123, uptime 0:00:05</c>, <c>Not started</c> ….</summary>
    /// <param name="now">The present wall clock, with the local offset to print in.</param>
    public string Describe(DateTimeOffset now) => ProcessDescription.Of(this, now);
}

/// <summary>One active group as it is now.</summary>
public sealed record GroupSnapshot(GroupOptions Options, IReadOnlyList<ProcessSnapshot> Processes)
{
    /// <summary>Its name.</summary>
    public string Name => Options.Name;
}
