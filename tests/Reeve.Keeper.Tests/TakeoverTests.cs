using Reeve.Keeper.Protocol;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Signals;

namespace Reeve.Keeper.Tests;

public sealed class TakeoverTests : IDisposable
{
    readonly TestKeeper _keeper = new();
    readonly TestVisor _visor;

    public TakeoverTests() => _visor = _keeper.NextSettledVisor();

    public void Dispose() => _keeper.Dispose();

    [Fact]
    public void The_next_visor_gets_children_pipes_and_exits()
    {
        var living = _visor.Spawn(1, PipeSet.Input | PipeSet.Output, "/bin/cat");
        var ended = _visor.Spawn(2, PipeSet.Output, "/bin/sh", "-c", "echo last words; exit 7");
        _visor.ExpectExit(2);
        _visor.Kill();
        _visor.Dispose();

        var next = _keeper.NextSettledVisor();

        Assert.Equal(2, Assert.IsType<KeeperMessage.Welcome>(next.Seen[0]).VisorStarts);
        var kept = next.Seen.OfType<KeeperMessage.Kept>().ToDictionary(child => child.Id.Value);
        Assert.Equal(2, kept.Count);
        Assert.Equal(("label-1", living.Pid, living.StartedAt, null),
            (kept[1].Label, kept[1].Pid, kept[1].StartedAt, kept[1].Exit));
        Assert.Equal(("label-2", ended.Pid, new ExitStatus(7, false, false)),
            (kept[2].Label, kept[2].Pid, kept[2].Exit!.Value));
        Assert.Equal("last words\n", TestVisor.ReadSome(kept[2].Pipes.Output!));
        Pipe.Write(kept[1].Pipes.Input!, "still here"u8);
        Assert.Equal("still here", TestVisor.ReadSome(kept[1].Pipes.Output!));
    }

    [Fact]
    public void What_a_child_wrote_while_no_visor_read_is_there_for_the_next()
    {
        var child = _visor.Spawn(1, PipeSet.Input | PipeSet.Output, "/bin/sh", "-c", "read go; seq 1000");
        using var go = child.Pipes.Input!;
        _visor.Kill();
        _visor.Dispose();
        Pipe.Write(go, "\n"u8);

        var kept = _keeper.NextReadyVisor().Expect<KeeperMessage.Kept>();

        Assert.Equal(
            string.Concat(Enumerable.Range(1, 1000).Select(i => $"{i}\n")), TestVisor.ReadAll(kept.Pipes.Output!));
    }

    [Fact]
    public void An_exit_while_the_visor_is_away_is_told_to_the_next()
    {
        var child = _visor.Spawn(1, PipeSet.None, "/bin/sleep", "1000");
        TestVisor.SendSignal(_visor.Pid, Signal.KILL);
        TestVisor.SendSignal(child.Pid, Signal.KILL);

        var next = _keeper.NextReadyVisor();
        var kept = next.Expect<KeeperMessage.Kept>();

        // It may have ended just after the handover told it as living; then that is told next.
        Assert.Equal(new(Signal.KILL, true, false), kept.Exit ?? next.ExpectExit(1).Status);
    }

    [Fact]
    public void An_exit_is_told_to_every_visor_until_one_forgets_it()
    {
        _visor.Spawn(1, PipeSet.None, "/bin/false");
        _visor.ExpectExit(1);
        _visor.Kill();
        var second = _keeper.NextSettledVisor();
        second.Kill();
        var third = _keeper.NextSettledVisor();
        third.Link.Forget(new(1));
        third.Kill();
        var fourth = _keeper.NextSettledVisor();

        Assert.Equal(1, Assert.Single(second.Seen.OfType<KeeperMessage.Kept>()).Exit!.Value.Code);
        Assert.Equal(1, Assert.Single(third.Seen.OfType<KeeperMessage.Kept>()).Exit!.Value.Code);
        Assert.Empty(fourth.Seen.OfType<KeeperMessage.Kept>());
    }

    [Fact]
    public void A_living_child_that_was_forgotten_stays_known_without_its_pipes()
    {
        _visor.Spawn(1, PipeSet.Output, "/bin/sleep", "1000");
        _visor.Link.Forget(new(1));
        _visor.Kill();

        var next = _keeper.NextReadyVisor();
        var kept = next.Expect<KeeperMessage.Kept>();

        Assert.Equal(new ChildPipes(null, null, null), kept.Pipes);
        next.Link.Signal(new(1), Signal.KILL, group: false);
        Assert.True(next.ExpectExit(1).Status.Signaled);
    }

    [Fact]
    public void A_start_asked_for_with_the_last_breath_is_done()
    {
        _visor.Spawn(1, PipeSet.None, "/bin/true");
        for (var id = 2; id < 50; id++)
            _visor.Link.Spawn(new(id), "", TestVisor.Request("/bin/sleep", "1000"), PipeSet.None);
        Assert.False(_visor.Link.WantsWrite);
        _visor.Kill();

        var next = _keeper.NextSettledVisor();

        Assert.Equal(49, next.Seen.OfType<KeeperMessage.Kept>().Count());
    }

