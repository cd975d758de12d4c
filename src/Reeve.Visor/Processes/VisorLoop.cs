using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Reeve.Keeper;
using Reeve.Linux.Polling;

namespace Reeve.Visor.Processes;

/// <summary>The one thread that owns every process: news of the keeper, requests and deadlines, one after the other.</summary>
/// <remarks>It sleeps in epoll until one of them is there; nothing polls.</remarks>
internal sealed class VisorLoop : IDisposable
{
    private const ulong LinkToken = 1;
    private const ulong WakeToken = 2;
    private readonly KeeperLink _link;
    private readonly Epoll _epoll = new();
    private readonly EventFd _wake = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Deadlines _deadlines;
    private readonly Action<Exception> _defect;
    private readonly Dictionary<ulong, (SafeFileHandle Descriptor, Func<bool> Writable)> _writers = [];
    private readonly Dictionary<SafeFileHandle, ulong> _writerTokens = [];
    private ulong _lastToken = WakeToken;
    private bool _watchesWrite;
    private bool _ended;
    private bool _over;

    /// <summary>Made, it does nothing before <see cref="Run"/>.</summary>
    /// <param name="link">The keeper.</param>
    /// <param name="time">Clock.</param>
    /// <param name="defect">Told of an exception that came out of something done here: the loop itself goes on.</param>
    public VisorLoop(KeeperLink link, TimeProvider time, Action<Exception> defect)
    {
        (_link, _defect, _deadlines) = (link, defect, new(time));
        _epoll.Add(link.Descriptor, PollEvents.Readable, LinkToken);
        _epoll.Add(_wake.Handle, PollEvents.Readable, WakeToken);
    }

    /// <summary>Has it done on the loop's thread, soon. From any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        if (Volatile.Read(ref _over))
            DrainPosted(); // Nobody else will: it answers that the daemon is ending.
        else
            _wake.Raise();
    }

    /// <summary>Has it done on the loop's thread and hands back the result.</summary>
    public Task<T> Ask<T>(Func<T> question) => Ask(() => Task.FromResult(question()));

    /// <summary>Has it begun on the loop's thread; the answer may come later.</summary>
    public Task<T> Ask<T>(Func<Task<T>> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(async () =>
        {
            try
            {
                answer.SetResult(await question().ConfigureAwait(false));
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        return answer.Task;
    }

    /// <summary>Has it done after a while, unless cancelled. Loop's thread only.</summary>
    public Deadline After(TimeSpan delay, Action action) => _deadlines.Add(delay, action);

    /// <summary>Calls back whenever the descriptor takes bytes, until the callback returns false. Loop's thread only.</summary>
    public void WatchWrite(SafeFileHandle descriptor, Func<bool> writable)
    {
        if (_writerTokens.ContainsKey(descriptor))
            return;
        _writerTokens.Add(descriptor, ++_lastToken);
        _writers.Add(_lastToken, (descriptor, writable));
        _epoll.Add(descriptor, PollEvents.Writable, _lastToken);
    }

    /// <summary>Ends <see cref="WatchWrite"/>; before the descriptor is closed.</summary>
    public void Unwatch(SafeFileHandle descriptor)
    {
        if (!_writerTokens.Remove(descriptor, out var token))
            return;
        _writers.Remove(token);
        _epoll.Remove(descriptor);
    }

    /// <summary>Ends <see cref="Run"/> once the present turn is over. Loop's thread only.</summary>
    public void End() => _ended = true;

    /// <summary>Runs until <see cref="End"/>.</summary>
    /// <exception cref="EndOfStreamException">The keeper is gone.</exception>
    public void Run(Action<KeeperMessage> news)
    {
        Span<PollEvent> ready = stackalloc PollEvent[4];
        while (!_ended)
        {
            DrainPosted();
            FireDeadlines();
            if (_ended)
                break;
            WatchWrites();
            if (!_posted.IsEmpty)
                continue;
            var count = _epoll.Wait(ready, _deadlines.MillisecondsToNext());
            foreach (var happened in ready[..count])
            {
                if (happened.Token == WakeToken)
                {
                    _wake.Lower();
                    continue;
                }
                if (happened.Token != LinkToken)
                {
                    Guarded(() => OnWritable(happened.Token));
                    continue;
                }
                if ((happened.Events & PollEvents.Writable) != 0)
                    _link.Flush();
                while (!_ended && _link.TryReceive() is { } message)
                    Guarded(() => news(message));
            }
        }
        _link.Flush();
    }

    /// <summary>After <see cref="Run"/>, however it ended: what is posted from now on is done at once, by whoever posts it.</summary>
    public void Over()
    {
        Volatile.Write(ref _over, true);
        DrainPosted();
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void DrainPosted()
    {
        while (_posted.TryDequeue(out var action))
            Guarded(action);
    }

    private void OnWritable(ulong token)
    {
        // The callback may have ended the watch by itself, and closed the descriptor.
        if (_writers.TryGetValue(token, out var writer) && !writer.Writable())
            Unwatch(writer.Descriptor);
    }

    private void FireDeadlines()
    {
        // A deadline set while firing and due at once fires in this same turn: a restart waits for nothing.
        while (!_ended && _deadlines.TakeDue() is { } due)
            Guarded(due.Fire);
    }

    /// <summary>A defect in what concerns one process or one request must not end the loop, and with it all the others.</summary>
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _defect(e);
        }
    }

    private void WatchWrites()
    {
        if (_link.WantsWrite == _watchesWrite)
            return;
        _watchesWrite = _link.WantsWrite;
        _epoll.Modify(_link.Descriptor, _watchesWrite ? PollEvents.Readable | PollEvents.Writable : PollEvents.Readable, LinkToken);
    }
}
