using System.Threading.Channels;

namespace Reeve.Visor.Events;

/// <summary>Hands each event to all who subscribed. A subscriber that falls behind loses the oldest, never slows the sender.</summary>
public sealed class EventBus(TimeProvider time)
{
    /// <summary>How many bytes of events may wait for one subscriber before the oldest are dropped: 4 MiB.</summary>
    /// <remarks>One that is larger by itself waits alone.</remarks>
    public const long MostBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private Subscription[] _subscribers = [];
    private long _serial;

    /// <summary>Called, on the subscriber's thread, when somebody begins to listen.</summary>
    public event Action? Subscribed;

    /// <summary>Whether anybody listens; costly events need not be made otherwise.</summary>
    public bool HasSubscribers => Volatile.Read(ref _subscribers).Length > 0;

    /// <summary>Stamps an event and hands it out.</summary>
    public void Publish(SupervisorEvent happened)
    {
        lock (_lock)
        {
            var stamped = happened with { Serial = _serial++, At = time.GetLocalNow() };
            foreach (var subscriber in _subscribers)
                subscriber.Offer(stamped);
        }
    }

    /// <summary>All events from now on; ends when the token is cancelled.</summary>
    /// <param name="capacity">How many events may wait before the oldest is dropped.</param>
    /// <param name="cancel">Ends the subscription.</param>
    public ChannelReader<SupervisorEvent> Subscribe(int capacity, CancellationToken cancel) =>
        Subscribe(capacity, null, cancel);

    /// <summary>Some events from now on; ends when the token is cancelled.</summary>
    /// <param name="capacity">How many events may wait before the oldest is dropped.</param>
    /// <param name="wanted">Which; asked on the sender's thread. Null: all.</param>
    /// <param name="cancel">Ends the subscription.</param>
    public ChannelReader<SupervisorEvent> Subscribe(
        int capacity, Func<SupervisorEvent, bool>? wanted, CancellationToken cancel)
    {
        var subscription = new Subscription(capacity, wanted);
        lock (_lock)
            _subscribers = [.. _subscribers, subscription];
        cancel.Register(() =>
        {
            lock (_lock)
                _subscribers = [.. _subscribers.Where(s => s != subscription)];
            subscription.End();
        });
        Subscribed?.Invoke();
        return subscription;
    }

    // The channel itself has no bound, for it could count events only.
    private sealed class Subscription(int capacity, Func<SupervisorEvent, bool>? wanted) : ChannelReader<SupervisorEvent>
    {
        private readonly Channel<SupervisorEvent> _waiting = Channel.CreateUnbounded<SupervisorEvent>();
        private long _bytes;

        public override Task Completion => _waiting.Reader.Completion;

        public override bool CanCount => true;

        public override int Count => _waiting.Reader.Count;

        public void Offer(SupervisorEvent happened)
        {
            if (wanted is not null && !wanted(happened))
                return;
            Interlocked.Add(ref _bytes, happened.Size);
            _waiting.Writer.TryWrite(happened);
            while ((Interlocked.Read(ref _bytes) > MostBytes || Count > capacity) && Count > 1 && TryRead(out _))
            {
            }
        }

        public void End() => _waiting.Writer.TryComplete();

        public override bool TryRead(out SupervisorEvent item)
        {
            if (!_waiting.Reader.TryRead(out item!))
                return false;
            Interlocked.Add(ref _bytes, -item.Size);
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            _waiting.Reader.WaitToReadAsync(cancellationToken);
    }
}
