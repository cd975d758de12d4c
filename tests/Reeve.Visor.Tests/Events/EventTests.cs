using System.Text;
using System.Threading.Channels;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;
using Reeve.Visor.Events;
using Reeve.Visor.Processes;
using Reeve.Visor.Tests.Processes;

namespace Reeve.Visor.Tests.Events;

public sealed class EventTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\xff\n\t\\", "Undecodable: b'\\xff\\n\\t\\\\'")]
    [InlineData("it's \xff", "Undecodable: b\"it's \\xff\"")]
    [InlineData("it's \"\xff\"", "Undecodable: b'it\\'s \"\\xff\"'")]
    public void Bytes_that_are_no_text_are_written_as_Python_does(string latin1, string text) =>
        Assert.Equal(text, EventText.Decode(Encoding.Latin1.GetBytes(latin1)));

    [Fact]
    public void A_subscriber_that_does_not_read_keeps_the_newest_few_megabytes()
    {
        var bus = new EventBus(TimeProvider.System);
        var events = bus.Subscribe(1024, TestContext.Current.CancellationToken);
        var chunk = new byte[128 * 1024];
        for (var i = 0; i < 1000; i++)
            bus.Publish(Output(chunk));

        var kept = Read(events);

        Assert.InRange(kept.Sum(e => e.Size), EventBus.MostBytes - 2 * chunk.Length, EventBus.MostBytes);
        Assert.Equal(Enumerable.Range(1000 - kept.Count, kept.Count), kept.Select(e => (int)e.Serial));
        bus.Publish(Output(chunk));
        Assert.Equal([1000L], Read(events).Select(e => e.Serial));
    }

    [Fact]
    public void An_event_larger_than_all_that_may_wait_waits_alone()
    {
        var bus = new EventBus(TimeProvider.System);
        var events = bus.Subscribe(1024, TestContext.Current.CancellationToken);

        bus.Publish(new DaemonStateEvent(true));
        bus.Publish(Output(new byte[EventBus.MostBytes + 1]));
        Assert.Equal([1L], Read(events).Select(e => e.Serial));

        bus.Publish(Output(new byte[EventBus.MostBytes + 1]));
        bus.Publish(new DaemonStateEvent(true));
        Assert.Equal([3L], Read(events).Select(e => e.Serial));
    }

    [Fact]
    public void Events_that_are_not_wanted_push_no_others_out()
    {
        var bus = new EventBus(TimeProvider.System);
        var events = bus.Subscribe(2, e => e is DaemonStateEvent, TestContext.Current.CancellationToken);

        bus.Publish(new DaemonStateEvent(true));
        for (var i = 0; i < 100; i++)
            bus.Publish(Output(new byte[100 * 1024]));
        bus.Publish(new DaemonStateEvent(false));

        Assert.Equal([0L, 101], Read(events).Select(e => e.Serial));
        foreach (var _ in (int[])[1, 2, 3])
            bus.Publish(new DaemonStateEvent(true));
        Assert.Equal([103L, 104], Read(events).Select(e => e.Serial));
    }

    private static ProcessOutputEvent Output(byte[] data) =>
        new("g", "p", 1, OutputStream.Output, Captured: false, data);

    private static List<SupervisorEvent> Read(ChannelReader<SupervisorEvent> events)
    {
        var all = new List<SupervisorEvent>();
        while (events.TryRead(out var happened))
            all.Add(happened);
        return all;
    }

    [Fact]
    public async Task Ticks_come_at_their_multiples_and_not_while_the_clock_is_set_back()
    {
        var clock = new HeldClock { Began = DateTimeOffset.FromUnixTimeSeconds(3598) };
        var (ours, keepers) = SeqPacketSocket.Pair();
        using var link = new KeeperLink(ours.Handle);
        using var loop = new VisorLoop(link, clock, e => Assert.Fail(e.ToString()));
        var bus = new EventBus(clock);
        var events = bus.Subscribe(100, TestContext.Current.CancellationToken);
        var ticks = new TickClock(loop, bus, clock);
        loop.Post(ticks.Begin);
        // Each turn is posted by the one before, so that deadlines are looked at in between.
        var seen = new List<string>();
        loop.Post(() => Turn(() => clock.Advance(TimeSpan.FromSeconds(2)), () => // 3600
            Turn(() => { clock.Set = TimeSpan.FromSeconds(-2); clock.Advance(TimeSpan.FromSeconds(5)); }, () => // 3603
                Turn(() => clock.Advance(TimeSpan.FromSeconds(2)), loop.End)))); // 3605

        loop.Run(_ => { });

        while (events.TryRead(out var happened))
            seen.Add($"{happened.TypeName} {happened.Body}");
        Assert.Equal(["TICK_5 when:3600", "TICK_60 when:3600", "TICK_3600 when:3600", "TICK_5 when:3605"], seen);
        keepers.Dispose();
        await Task.CompletedTask;

        void Turn(Action advance, Action then)
        {
            advance();
            loop.After(TimeSpan.Zero, () => loop.Post(then));
        }
    }
}
