namespace Reeve.Keeper;

/// <summary>Orphans that were reaped and not yet told. They are news, not state: the oldest give way.</summary>
sealed class OrphanNews
{
    const int Capacity = 64;

    readonly (int Pid, ExitStatus Status)[] _ring = new (int, ExitStatus)[Capacity];
    int _first;

    public int Count { get; private set; }

    public void Add(int pid, ExitStatus status)
    {
        if (Count == Capacity)
            RemoveFirst();
        _ring[(_first + Count++) % Capacity] = (pid, status);
    }

    public (int Pid, ExitStatus Status) First => _ring[_first];

    public void RemoveFirst()
    {
        _first = (_first + 1) % Capacity;
        Count--;
    }
}
