using Reeve.Core.Processes;
using Reeve.Visor.Processes;

namespace Reeve.Visor.Tests.Processes;

public sealed class DeadlinesTests
{
    private readonly HeldClock _clock = new();

    [Fact]
    public void They_fall_due_in_order_and_not_before()
    {
        var deadlines = new Deadlines(_clock);
        var fired = new List<int>();
        deadlines.Add(TimeSpan.FromSeconds(2), () => fired.Add(2));
        deadlines.Add(TimeSpan.FromSeconds(1), () => fired.Add(1));
        deadlines.Add(TimeSpan.FromSeconds(1.5), () => fired.Add(9)).Cancel();

        Assert.Null(deadlines.TakeDue());
        Assert.InRange(deadlines.MillisecondsToNext(), 1000, 1001);
        _clock.Advance(TimeSpan.FromSeconds(2));
        while (deadlines.TakeDue() is { } due)
            due.Fire();

        Assert.Equal([1, 2], fired);
        Assert.Equal(-1, deadlines.MillisecondsToNext());
    }

    [Fact]
    public void Cancelled_ones_do_not_pile_up()
    {
        var deadlines = new Deadlines(_clock);
        deadlines.Add(TimeSpan.FromDays(1), () => { });

        for (var i = 0; i < 10_000; i++)
            deadlines.Add(TimeSpan.FromHours(1), () => { }).Cancel();

        Assert.InRange(deadlines.Count, 1, 200);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1_000_000)]
    public void One_that_is_years_away_neither_overflows_nor_falls_due(int days)
    {
        var deadlines = new Deadlines(_clock);
        deadlines.Add(TimeSpan.FromDays(days), () => { });

        Assert.Equal(int.MaxValue, deadlines.MillisecondsToNext());
        Assert.Null(deadlines.TakeDue());
    }

    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(-5, "0:00:00")]
    [InlineData(59, "0:00:59")]
    [InlineData(36_000, "10:00:00")]
    [InlineData(86_399, "23:59:59")]
    [InlineData(86_400, "1 day, 0:00:00")]
    [InlineData(458_294, "5 days, 7:18:14")]
    public void An_uptime_reads(int seconds, string text)
    {
        var process = Snapshot() with { State = ProcessState.Running, Pid = 12, StartedAt = _clock.Began };

        Assert.Equal($"pid 12, uptime {text}", process.Describe(_clock.Began.AddSeconds(seconds)));
    }

    [Theory]
    [InlineData(0, "Jan 02 12:04 AM")]
    [InlineData(12, "Jan 02 12:04 PM")]
    [InlineData(13, "Jan 02 01:04 PM")]
    public void What_has_ended_says_when_on_a_clock_of_twelve_hours(int hour, string text)
    {
        var at = new DateTimeOffset(2026, 1, 2, hour, 4, 5, TimeSpan.Zero);

        Assert.Equal(text, (Snapshot() with { State = ProcessState.Exited, StartedAt = at, StoppedAt = at }).Describe(at));
    }

    [Fact]
    public void Other_states_say()
    {
        Assert.Equal("Not started", Snapshot().Describe(_clock.Began));
        Assert.Equal("why", (Snapshot() with { State = ProcessState.Fatal, SpawnError = "why" }).Describe(_clock.Began));
        Assert.Equal("unknown error (try \"tail p\")", (Snapshot() with { State = ProcessState.Backoff }).Describe(_clock.Began));
        Assert.Equal("", (Snapshot() with { State = ProcessState.Stopping }).Describe(_clock.Began));
    }

    private static ProcessSnapshot Snapshot() =>
        new() { Options = new() { Name = "p", Program = "p", Command = "p" }, Group = "p", State = ProcessState.Stopped };
}
