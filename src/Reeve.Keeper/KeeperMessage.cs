using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Reaping;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper;

/// <summary>Names one start of one process; given by the visor, never used twice within one keeper.</summary>
/// <param name="Value">Any number but 0.</param>
public readonly record struct ChildId(long Value);

/// <summary>How a child ended.</summary>
/// <param name="Code">Exit code, or the signal's number when <paramref name="Signaled"/>.</param>
/// <param name="Signaled">Ended by a signal.</param>
/// <param name="CoreDumped">The signal left a core file.</param>
public readonly record struct ExitStatus(int Code, bool Signaled, bool CoreDumped)
{
    internal static ExitStatus Of(ChildExit exit) => new(exit.Code, exit.Signaled, exit.CoreDumped);
}

/// <summary>The visor's ends of a child's pipes; each owned by the receiver. The keeper holds a copy of every one.</summary>
/// <param name="Input">Write end of stdin; null: none.</param>
/// <param name="Output">Read end of stdout; null: none.</param>
/// <param name="Error">Read end of stderr; null: none, or redirected into stdout.</param>
public sealed record ChildPipes(SafeFileHandle? Input, SafeFileHandle? Output, SafeFileHandle? Error);

/// <summary>Which pipes the keeper makes for a child.</summary>
[Flags]
public enum PipeSet
{
    /// <summary>All three are /dev/null.</summary>
    None = 0,

    /// <summary>A pipe to stdin.</summary>
    Input = 1,

    /// <summary>A pipe from stdout.</summary>
    Output = 2,

    /// <summary>A pipe from stderr.</summary>
    Error = 4,

    /// <summary>stderr goes where stdout goes.</summary>
    ErrorToOutput = 8,
}

/// <summary>What the keeper tells the visor.</summary>
public abstract record KeeperMessage
{
    private KeeperMessage()
    {
    }

    /// <summary>First message of each connection.</summary>
    /// <param name="KeeperPid">Pid of the keeper: the daemon's pid to the outside.</param>
    /// <param name="Session">Random number drawn at the keeper's start, kept over its upgrades: the journal of another session is history.</param>
    /// <param name="VisorStarts">How many visors this keeper has started, this one included: 1 = nothing to take over.</param>
    public sealed record Welcome(int KeeperPid, long Session, int VisorStarts) : KeeperMessage;

    /// <summary>Taking over: a child that an earlier visor started and did not forget.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Label">What the earlier visor wrote on it at the start (group and process name), as UTF-8.</param>
    /// <param name="Pid">Process id.</param>
    /// <param name="StartedAt">When it was spawned, wall clock.</param>
    /// <param name="Lived">How long it has lived, or had when it ended; no clock that is set changes it.</param>
    /// <param name="Pipes">Pipe ends.</param>
    /// <param name="Exit">How it ended, if nobody was told yet or it was not forgotten; null: it lives.</param>
    public sealed record Kept(
        ChildId Id, string Label, int Pid, DateTimeOffset StartedAt, TimeSpan Lived, ChildPipes Pipes, ExitStatus? Exit)
        : KeeperMessage;

    /// <summary>Taking over: a descriptor that an earlier visor left in the keeper's store.</summary>
    public sealed record Stored(string Name, SafeFileHandle Descriptor) : KeeperMessage;

    /// <summary>Taking over is complete; news follow.</summary>
    public sealed record HandoverDone : KeeperMessage;

    /// <summary>A start succeeded.</summary>
    public sealed record Spawned(ChildId Id, int Pid, DateTimeOffset StartedAt, ChildPipes Pipes) : KeeperMessage;

    /// <summary>A start failed; the id is free of everything.</summary>
    public sealed record SpawnFailed(ChildId Id, SpawnStage Stage, int Errno) : KeeperMessage;

    /// <summary>A child ended. Kept, with its pipes, until the visor says <see cref="KeeperLink.Forget"/>.</summary>
    public sealed record Exited(ChildId Id, int Pid, ExitStatus Status) : KeeperMessage;

    /// <summary>A signal could not be sent; not told for a child that has already ended (that counts as sent).</summary>
    public sealed record SignalFailed(ChildId Id, int Signal, int Errno) : KeeperMessage;

    /// <summary>The keeper itself got a signal that is meant for the daemon: TERM, INT, QUIT, HUP, USR2.</summary>
    /// <remarks>Told to every visor until one says <see cref="KeeperLink.SignalSeen"/>.</remarks>
    public sealed record SignalReceived(int Signal) : KeeperMessage;

    /// <summary>As PID 1 or subreaper the keeper reaped a process that is nobody's.</summary>
    public sealed record OrphanReaped(int Pid, ExitStatus Status) : KeeperMessage;
}
