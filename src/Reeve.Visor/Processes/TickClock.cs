using Reeve.Visor.Events;

namespace Reeve.Visor.Processes;

/// <summary>Sends TICK events at multiples of 5, 60 and 3600 seconds, for as long as somebody listens.</summary>
/// <remarks>Loop's thread only. Without listeners no timer runs: an idle daemon sleeps.</remarks>
internal sealed class TickClock(VisorLoop loop, EventBus events, TimeProvider time)
{
    private const int Shortest = 5;
    private static readonly int[] Periods = [Shortest, 60, 3600];
    private bool _runs;

    public void Begin()
    {
        if (_runs)
            return;
        _runs = true;
        WaitForNext();
    }

    private void WaitForNext()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var next = ((now / (Shortest * 1000)) + 1) * Shortest;
        loop.After(TimeSpan.FromMilliseconds((next * 1000) - now), () => Tick(next));
    }

    private void Tick(long second)
    {
        if (!events.HasSubscribers)
        {
            _runs = false;
            return;
        }
        // A clock set back while waiting: the boundary has not come yet, and comes again.
        if (time.GetUtcNow().ToUnixTimeSeconds() >= second)
        {
            foreach (var period in Periods.Where(p => second % p == 0))
                events.Publish(new TickEvent(period, second));
        }
        WaitForNext();
    }
}
