namespace Reeve.Keeper.Children;

/// <summary>All children, in slots that are used again.</summary>
/// <remarks>
/// What is searched lies in arrays of its own and is searched from the front: 5000 children are 40 kB, which takes a
/// microsecond or two. In return there is nothing to hash, to allocate or to keep in step.
/// </remarks>
sealed class ChildTable : IDisposable
{
    const int FirstCapacity = 64;

    long[] _ids = new long[FirstCapacity];
    int[] _pids = new int[FirstCapacity];
    byte[] _untold = new byte[FirstCapacity];
    Child[] _children = new Child[FirstCapacity];

    /// <summary>Children in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Children that have not ended.</summary>
    public int Living { get; private set; }

    /// <summary>Slots there are: every slot in use is below.</summary>
    public int Capacity => _ids.Length;

    /// <summary>The child in a slot that is in use.</summary>
    public ref Child this[int slot] => ref _children[slot];

    public bool IsUsed(int slot) => (uint)slot < (uint)_ids.Length && _ids[slot] != 0;

    /// <summary>The slot of a child, or -1.</summary>
    public int Find(ChildId id) => id.Value == 0 ? -1 : Array.IndexOf(_ids, id.Value);

    /// <summary>The slot of a child that has not ended, or -1.</summary>
    public int FindLiving(int pid) => pid <= 0 ? -1 : Array.IndexOf(_pids, pid);

    /// <summary>Takes a living child in.</summary>
    /// <returns>Its slot, which it keeps.</returns>
    public int Add(in Child child)
    {
        var slot = Array.IndexOf(_ids, 0L);
        if (slot < 0)
        {
            slot = _ids.Length;
            Grow();
        }
        _ids[slot] = child.Id;
        _pids[slot] = child.Pid;
        _untold[slot] = 0;
        _children[slot] = child;
        Count++;
        Living++;
        return slot;
    }

    /// <summary>Notes that a living child has ended, and closes its pidfd.</summary>
    public void End(int slot, ExitStatus status)
    {
        ref var child = ref _children[slot];
        child.PidFd!.Dispose();
        child.PidFd = null;
        child.Status = status;
        _pids[slot] = 0;
        Living--;
    }

    /// <summary>Drops a child that has ended.</summary>
    public void Remove(int slot)
    {
        _children[slot].ClosePipes();
        _children[slot] = default;
        _ids[slot] = 0;
        _untold[slot] = 0;
        Count--;
    }

    public Untold GetUntold(int slot) => (Untold)_untold[slot];

    public void SetUntold(int slot, Untold untold) => _untold[slot] = (byte)untold;

    /// <summary>A slot about which there is something to tell, or -1.</summary>
    public int FindUntold() => _untold.AsSpan().IndexOfAnyExcept((byte)0);

    /// <summary>The first slot in use from <paramref name="slot"/> on, or -1.</summary>
    public int NextUsed(int slot)
    {
        if (slot >= _ids.Length)
            return -1;
        var found = _ids.AsSpan(slot).IndexOfAnyExcept(0L);
        return found < 0 ? -1 : slot + found;
    }

    /// <summary>Makes room before anything is started that could not be taken in.</summary>
    public void EnsureRoom()
    {
        if (Count == _ids.Length)
            Grow();
    }

    public void Dispose()
    {
        foreach (ref var child in _children.AsSpan())
        {
            child.PidFd?.Dispose();
            child.ClosePipes();
        }
    }

    void Grow()
    {
        var capacity = _ids.Length * 2;
        Array.Resize(ref _ids, capacity);
        Array.Resize(ref _pids, capacity);
        Array.Resize(ref _untold, capacity);
        Array.Resize(ref _children, capacity);
    }
}
