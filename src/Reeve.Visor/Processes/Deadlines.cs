namespace Reeve.Visor.Processes;

/// <summary>Something to be done later on the loop's thread; forgotten when cancelled.</summary>
internal sealed class Deadline(Deadlines owner, Action action)
{
    private bool _isOver;

    public bool IsCancelled { get; private set; }

    public void Cancel()
    {
        if (_isOver)
            return;
        (_isOver, IsCancelled) = (true, true);
        owner.OnCancelled();
    }

    public void Fire()
    {
        _isOver = true;
        action();
    }
}

/// <summary>What the loop has to do later, soonest first. Loop's thread only.</summary>
/// <remarks>
/// Most are cancelled long before they are due (a process that is restarted over and over, a stop that takes a moment of its
/// hour): when half of what waits is of that kind it is thrown out, so that the queue stays as short as what it is for.
/// </remarks>
internal sealed class Deadlines(TimeProvider time)
{
    private const int WorthSweeping = 64;
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(365 * 100);
    private readonly PriorityQueue<Deadline, long> _queue = new();
    private int _cancelled;

    /// <summary>How many wait, cancelled ones among them.</summary>
    public int Count => _queue.Count;

    public Deadline Add(TimeSpan delay, Action action)
    {
        var ticks = (delay < Farthest ? delay : Farthest).TotalSeconds * time.TimestampFrequency;
        var deadline = new Deadline(this, action);
        _queue.Enqueue(deadline, time.GetTimestamp() + (long)ticks);
        return deadline;
    }

    /// <summary>Takes out the next one that is due; null: none is now.</summary>
    public Deadline? TakeDue()
    {
        SkipCancelled();
        return _queue.TryPeek(out var next, out var at) && at <= time.GetTimestamp() ? Take(next) : null;

        Deadline Take(Deadline due)
        {
            _queue.Dequeue();
            return due;
        }
    }

    /// <summary>Until the next one is due, rounded up; -1: there is none.</summary>
    public int MillisecondsToNext()
    {
        SkipCancelled();
        if (!_queue.TryPeek(out _, out var at))
            return -1;
        var left = at - time.GetTimestamp();
        return left <= 0 ? 0 : (int)Math.Min(int.MaxValue, ((double)left / time.TimestampFrequency * 1000) + 1);
    }

    public void OnCancelled()
    {
        _cancelled++;
        if (_cancelled < WorthSweeping || _cancelled * 2 < _queue.Count)
            return;
        var left = _queue.UnorderedItems.Where(d => !d.Element.IsCancelled).ToList();
        _queue.Clear();
        _queue.EnqueueRange(left.Select(d => (d.Element, d.Priority)));
        _cancelled = 0;
    }

    private void SkipCancelled()
    {
        while (_queue.TryPeek(out var next, out _) && next.IsCancelled)
        {
            _queue.Dequeue();
            _cancelled--;
        }
    }
}
