namespace Reeve.Keeper.Tests;

public class VisorRestartsTests
{
    const int Crash = 134;
    static readonly TimeSpan Long = TimeSpan.FromHours(1), Short = TimeSpan.FromMilliseconds(5);
    readonly VisorRestarts _restarts = new();

    [Fact]
    public void The_first_quick_death_is_answered_at_once() =>
        Assert.Equal(TimeSpan.Zero, _restarts.Ended(Crash, Short, wasReady: false, hasChildren: true));

    [Fact]
    public void A_visor_that_lived_long_is_always_replaced_at_once()
    {
        for (var i = 0; i < 100; i++)
            Assert.Equal(TimeSpan.Zero, _restarts.Ended(Crash, Long, wasReady: false, hasChildren: false));
    }

    [Fact]
    public void Quick_deaths_in_a_row_pause_longer_up_to_five_seconds_for_ever()
    {
        var pauses = Enumerable.Range(0, 100).Select(_ => _restarts.Ended(Crash, Short, wasReady: false, hasChildren: true)!.Value).ToArray();

        Assert.Equal(pauses.Order(), pauses);
        Assert.True(pauses[1] > TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(5), pauses[^1]);
    }

    [Fact]
    public void A_long_life_ends_the_row()
    {
        for (var i = 0; i < 8; i++)
            _restarts.Ended(Crash, Short, wasReady: false, hasChildren: true);
        _restarts.Ended(Crash, Long, wasReady: false, hasChildren: true);

        Assert.Equal(TimeSpan.FromMilliseconds(100), _restarts.Ended(Crash, Short, wasReady: false, hasChildren: true));
    }

    [Fact]
    public void An_end_on_purpose_is_no_death_and_is_never_waited_for()
    {
        for (var i = 0; i < 2 * VisorRestarts.Patience; i++)
            Assert.Equal(TimeSpan.Zero, _restarts.Ended(0, Short, wasReady: false, hasChildren: false));

        Assert.Equal(TimeSpan.Zero, _restarts.Ended(Crash, Short, wasReady: false, hasChildren: false));
    }

    [Fact]
    public void Without_children_it_gives_up_at_last()
    {
        for (var i = 1; i < VisorRestarts.Patience; i++)
            Assert.NotNull(_restarts.Ended(Crash, Short, wasReady: false, hasChildren: false));

        Assert.Null(_restarts.Ended(Crash, Short, wasReady: false, hasChildren: false));
    }

    [Fact]
    public void Visors_that_served_are_replaced_for_ever_and_after_a_while_not_quite_at_once()
    {
        var pauses = Enumerable.Range(0, 1000)
            .Select(_ => _restarts.Ended(Crash, Short, wasReady: true, hasChildren: false)!.Value).ToArray();

        Assert.Equal(TimeSpan.Zero, pauses[1]);
        Assert.Equal(TimeSpan.FromMilliseconds(100), pauses[^1]);
    }
}
