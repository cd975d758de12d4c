using Microsoft.Win32.SafeHandles;

namespace Reeve.Visor.Logs;

/// <summary>
/// What becomes of one log path, told by its writer to those who follow it: that something was written, and which file
/// the path led to before. Files are numbered; the current one is at the path, the one before it at <c>.1</c>, and so
/// on.
/// </summary>
internal sealed class LogChanges
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _written;
    private long _current;
    private long _chain; // Files from here on are in the chain of rotated names.
    private long _cut; // Files below it may have been emptied in place.
    private bool _closed;

    /// <summary>Grows with every change.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Number of the file at the path.</summary>
    public long Current => Interlocked.Read(ref _current);

    /// <summary>Nothing will be written any more.</summary>
    public bool Closed => Volatile.Read(ref _closed);

    /// <summary>Whether what a descriptor of this file shows may be the content of a later one.</summary>
    public bool IsCut(long number) => Interlocked.Read(ref _cut) > number;

    /// <summary>Something was written. Costs an increment when nobody follows.</summary>
    public void Wrote()
    {
        Interlocked.Increment(ref _written);
        if (Volatile.Read(ref _waiting) is not null)
            Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
    }

    /// <summary>Renames the file along its chain and makes a new one.</summary>
    /// <param name="rotate">Does it, or throws and leaves the old file in use. Nobody looks names up meanwhile.</param>
    public SafeFileHandle Rotate(Func<SafeFileHandle> rotate)
    {
        SafeFileHandle file;
        lock (_lock)
        {
            file = rotate();
            Interlocked.Increment(ref _current);
        }
        Wrote();
        return file;
    }

    /// <summary>Another file is at the path now; where the old one went is not known.</summary>
    public void Replaced()
    {
        lock (_lock)
            _chain = Interlocked.Increment(ref _current);
        Wrote();
    }

    /// <summary>The file is emptied in place.</summary>
    /// <param name="empty">Does it; null: somebody else did. Told before, so that nobody takes new content for
    /// old.</param>
    public void Cut(Action? empty)
    {
        lock (_lock)
        {
            _chain = Interlocked.Increment(ref _current);
            Interlocked.Exchange(ref _cut, _chain);
            empty?.Invoke();
        }
        Wrote();
    }

    /// <summary>The writer goes.</summary>
    public void Close()
    {
        Volatile.Write(ref _closed, true);
        Wrote();
    }

    /// <summary>Opens the oldest file after <paramref name="number"/> that is still there.</summary>
    /// <returns>The file and its number; null when there is none yet.</returns>
    public (SafeFileHandle? File, long Number) OpenAfter(string path, long number)
    {
        lock (_lock)
        {
            for (var next = Math.Max(number + 1, _chain); next <= _current; next++)
            {
                var age = _current - next;
                if (LogReader.TryOpen(age == 0 ? path : $"{path}.{age}", out var file) == 0)
                    return (file, next);
            }
            return (null, number);
        }
    }

    /// <summary>Opens the file at the path.</summary>
    public (SafeFileHandle? File, long Number) OpenCurrent(string path)
    {
        lock (_lock)
            return LogReader.TryOpen(path, out var file) == 0 ? (file, _current) : (null, _current - 1);
    }

    /// <summary>Completes at the first change after <see cref="Written"/> was <paramref name="seen"/>.</summary>
    public Task ChangedAsync(long seen)
    {
        var waiting = Volatile.Read(ref _waiting);
        if (waiting is null)
        {
            var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = Interlocked.CompareExchange(ref _waiting, fresh, null) ?? fresh;
        }
        // A change before this line is seen here; one after it finds the source.
        return Written != seen ? Task.CompletedTask : waiting.Task;
    }
}
