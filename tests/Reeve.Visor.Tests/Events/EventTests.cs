using System.Text;
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
