using Reeve.Linux.Files;
using Reeve.Linux.Polling;
using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Linux.Tests.Reaping;

public class ReapingTests
{
    [Fact]
    public void Exit_code_signal_and_life_are_told_apart()
    {
        using (var child = Child.Start(Child.Shell("exit 42")))
            Assert.Equal(new(child.Pid, 42, false, false), child.Reap());
        using (var child = Child.Start(Child.Shell("kill -TERM $$")))
            Assert.Equal(new(child.Pid, 15, true, false), child.Reap());
        using (var child = Child.Start(Child.Shell("sleep 1000")))
        {
            Assert.Null(PidFd.TryReap(child.PidFd));
            Assert.Equal(0, PidFd.Signal(child.PidFd, Signal.KILL));
            Assert.Equal(new(child.Pid, 9, true, false), child.Reap());
        }
    }

    [Fact]
    public void A_status_can_be_taken_once_and_later_signals_hit_nobody()
    {
        using var child = Child.Start(Child.Shell("exit 0"));
        child.ReadToEnd();
        Child.WaitUntil(child.Pid, p => p?.State == 'Z', TestContext.Current.CancellationToken);
        Assert.Equal(0, PidFd.Signal(child.PidFd, Signal.TERM)); // A zombie takes it.
        child.Reap();
        Assert.Equal(Errno.ESRCH, PidFd.Signal(child.PidFd, Signal.TERM));
        Assert.Equal(Errno.ECHILD, Assert.Throws<LinuxException>(() => PidFd.TryReap(child.PidFd)).Errno);
        Assert.Null(ProcFs.Facts(child.Pid));
        Assert.Equal(Errno.ESRCH, PidFd.TryOpen(child.Pid, out _));
    }

    [Fact]
    public void No_signal_of_that_number_is_EINVAL()
    {
        using var child = Child.Start(Child.Shell("sleep 1000"));
        Assert.Equal(Errno.EINVAL, PidFd.Signal(child.PidFd, 99));
    }

    [Fact]
    public void A_pidfd_can_be_had_for_any_process_but_not_to_reap_it()
    {
        Assert.Equal(0, PidFd.TryOpen(Environment.ProcessId, out var self));
        using (self)
        {
            Assert.Equal(0, PidFd.Signal(self!, 0));
            Assert.Equal(Errno.ECHILD, Assert.Throws<LinuxException>(() => PidFd.TryReap(self!)).Errno);
        }
    }

    [Fact]
    public void A_group_is_signalled_with_its_grandchildren()
    {
        using var child = Child.Start(Child.Shell("sleep 1000 & echo $!; wait"));
        var grandchild = int.Parse(child.ReadLine());
        Assert.Equal(0, PidFd.SignalGroup(child.Pid, Signal.KILL));
        Assert.Equal(new(child.Pid, 9, true, false), child.Reap());
        Child.WaitUntil(grandchild, p => p is null or { State: 'Z' }, TestContext.Current.CancellationToken);
        if (ProcFs.Facts(grandchild) is null)
            Assert.Equal(Errno.ESRCH, PidFd.SignalGroup(child.Pid, Signal.KILL));
    }

    [Fact]
    public void A_group_number_that_would_hit_everybody_is_refused()
    {
        foreach (var group in new[] { -5, -1, 0, 1 })
            Assert.Throws<ArgumentOutOfRangeException>(() => PidFd.SignalGroup(group, 0));
    }

    [Fact]
    public void Two_thousand_simultaneous_deaths_are_all_told_and_none_wrong()
    {
        const int Count = 2000;
        var limit = ResourceLimits.Get(ResourceLimits.OpenFiles);
        Assert.SkipUnless(limit.Soft >= Count + 500, $"only {limit.Soft} descriptors allowed here");
        using var epoll = new Epoll();
        var (read, write) = Pipe.Create(PipeEnds.None);
        var children = new List<(SpawnResult Result, int Code)>();
        try
        {
            for (var i = 0; i < Count; i++)
            {
                var code = i % 251;
                var result = Spawner.Spawn(Child.Shell($"read x; exit {code}"), read, null, null);
                Assert.SkipWhen(result.Errno == Errno.EAGAIN, "not that many processes allowed here");
                Assert.Equal(0, result.Errno);
                epoll.Add(result.PidFd!, PollEvents.Readable, (ulong)i);
                children.Add((result, code));
            }
            write.Dispose(); // All of them read the end now.
            var ready = new PollEvent[64];
            var told = new HashSet<ulong>();
            while (told.Count < Count)
            {
                foreach (var one in ready[..epoll.Wait(ready, -1)])
                {
                    var (result, code) = children[(int)one.Token];
                    Assert.True(told.Add(one.Token));
                    Assert.Equal(new ChildExit(result.Pid, code, false, false), PidFd.TryReap(result.PidFd!));
                    epoll.Remove(result.PidFd!);
                }
            }
        }
        finally
        {
            write.Dispose();
            read.Dispose();
            children.ForEach(c => c.Result.PidFd!.Dispose());
        }
    }

    [Fact]
    public void SIGCHLD_inherited_as_ignored_loses_every_status_until_it_is_default_again()
    {
        SignalCatcher.Set(SignalAction.Ignore, Signal.CHLD);
        try
        {
            using var lost = Child.Start(Child.Shell("exit 5"));
            Assert.Equal(Errno.ECHILD, Assert.Throws<LinuxException>(() => lost.Reap()).Errno);
        }
        finally
        {
            SignalCatcher.Set(SignalAction.Default, Signal.CHLD);
        }
        using var child = Child.Start(Child.Shell("exit 5"));
        Assert.Equal(5, child.Reap().Code);
    }

    [Fact]
    public void A_subreaper_reaps_the_orphans_and_leaves_its_own_children_to_their_owners()
    {
        var lines = Child.Output(SecondPart.Request("reaper")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["left 0", "not ours ", "orphans 50 1 50", "ours 9"], lines.Order());
    }
}
