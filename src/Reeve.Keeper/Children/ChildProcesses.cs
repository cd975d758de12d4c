using Microsoft.Win32.SafeHandles;
using Reeve.Keeper.Protocol;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Polling;
using Reeve.Linux.Reaping;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Children;

/// <summary>Starts, signals, reaps and forgets children, and notes what is to be told of it.</summary>
sealed class ChildProcesses(ChildTable table, VisorNews news, Epoll epoll, TimeProvider time)
{
    /// <summary>Capacity asked for a pipe that is read: slack for the time in which no visor reads.</summary>
    const int RoomyPipe = 256 * 1024;

    /// <summary>Children whose pipes are made roomy; the visor may enlarge one that needs it.</summary>
    /// <remarks>A user without privileges has 64 MiB for all pipes: beyond, the kernel makes tiny ones.</remarks>
    const int RoomyChildren = 64;

    /// <summary>Status of a child whose status was lost.</summary>
    static readonly ExitStatus Unknown = new(-1, false, false);

    /// <summary>Starts a child; if it cannot be, that is the answer.</summary>
    /// <param name="request">Which child, and with which pipes.</param>
    /// <param name="block">What to start.</param>
    /// <returns>False: the block is none.</returns>
    public bool TrySpawn(in VisorRequest request, ReadOnlySpan<byte> block)
    {
        var (id, wanted) = (request.Id, request.Pipes);
        if (table.Find(new(id)) >= 0)
        {
            news.AddSpawnFailed(id, SpawnStage.None, Errno.EEXIST);
            return true;
        }
        table.EnsureRoom();
        var child = new Child { Id = id, Label = request.Text.ToArray() };
        SafeFileHandle? stdin = null, stdout = null, stderr = null;
        var started = false;
        try
        {
            if (wanted.HasFlag(PipeSet.Input))
                (stdin, child.Input) = Pipe.Create(PipeEnds.Write);
            if (wanted.HasFlag(PipeSet.Output))
                (child.Output, stdout) = ReadPipe();
            if (wanted.HasFlag(PipeSet.Error))
                (child.Error, stderr) = ReadPipe();
            var errors = wanted.HasFlag(PipeSet.ErrorToOutput) ? stdout : stderr;
            var result = Spawner.Spawn(block, NumberOf(stdin), NumberOf(stdout), NumberOf(errors));
            if (result.PidFd is null)
            {
                news.AddSpawnFailed(id, result.Stage, result.Errno);
                return true;
            }
            started = true;
            (child.Pid, child.PidFd) = (result.Pid, result.PidFd);
            (child.StartedAt, child.StartedStamp) = (time.GetUtcNow().Ticks, time.GetTimestamp());
        }
        catch (LinuxException refusal)
        {
            news.AddSpawnFailed(id, SpawnStage.Pipe, refusal.Errno);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            stdin?.Dispose();
            stdout?.Dispose();
            stderr?.Dispose();
            if (!started)
                child.ClosePipes();
        }
        TakeIn(child);
        return true;
    }

    /// <summary>Sends a signal to a child or to its group. One that has ended counts as signalled.</summary>
    public void Signal(long id, int signal, bool group)
    {
        var slot = table.Find(new(id));
        if (slot < 0 || table[slot].HasEnded)
            return;
        if (Send(table[slot], signal, group) is not (0 or Errno.ESRCH) and var errno)
            news.AddSignalFailed(id, signal, errno);
    }

    /// <summary>Closes the keeper's copies of a child's pipes, and drops the child once it has ended.</summary>
    public void Forget(long id)
    {
        var slot = table.Find(new(id));
        if (slot < 0)
            return;
        table[slot].ClosePipes();
        if (table[slot].HasEnded)
            table.Remove(slot);
    }

    /// <summary>Takes the status of the child in a slot, if it has ended.</summary>
    public void Reap(int slot)
    {
        // An event may be older than the slot's present owner: the question below answers that.
        if (!table.IsUsed(slot) || table[slot].PidFd is not { } pidFd || TryReap(pidFd) is not { } status)
            return;
        epoll.Remove(pidFd);
        table[slot].Lived = time.GetElapsedTime(table[slot].StartedStamp);
        table.End(slot, status);
        table.SetUntold(slot, table.GetUntold(slot) | Untold.Exited);
    }

    /// <summary>Asks every child that lives to end.</summary>
    public void StopAll()
    {
        for (var slot = table.NextUsed(0); slot >= 0; slot = table.NextUsed(slot + 1))
        {
            if (!table[slot].HasEnded)
                Send(table[slot], Linux.Signals.Signal.TERM, group: false);
        }
    }

    /// <summary>Kills every child that lives, with its group.</summary>
    public void KillAll()
    {
        for (var slot = table.NextUsed(0); slot >= 0; slot = table.NextUsed(slot + 1))
        {
            if (table[slot].HasEnded)
                continue;
            Send(table[slot], Linux.Signals.Signal.KILL, group: true);
            Send(table[slot], Linux.Signals.Signal.KILL, group: false);
        }
    }

    /// <summary>A status that somebody else took leaves the fact that the child has ended.</summary>
    static ExitStatus? TryReap(SafeFileHandle pidFd)
    {
        try
        {
            return PidFd.TryReap(pidFd) is { } exit ? ExitStatus.Of(exit) : null;
        }
        catch (LinuxException)
        {
            return Unknown;
        }
    }

    /// <summary>While the child is not reaped its pid is nobody else's, and its group's number neither.</summary>
    static int Send(in Child child, int signal, bool group) =>
        group ? PidFd.SignalGroup(child.Pid, signal) : PidFd.Signal(child.PidFd!, signal);

    /// <summary>A pipe whose read end is ours.</summary>
    (SafeFileHandle Ours, SafeFileHandle Childs) ReadPipe()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        if (table.Living < RoomyChildren)
            Pipe.SetSize(read, RoomyPipe);
        return (read, write);
    }

    /// <summary>Watches a child that has just been started.</summary>
    void TakeIn(Child child)
    {
        var slot = table.Add(child);
        try
        {
            epoll.Add(child.PidFd!, PollEvents.Readable, (ulong)slot);
        }
        catch (LinuxException refusal)
        {
            // Nobody would notice its end: better no child than that.
            Send(child, Linux.Signals.Signal.KILL, group: true);
            PidFd.Reap(child.PidFd!);
            table.End(slot, default);
            table.Remove(slot);
            news.AddSpawnFailed(child.Id, SpawnStage.Clone, refusal.Errno);
            return;
        }
        table.SetUntold(slot, Untold.Spawned);
    }

    static int NumberOf(SafeFileHandle? descriptor) => descriptor is null ? -1 : Descriptor.Number(descriptor);
}
