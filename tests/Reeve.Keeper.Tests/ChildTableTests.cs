using Reeve.Keeper.Children;

namespace Reeve.Keeper.Tests;

public sealed class ChildTableTests : IDisposable
{
    readonly ChildTable _table = new();

    public void Dispose() => _table.Dispose();

    int Add(long id, int pid) =>
        _table.Add(new Child { Id = id, Pid = pid, Label = [], PidFd = File.OpenHandle("/dev/null") });

    [Fact]
    public void A_thousand_children_are_all_found_by_id_and_by_pid()
    {
        var slots = Enumerable.Range(1, 1000).Select(i => Add(i, 100_000 + i)).ToArray();

        Assert.Equal(1000, _table.Count);
        for (var i = 1; i <= 1000; i++)
        {
            Assert.Equal(slots[i - 1], _table.Find(new(i)));
            Assert.Equal(slots[i - 1], _table.FindLiving(100_000 + i));
        }
    }

    [Fact]
    public void An_ended_child_is_found_by_its_id_only()
    {
        var slot = Add(1, 50);

        _table.End(slot, new(3, false, false));

        Assert.Equal(slot, _table.Find(new(1)));
        Assert.Equal(-1, _table.FindLiving(50));
        Assert.True(_table[slot].HasEnded);
        Assert.Equal((1, 0), (_table.Count, _table.Living));
    }

    [Fact]
    public void A_slot_is_used_again_and_remembers_nothing()
    {
        var slot = Add(1, 50);
        _table.SetUntold(slot, Untold.Exited);
        _table.End(slot, new(3, false, false));
        _table.Remove(slot);

        var again = Add(2, 51);

        Assert.Equal(slot, again);
        Assert.Equal(-1, _table.Find(new(1)));
        Assert.Equal(-1, _table.FindUntold());
        Assert.False(_table[again].HasEnded);
    }

    [Fact]
    public void Empty_slots_are_never_found()
    {
        Add(1, 50);

        Assert.Equal(-1, _table.Find(default));
        Assert.Equal(-1, _table.FindLiving(0));
        Assert.Equal(-1, _table.FindUntold());
    }

    [Fact]
    public void A_walk_meets_every_child_once_and_skips_the_gaps()
    {
        for (var i = 1; i <= 200; i++)
            Add(i, i);
        for (var i = 2; i <= 200; i += 2)
        {
            var slot = _table.Find(new(i));
            _table.End(slot, default);
            _table.Remove(slot);
        }
        var met = new List<long>();

        for (var slot = _table.NextUsed(0); slot >= 0; slot = _table.NextUsed(slot + 1))
            met.Add(_table[slot].Id);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (2L * i) + 1), met);
    }
}
