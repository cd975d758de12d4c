using Reeve.Linux.Processes;

namespace Reeve.Keeper.Tests;

public sealed class DaemonEndTests : IDisposable
{
    TestKeeper _keeper = new();

    public void Dispose() => _keeper.Dispose();

    [Fact]
    public async Task Finish_ends_the_keeper_with_its_code_and_kills_who_is_left()
    {
        var visor = _keeper.NextSettledVisor();
        var child = visor.Spawn(1, PipeSet.None, "/bin/sh", "-c", "trap '' TERM INT HUP; while :; do sleep 1; done");

        visor.Link.Finish(42);

        Assert.Equal(42, await _keeper.ExitCode);
        Assert.Null(ProcFs.Facts(child.Pid));
        Assert.Null(ProcFs.Facts(visor.Pid));
    }

    [Fact]
    public async Task A_finish_said_with_the_last_breath_counts()
    {
        var visor = _keeper.NextSettledVisor();

        visor.Link.Finish(5);
        visor.Kill();

        Assert.Equal(5, await _keeper.ExitCode);
    }

    [Fact]
    public async Task The_visor_sees_the_end_of_the_keeper()
    {
        var visor = _keeper.NextSettledVisor();
        visor.Link.Finish(0);
        await _keeper.ExitCode;

        Assert.Throws<EndOfStreamException>(() => visor.Next());
        visor.Link.Forget(new(1)); // Goes nowhere, and says nothing.
        Assert.Throws<EndOfStreamException>(() => visor.Next());
    }

    [Fact]
    public async Task A_visor_that_ends_before_it_was_ever_ready_ends_the_keeper_with_its_exit_code()
    {
        _keeper.Dispose();
        _keeper = new(body: () => TestVisor.Shell("exit 9"));

        Assert.Equal(9, await _keeper.ExitCode);
    }

    [Fact]
    public async Task A_visor_killed_before_it_was_ever_ready_takes_its_children_along()
    {
        var visor = _keeper.NextVisor();
        visor.Expect<KeeperMessage.HandoverDone>();
        var child = visor.Spawn(1, PipeSet.None, "/bin/sleep", "1000");

        visor.Kill();

        Assert.Equal(128 + 9, await _keeper.ExitCode);
        Assert.Null(ProcFs.Facts(child.Pid));
    }

    [Fact]
    public async Task A_visor_that_cannot_be_started_ends_the_keeper_as_a_shell_would()
    {
        _keeper.Dispose();
        _keeper = new(body: () => TestVisor.Request("/nonexistent/visor"));

        Assert.Equal(127, await _keeper.ExitCode);
    }

    [Fact]
    public void Ready_is_told_on()
    {
        var visor = _keeper.NextVisor();
        Assert.False(_keeper.WasReady);

        visor.Link.Ready();
        visor.Expect<KeeperMessage.HandoverDone>();
        visor.Spawn(1, PipeSet.None, "/bin/true"); // Answered after what was said before.

        Assert.True(_keeper.WasReady);
    }
}
