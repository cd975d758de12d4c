using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Spawning;

/// <summary>Who a child runs as.</summary>
/// <param name="UserId">User id.</param>
/// <param name="GroupId">Primary group id.</param>
/// <param name="Groups">Supplementary groups.</param>
public sealed record SpawnCredentials(int UserId, int GroupId, IReadOnlyList<int> Groups);

/// <summary>One resource limit of a child, setrlimit(2).</summary>
/// <param name="Resource">RLIMIT_ number.</param>
/// <param name="Soft">Soft limit; ulong.MaxValue: none.</param>
/// <param name="Hard">Hard limit; ulong.MaxValue: none.</param>
public readonly record struct SpawnLimit(int Resource, ulong Soft, ulong Hard);

/// <summary>Everything that one child is started with. The caller has already searched PATH.</summary>
/// <remarks>A child always starts with default signal dispositions, an empty signal mask and no leaked
/// descriptor.</remarks>
public sealed record SpawnRequest
{
    /// <summary>Program file handed to execve, with a slash in it.</summary>
    public required string File { get; init; }

    /// <summary>argv, the program's name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment, <c>KEY=value</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Working directory; null: the keeper's.</summary>
    public string? Directory { get; init; }

    /// <summary>File mode creation mask; null: the keeper's.</summary>
    public int? Umask { get; init; }

    /// <summary>Who to become; null: nobody else.</summary>
    public SpawnCredentials? Credentials { get; init; }

    /// <summary>Resource limits to set.</summary>
    public IReadOnlyList<SpawnLimit> Limits { get; init; } = [];

    /// <summary>Niceness; null: the keeper's.</summary>
    public int? Nice { get; init; }

    /// <summary>/proc/self/oom_score_adj; null: the keeper's.</summary>
    public int? OomScoreAdjust { get; init; }

    /// <summary>Directory of a cgroup (v2) to join; null: none.</summary>
    public string? CGroup { get; init; }

    /// <summary>stdin is the child's controlling terminal. Default false.</summary>
    public bool ControllingTerminal { get; init; }

    /// <summary>Signal the child gets when the spawning thread ends; 0: none.</summary>
    public int ParentDeathSignal { get; init; }
}

/// <summary>Step of a start that failed.</summary>
public enum SpawnStage
{
#pragma warning disable CS1591 // Each is a system call or a step named after one.
    None, Clone, SetSession, Descriptors, Terminal, CGroup, Limits, Oom, Nice, Umask, Groups, GroupId, UserId,
    Directory, ParentDeath, CloseRange, Exec, Pipe,
#pragma warning restore CS1591
}

/// <summary>What came of a start.</summary>
/// <param name="Pid">Process id; 0 when it failed.</param>
/// <param name="PidFd">pidfd of the child, owned by the receiver; null when it failed.</param>
/// <param name="Stage">Failed step, or <see cref="SpawnStage.None"/>.</param>
/// <param name="Errno">Error of the failed step, or 0.</param>
public readonly record struct SpawnResult(int Pid, SafeFileHandle? PidFd, SpawnStage Stage, int Errno);
