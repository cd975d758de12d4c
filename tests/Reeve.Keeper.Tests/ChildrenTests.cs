using System.Globalization;
using Reeve.Linux;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Tests;

public sealed class ChildrenTests : IDisposable
{
    readonly TestKeeper _keeper = new();
    readonly TestVisor _visor;

    public ChildrenTests() => _visor = _keeper.NextSettledVisor();

    public void Dispose() => _keeper.Dispose();

    [Fact]
    public void The_first_visor_is_told_who_the_keeper_is_and_has_nothing_to_take_over() => Assert.Equal(
        [new KeeperMessage.Welcome(Environment.ProcessId, 4711, 1), new KeeperMessage.HandoverDone()], _visor.Seen);

    [Fact]
    public void A_child_runs_with_its_pipes_and_its_exit_code_is_told()
    {
        var before = DateTimeOffset.UtcNow;

        var child = _visor.Spawn(1, PipeSet.Output | PipeSet.Error, "/bin/sh", "-c", "echo out; echo err >&2; exit 3");

        Assert.InRange(child.StartedAt, before, DateTimeOffset.UtcNow);
        Assert.Null(child.Pipes.Input);
        Assert.Equal("out\n", TestVisor.ReadSome(child.Pipes.Output!));
        Assert.Equal("err\n", TestVisor.ReadSome(child.Pipes.Error!));
        Assert.Equal(new KeeperMessage.Exited(new(1), child.Pid, new(3, false, false)), _visor.ExpectExit(1));
    }

    [Fact]
    public void Stderr_can_go_where_stdout_goes()
    {
        var child = _visor.Spawn(1, PipeSet.Output | PipeSet.ErrorToOutput, "/bin/sh", "-c", "echo out; echo err >&2");
        _visor.ExpectExit(1);

        Assert.Null(child.Pipes.Error);
        Assert.Equal("out\nerr\n", TestVisor.ReadSome(child.Pipes.Output!));
    }

    [Fact]
    public void Without_pipes_the_child_has_dev_null()
    {
        _visor.Spawn(1, PipeSet.None, "/bin/sh", "-c",
            "for n in 0 1 2; do [ \"$(readlink /proc/$$/fd/$n)\" = /dev/null ] || exit 1; done");

        Assert.Equal(0, _visor.ExpectExit(1).Status.Code);
    }

    [Fact]
    public void The_child_reads_what_the_visor_writes_until_visor_and_keeper_have_closed()
    {
        var child = _visor.Spawn(1, PipeSet.Input | PipeSet.Output, "/bin/cat");

        Assert.Equal(6, Pipe.Write(child.Pipes.Input!, "hello\n"u8).Bytes);
        Assert.Equal("hello\n", TestVisor.ReadSome(child.Pipes.Output!));
        child.Pipes.Input!.Dispose();
        _visor.Link.Forget(new(1));

        Assert.Equal(0, _visor.ExpectExit(1).Status.Code);
    }

    [Fact]
    public void The_visors_pipe_ends_never_block_and_the_childs_do()
    {
        var child = _visor.Spawn(
            1, PipeSet.Input | PipeSet.Output, "/bin/sh", "-c", "cat /proc/$$/fdinfo/0; read line");

        Assert.Contains("flags:\t00\n", TestVisor.ReadSome(child.Pipes.Output!), StringComparison.Ordinal);
        Assert.True(Pipe.Read(child.Pipes.Output!, new byte[1]).WouldBlock);
    }

    [Fact]
    public void A_signal_reaches_the_child_alone_or_its_group()
    {
        const string script = "(sleep 1000 & echo $!; wait) & wait";
        var alone = _visor.Spawn(1, PipeSet.Output, "/bin/sh", "-c", script);
        var group = _visor.Spawn(2, PipeSet.Output, "/bin/sh", "-c", script);
        var survivor = int.Parse(TestVisor.ReadSome(alone.Pipes.Output!), CultureInfo.InvariantCulture);
        TestVisor.ReadSome(group.Pipes.Output!);

        _visor.Link.Signal(new(1), Signal.TERM, group: false);
        _visor.Link.Signal(new(2), Signal.TERM, group: true);

        Assert.Equal(new(Signal.TERM, true, false), _visor.ExpectExit(1).Status);
        // The end of the pipe comes only when the whole group is gone.
        Assert.Empty(TestVisor.ReadAll(group.Pipes.Output!));
        Assert.NotNull(ProcFs.Facts(survivor));
        TestVisor.SendSignal(survivor, Signal.KILL);
        Assert.Empty(TestVisor.ReadAll(alone.Pipes.Output!));
    }

    [Fact]
    public void A_signal_that_does_not_exist_is_told_as_failed()
    {
        _visor.Spawn(1, PipeSet.None, "/bin/sleep", "1000");

        _visor.Link.Signal(new(1), 99, group: false);

        Assert.Equal(
            new KeeperMessage.SignalFailed(new(1), 99, Errno.EINVAL), _visor.Expect<KeeperMessage.SignalFailed>());
    }

    [Fact]
    public void A_signal_to_a_child_that_has_ended_or_never_was_counts_as_sent()
    {
        _visor.Spawn(1, PipeSet.None, "/bin/true");
        _visor.ExpectExit(1);

        _visor.Link.Signal(new(1), 99, group: false);
        _visor.Link.Signal(new(1), Signal.KILL, group: true);
        _visor.Link.Signal(new(77), Signal.KILL, group: true);
        _visor.Spawn(2, PipeSet.None, "/bin/true");

        Assert.Empty(_visor.Seen.OfType<KeeperMessage.SignalFailed>());
    }

