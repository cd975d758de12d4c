using System.Threading.Channels;

namespace Reeve.Visor.Events;

/// <summary>Hands each event to all who subscribed. A subscriber that falls behind loses the oldest, never slows the sender.</summary>
public sealed class EventBus(TimeProvider time)
{
    private readonly Lock _lock = new();
    private Channel<SupervisorEvent>[] _subscribers = [];
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
                subscriber.Writer.TryWrite(stamped);
        }
    }

    /// <summary>All events from now on; ends when the token is cancelled.</summary>
    /// <param name="capacity">How many events may wait before the oldest is dropped.</param>
    /// <param name="cancel">Ends the subscription.</param>
    public ChannelReader<SupervisorEvent> Subscribe(int capacity, CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<SupervisorEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
            _subscribers = [.. _subscribers, channel];
        cancel.Register(() =>
        {
            lock (_lock)
                _subscribers = [.. _subscribers.Where(c => c != channel)];
            channel.Writer.TryComplete();
        });
        Subscribed?.Invoke();
        return channel.Reader;
    }
}
