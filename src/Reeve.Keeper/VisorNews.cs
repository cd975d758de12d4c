using System.Numerics;
using Microsoft.Win32.SafeHandles;
using Reeve.Keeper.Children;
using Reeve.Keeper.Protocol;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper;

/// <summary>Everything that the visor has still to be told, first of all what there is to take over.</summary>
/// <remarks>
/// Nothing here is a queue that could grow: of a child there are flags, of a signal one bit, of the answer to a request
/// that failed one place, and no further request is read while that is taken. So a visor that does not read costs
/// nothing and misses nothing.
/// </remarks>
sealed class VisorNews(ChildTable children, DescriptorStore store, KeeperParts parts)
{
    const ulong EndSignals = (1UL << Signal.TERM) | (1UL << Signal.INT) | (1UL << Signal.QUIT);

    enum Handover { Welcome, Stored, Kept, Closing, Done }

    readonly byte[] _frame = new byte[Frame.MaxLength];
    readonly SafeFileHandle[] _descriptors = new SafeFileHandle[Frame.MaxDescriptors];
    readonly OrphanNews _orphans = new();
    Handover _handover = Handover.Done;
    int _next;
    int _visorStarts;
    ulong _signals;
    ulong _signalsTold;
    Failure _failure;

    /// <summary>Whether a request may be read: the visor knows what there is, and no answer waits.</summary>
    public bool TakesRequests => _handover == Handover.Done && !HasAnswer;

    bool HasAnswer => _failure.Kind != NewsKind.None;

    /// <summary>A new visor: what the one before it was told does not count.</summary>
    public void BeginHandover()
    {
        _handover = Handover.Welcome;
        _next = 0;
        _visorStarts++;
        _failure = default;
        _signals |= _signalsTold;
        _signalsTold = 0;
    }

    /// <summary>Notes a signal to the daemon; the same one twice is one.</summary>
    public void AddSignal(int signal) => _signals |= 1UL << signal;

    /// <summary>Whether somebody asked the daemon to end and no visor has dealt with it yet.</summary>
    public bool EndAsked => ((_signals | _signalsTold) & EndSignals) != 0;

    /// <summary>The visor has dealt with a signal. One that it dies over is for the next.</summary>
    public void SignalSeen(int signal) => _signalsTold &= ~(1UL << signal);

    public void AddOrphan(int pid, ExitStatus status) => _orphans.Add(pid, status);

    public void AddSpawnFailed(long id, SpawnStage stage, int errno) =>
        _failure = new(NewsKind.SpawnFailed, id, (int)stage, errno);

    public void AddSignalFailed(long id, int signal, int errno) =>
        _failure = new(NewsKind.SignalFailed, id, signal, errno);

    /// <summary>Drops an answer that nobody waits for any more.</summary>
    public void DropAnswer() => _failure = default;

    /// <summary>Tells as much as the visor takes.</summary>
    public Sending Tell(FrameSocket visor)
    {
        var sending = _handover == Handover.Done ? Sending.Sent : TellHandover(visor);
        if (sending == Sending.Sent && HasAnswer)
            sending = TellAnswer(visor);
        if (sending == Sending.Sent)
            sending = TellChildren(visor);
        if (sending == Sending.Sent)
            sending = TellSignals(visor);
        if (sending == Sending.Sent)
            sending = TellOrphans(visor);
        return sending;
    }

    Sending TellHandover(FrameSocket visor)
    {
        if (_handover == Handover.Welcome)
        {
            var length = News.Welcome(_frame, Environment.ProcessId, parts.Session, _visorStarts, parts.OpenFiles);
            if (visor.Send(_frame.AsSpan(0, length), []) is not Sending.Sent and var refusal)
                return refusal;
            _handover = Handover.Stored;
        }
        while (_handover == Handover.Stored)
        {
            if (_next >= store.Count)
            {
                _handover = Handover.Kept;
                _next = 0;
                break;
            }
            var (name, descriptor) = store[_next];
            var length = News.Stored(_frame, name);
            if (visor.Send(_frame.AsSpan(0, length), [descriptor]) is not Sending.Sent and var refusal)
                return refusal;
            _next++;
        }
        while (_handover == Handover.Kept)
        {
            if (TellKept(visor) is not Sending.Sent and var refusal)
                return refusal;
        }
        if (visor.Send(_frame.AsSpan(0, News.HandoverDone(_frame)), []) is not Sending.Sent and var last)
            return last;
        _handover = Handover.Done;
        return Sending.Sent;
    }