    [Fact]
    public void A_program_that_is_not_there_fails_at_exec()
    {
        _visor.Link.Spawn(new(1), "", TestVisor.Request("/nonexistent/program"), PipeSet.Input | PipeSet.Output);

        Assert.Equal(
            new KeeperMessage.SpawnFailed(new(1), SpawnStage.Exec, Errno.ENOENT),
            _visor.Expect<KeeperMessage.SpawnFailed>());
    }

    [Fact]
    public void A_directory_that_is_not_there_fails_at_its_own_stage()
    {
        _visor.Link.Spawn(new(1), "", TestVisor.Request("/bin/true") with { Directory = "/nonexistent" }, PipeSet.None);

        Assert.Equal(
            new KeeperMessage.SpawnFailed(new(1), SpawnStage.Directory, Errno.ENOENT),
            _visor.Expect<KeeperMessage.SpawnFailed>());
    }

    [Fact]
    public void An_id_in_use_is_refused_and_its_owner_lives_on()
    {
        var first = _visor.Spawn(1, PipeSet.None, "/bin/sleep", "1000");

        _visor.Link.Spawn(new(1), "", TestVisor.Request("/bin/true"), PipeSet.None);

        Assert.Equal(Errno.EEXIST, _visor.Expect<KeeperMessage.SpawnFailed>().Errno);
        _visor.Link.Signal(new(1), Signal.KILL, group: false);
        Assert.Equal(first.Pid, _visor.ExpectExit(1).Pid);
    }

    [Fact]
    public void An_id_is_free_again_after_a_failed_start()
    {
        _visor.Link.Spawn(new(1), "", TestVisor.Request("/nonexistent/program"), PipeSet.Output);
        _visor.Expect<KeeperMessage.SpawnFailed>();

        _visor.Spawn(1, PipeSet.None, "/bin/true");

        Assert.Equal(0, _visor.ExpectExit(1).Status.Code);
    }

    [Fact]
    public void An_environment_of_a_megabyte_and_more_arrives_whole()
    {
        var values = Enumerable.Range(0, 15).Select(i => $"V{i}={new string((char)('a' + i), 100_000)}").ToArray();
        var request = TestVisor.Request("/bin/cat", "/proc/self/environ") with { Environment = values };

        _visor.Link.Spawn(new(1), "", request, PipeSet.Output);

        var child = _visor.Expect<KeeperMessage.Spawned>();
        Assert.Equal(string.Concat(values.Select(value => value + '\0')), TestVisor.ReadAllWhileRunning(child, _visor));
    }

    [Fact]
    public void A_child_without_a_limit_of_open_files_gets_the_one_that_the_keeper_found()
    {
        using var keeper = new TestKeeper(openFiles: new(ResourceLimits.OpenFiles, 333, 4444));
        var visor = keeper.NextSettledVisor();

        var child = visor.Spawn(1, PipeSet.Output, "/bin/sh", "-c", "ulimit -Sn; ulimit -Hn");
        visor.ExpectExit(1);

        Assert.Equal("333\n4444\n", TestVisor.ReadSome(child.Pipes.Output!));
    }

    [Fact]
    public void A_limit_of_open_files_in_the_request_wins()
    {
        var request = TestVisor.Shell("ulimit -n") with { Limits = [new(ResourceLimits.OpenFiles, 99, 99)] };

        _visor.Link.Spawn(new(1), "", request, PipeSet.Output);

        Assert.Equal("99\n", TestVisor.ReadSome(_visor.Expect<KeeperMessage.Spawned>().Pipes.Output!));
    }

    [Fact]
    public void What_cannot_be_sent_is_refused_where_it_is_asked_for()
    {
        var request = TestVisor.Request("/bin/true");

        Assert.Throws<ArgumentOutOfRangeException>(() => _visor.Link.Spawn(default, "", request, PipeSet.None));
        Assert.Throws<ArgumentException>(() => _visor.Link.Spawn(new(1), new('x', 1025), request, PipeSet.None));
        Assert.Throws<ArgumentException>(
            () => _visor.Link.Spawn(new(1), "", request, PipeSet.Error | PipeSet.ErrorToOutput));
        Assert.Throws<ArgumentException>(() => _visor.Link.Spawn(
            new(1), "", request with { Environment = [new('x', 9_000_000)] }, PipeSet.None));
        Assert.Throws<ArgumentException>(() => _visor.Link.Unstore(""));
    }

    [Fact]
    public void A_hundred_starts_and_ends_leave_nothing_behind_once_forgotten()
    {
        for (var id = 1; id <= 100; id++)
        {
            var child = _visor.Spawn(id, PipeSet.Output, "/bin/true");
            _visor.ExpectExit(id);
            child.Pipes.Output!.Dispose();
            _visor.Link.Forget(new(id));
        }
        _visor.Kill();

        var next = _keeper.NextSettledVisor();

        Assert.Equal(
            [typeof(KeeperMessage.Welcome), typeof(KeeperMessage.HandoverDone)], next.Seen.Select(m => m.GetType()));
    }
}