    [Fact]
    public void Three_hundred_children_with_all_their_pipes_are_handed_over()
    {
        for (var id = 1; id <= 300; id++)
        {
            _visor.Link.Spawn(
                new(id),
                new('x', 1000),
                TestVisor.Request("/bin/cat"),
                PipeSet.Input | PipeSet.Output | PipeSet.Error);
        }
        for (var i = 0; i < 300; i++)
            Close(_visor.Expect<KeeperMessage.Spawned>().Pipes);
        _visor.Kill();

        var next = _keeper.NextSettledVisor();

        var kept = next.Seen.OfType<KeeperMessage.Kept>().ToArray();
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), kept.Select(child => child.Id.Value).Order());
        foreach (var child in kept)
        {
            // Each pipe is that child's own.
            Pipe.Write(child.Pipes.Input!, BitConverter.GetBytes(child.Id.Value));
            TestVisor.ReadSome(child.Pipes.Output!);
            Assert.NotNull(child.Pipes.Error);
            Close(child.Pipes);
        }
    }

    [Fact]
    public void A_stored_descriptor_is_handed_over_until_it_is_taken_out()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        _visor.Link.Store("pipe ü", read);
        _visor.Link.Store("other", write);
        _visor.Link.Store("gone", write);
        _visor.Link.Unstore("gone");
        read.Dispose();
        _visor.Kill();
        var second = _keeper.NextSettledVisor();
        Pipe.Write(write, "kept"u8);
        write.Dispose();

        var stored = second.Seen.OfType<KeeperMessage.Stored>().ToDictionary(one => one.Name, one => one.Descriptor);
        Assert.Equal(["other", "pipe ü"], stored.Keys.Order());
        Assert.Equal("kept", TestVisor.ReadSome(stored["pipe ü"]));
        stored["other"].Dispose();
        second.Link.Unstore("other");
        second.Link.Store("pipe ü", stored["pipe ü"]);

        // Nobody holds the write end any more: the keeper has closed its copy.
        Assert.Empty(TestVisor.ReadSome(stored["pipe ü"]));
        second.Kill();
        Assert.Equal("pipe ü", _keeper.NextReadyVisor().Expect<KeeperMessage.Stored>().Name);
    }

    [Fact]
    public void Two_thousand_exits_that_a_stopped_visor_does_not_read_are_all_told_once()
    {
        const int count = 2000;
        var pids = new HashSet<int>();
        for (var id = 1; id <= count; id++)
            _visor.Link.Spawn(new(id), "", TestVisor.Request("/bin/sleep", "1000"), PipeSet.None);
        while (pids.Count < count)
            pids.Add(_visor.Expect<KeeperMessage.Spawned>().Pid);
        foreach (var pid in pids)
            TestVisor.SendSignal(pid, Signal.KILL);
        // The keeper reaps them all though nobody reads what it says.
        Assert.True(SpinWait.SpinUntil(() => !pids.Any(pid => ProcFs.Facts(pid) is not null), TestVisor.Patience));

        var told = new HashSet<int>();
        while (told.Count < count)
            Assert.True(told.Add(_visor.Expect<KeeperMessage.Exited>().Pid));

        Assert.Equal(pids, told);
        _visor.Spawn(count + 1, PipeSet.None, "/bin/true");
        Assert.Equal(count + 1, Assert.IsType<KeeperMessage.Exited>(_visor.Next()).Id.Value);
    }

    [Fact]
    public void Answers_wait_for_a_visor_that_does_not_read_and_none_is_lost()
    {
        for (var id = 1; id <= 2000; id++)
            _visor.Link.Spawn(new(id), "", TestVisor.Request("/nonexistent"), PipeSet.None);

        var failed = Enumerable.Range(0, 2000).Select(_ => _visor.Expect<KeeperMessage.SpawnFailed>().Id.Value);

        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (long)i), failed);
    }

    [Fact]
    public void A_visor_that_hangs_up_is_killed_and_replaced()
    {
        var child = _visor.Spawn(1, PipeSet.None, "/bin/sleep", "1000");
        _visor.Dispose();

        var next = _keeper.NextSettledVisor();

        Assert.Null(ProcFs.Facts(_visor.Pid));
        Assert.Equal(child.Pid, Assert.Single(next.Seen.OfType<KeeperMessage.Kept>()).Pid);
    }

    public static TheoryData<byte[]> Nonsense => new(
    [
        [0],
        [200, 1, 2, 3],
        [(byte)RequestKind.Forget, 1],
        [(byte)RequestKind.Store, 1, 0, 65],
        [(byte)RequestKind.Hello, Frame.Version, 0, 0, 0],
        [(byte)RequestKind.Spawn, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3],
        new byte[Frame.MaxLength + 1],
    ]);

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void A_visor_that_talks_nonsense_is_killed_and_replaced(byte[] nonsense)
    {
        var child = _visor.Spawn(1, PipeSet.None, "/bin/sleep", "1000");
        var socket = new SeqPacketSocket(_visor.Link.Descriptor);

        Assert.Equal(nonsense.Length, socket.Send(nonsense).Bytes);
        var next = _keeper.NextSettledVisor();

        Assert.Null(ProcFs.Facts(_visor.Pid));
        Assert.Equal(child.Pid, Assert.Single(next.Seen.OfType<KeeperMessage.Kept>()).Pid);
    }

    [Fact]
    public void A_memory_file_that_holds_no_block_is_nonsense_too()
    {
        byte[] frame = [(byte)RequestKind.SpawnInMemory, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var memory = MemFd.Create("junk", "junk"u8);

        new SeqPacketSocket(_visor.Link.Descriptor).Send(frame, [memory]);

        Assert.Equal(2, _keeper.NextReadyVisor().Expect<KeeperMessage.Welcome>().VisorStarts);
    }

    static void Close(ChildPipes pipes)
    {
        pipes.Input?.Dispose();
        pipes.Output?.Dispose();
        pipes.Error?.Dispose();
    }
}
