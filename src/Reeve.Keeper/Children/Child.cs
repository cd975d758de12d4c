using Microsoft.Win32.SafeHandles;

namespace Reeve.Keeper.Children;

/// <summary>One child, from its start until it has both ended and been forgotten.</summary>
/// <remarks>Plain values and descriptors only, so that a table of them can be written down and read back.</remarks>
struct Child
{
    public long Id;
    public int Pid;

    /// <summary>When it was spawned: ticks of UTC.</summary>
    public long StartedAt;

    /// <summary>The same by the clock that nobody sets.</summary>
    public long StartedStamp;

    /// <summary>How long it lived; means something once <see cref="HasEnded"/>.</summary>
    public TimeSpan Lived;

    /// <summary>What the visor wrote on it, UTF-8.</summary>
    public byte[] Label;

    /// <summary>Null once it has ended and been reaped.</summary>
    public SafeFileHandle? PidFd;

    /// <summary>The keeper's copies of the pipe ends, each null when there is none.</summary>
    public SafeFileHandle? Input, Output, Error;

    /// <summary>How it ended; means something once <see cref="HasEnded"/>.</summary>
    public ExitStatus Status;

    public readonly bool HasEnded => PidFd is null;

    /// <summary>Which pipe ends there are.</summary>
    public readonly PipeSet Pipes =>
        (Input is null ? 0 : PipeSet.Input)
        | (Output is null ? 0 : PipeSet.Output)
        | (Error is null ? 0 : PipeSet.Error);

    /// <summary>Puts the pipe ends where they are to be sent from, in the order that the other end expects.</summary>
    /// <returns>How many there are.</returns>
    public readonly int CopyPipes(Span<SafeFileHandle> to)
    {
        var count = 0;
        if (Input is not null)
            to[count++] = Input;
        if (Output is not null)
            to[count++] = Output;
        if (Error is not null)
            to[count++] = Error;
        return count;
    }

    public void ClosePipes()
    {
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
        Input = Output = Error = null;
    }
}

/// <summary>What the visor has still to be told about a child.</summary>
/// <remarks>These flags are the queue to the visor: it cannot grow, whatever happens while nobody reads.</remarks>
[Flags]
enum Untold : byte
{
    Nothing = 0,
    Spawned = 1,
    Exited = 2,
}