    /// <summary>One frame of as many children as fit.</summary>
    Sending TellKept(FrameSocket visor)
    {
        var length = News.Kept(_frame);
        var descriptors = 0;
        var empty = length;
        var slot = children.NextUsed(_next);
        var first = slot;
        for (; slot >= 0 && length + News.MaxKept <= _frame.Length && descriptors + 3 <= _descriptors.Length;
            slot = children.NextUsed(slot + 1))
        {
            ref readonly var child = ref children[slot];
            length += News.KeptEntry(
                _frame.AsSpan(length), child, child.HasEnded ? child.Lived : parts.Time.GetElapsedTime(child.StartedStamp));
            descriptors += child.CopyPipes(_descriptors.AsSpan(descriptors));
        }
        if (length > empty)
        {
            var sending = visor.Send(_frame.AsSpan(0, length), _descriptors.AsSpan(0, descriptors));
            if (sending != Sending.Sent)
                return sending;
            // Told as it is now: started, and ended if it has.
            for (var told = first; told >= 0 && (slot < 0 || told < slot); told = children.NextUsed(told + 1))
                children.SetUntold(told, Untold.Nothing);
        }
        _next = slot;
        if (slot < 0)
            _handover = Handover.Closing;
        return Sending.Sent;
    }

    Sending TellAnswer(FrameSocket visor)
    {
        var (kind, id, number, errno) = _failure;
        var length = kind == NewsKind.SpawnFailed
            ? News.SpawnFailed(_frame, id, (SpawnStage)number, errno)
            : News.SignalFailed(_frame, id, number, errno);
        var sending = visor.Send(_frame.AsSpan(0, length), []);
        if (sending == Sending.Sent)
            _failure = default;
        return sending;
    }

    Sending TellChildren(FrameSocket visor)
    {
        for (var slot = children.FindUntold(); slot >= 0; slot = children.FindUntold())
        {
            ref readonly var child = ref children[slot];
            var untold = children.GetUntold(slot);
            if (untold.HasFlag(Untold.Spawned))
            {
                var count = child.CopyPipes(_descriptors);
                var length = News.Spawned(_frame, child);
                var sending = visor.Send(_frame.AsSpan(0, length), _descriptors.AsSpan(0, count));
                if (sending != Sending.Sent)
                    return sending;
                children.SetUntold(slot, untold &= ~Untold.Spawned);
            }
            if (untold.HasFlag(Untold.Exited))
            {
                if (visor.Send(_frame.AsSpan(0, News.Exited(_frame, child)), []) is not Sending.Sent and var refusal)
                    return refusal;
                children.SetUntold(slot, Untold.Nothing);
            }
        }
        return Sending.Sent;
    }

    Sending TellSignals(FrameSocket visor)
    {
        while (_signals != 0)
        {
            var signal = BitOperations.TrailingZeroCount(_signals);
            var length = News.SignalReceived(_frame, signal);
            if (visor.Send(_frame.AsSpan(0, length), []) is not Sending.Sent and var refusal)
                return refusal;
            _signals &= ~(1UL << signal);
            _signalsTold |= 1UL << signal;
        }
        return Sending.Sent;
    }

    Sending TellOrphans(FrameSocket visor)
    {
        while (_orphans.Count > 0)
        {
            var (pid, status) = _orphans.First;
            var length = News.OrphanReaped(_frame, pid, status);
            if (visor.Send(_frame.AsSpan(0, length), []) is not Sending.Sent and var refusal)
                return refusal;
            _orphans.RemoveFirst();
        }
        return Sending.Sent;
    }

    /// <summary>The one answer that may wait: a start or a signal that failed.</summary>
    readonly record struct Failure(NewsKind Kind, long Id, int Number, int Errno);
}
