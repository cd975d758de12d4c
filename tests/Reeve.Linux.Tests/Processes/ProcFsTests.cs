using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;

namespace Reeve.Linux.Tests.Processes;

public class ProcFsTests
{
    [Fact]
    public void A_child_is_known_by_parent_state_and_start()
    {
        var tick = TimeSpan.FromSeconds(1.0 / ProcFs.TicksPerSecond);
        var before = ProcFs.Uptime();
        using var child = Child.Start(Child.Shell("read x"));
        var after = ProcFs.Uptime();

        var facts = ProcFs.Facts(child.Pid)!.Value;

        Assert.Equal(Environment.ProcessId, facts.ParentPid);
        Assert.InRange(TimeSpan.FromSeconds((double)facts.StartTicks / ProcFs.TicksPerSecond), before - tick, after);
        // By the wall clock too, which may have been corrected meanwhile: to the minute.
        var now = DateTimeOffset.UtcNow;
        Assert.InRange(ProcFs.StartedAt(child.Pid)!.Value, now.AddMinutes(-1), now.AddMinutes(1));
    }

    [Fact]
    public void A_name_with_spaces_and_parentheses_does_not_confuse()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("a) R (b c");
        File.Copy("/bin/sleep", file);
        using var child = Child.Start(Spawning.SpawnerTests.Program(file, "1000"));
        Assert.Equal(Environment.ProcessId, ProcFs.Facts(child.Pid)!.Value.ParentPid);
        Assert.Equal(file, ProcFs.Executable(child.Pid));
    }

    [Fact]
    public void A_zombie_is_seen_as_one_and_a_reaped_process_not_at_all()
    {
        using var child = Child.Start(Child.Shell("exit 0"));
        Child.WaitUntil(child.Pid, p => p?.State == 'Z', TestContext.Current.CancellationToken);
        Assert.Null(ProcFs.Executable(child.Pid));
        child.Reap();
        Assert.Null(ProcFs.Facts(child.Pid));
        Assert.Null(ProcFs.StartedAt(child.Pid));
        Assert.Null(ProcFs.Signals(child.Pid));
        Assert.Null(ProcFs.ProportionalMemory(child.Pid));
    }

    [Fact]
    public void Signals_of_a_child_are_read()
    {
        using var child = Child.Start(Child.Shell("trap '' HUP; trap : USR1; echo ready; sleep 1000 & wait"));
        Assert.Equal("ready", child.ReadLine());
        var sets = ProcFs.Signals(child.Pid)!.Value;
        Assert.Equal(1u, sets.Ignored);
        Assert.NotEqual(0u, sets.Caught & (1u << (Signal.USR1 - 1)));
        PidFd.SignalGroup(child.Pid, Signal.KILL);
    }

    [Fact]
    public void Memory_is_counted()
    {
        Assert.SkipUnless(File.Exists("/proc/self/smaps_rollup"), "this kernel does not count proportional memory");
        Assert.InRange(ProcFs.ProportionalMemory(Environment.ProcessId)!.Value, 1 << 20, 4L << 30);
    }

    [Fact]
    public void Limits_are_read_and_set_and_impossible_ones_refused()
    {
        var limit = ResourceLimits.Get(ResourceLimits.CoreSize);
        var lower = limit with { Soft = 0 };
        ResourceLimits.Set(lower);
        Assert.Equal(lower, ResourceLimits.Get(ResourceLimits.CoreSize));
        ResourceLimits.Set(limit);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(
            () => ResourceLimits.Set(new(ResourceLimits.OpenFiles, 10, 5))).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => ResourceLimits.Get(99)).Errno);
    }

    [Fact]
    public void The_umask_is_set_and_told()
    {
        var before = Umask.Set(0x3F);
        Assert.Equal(0x3F, Umask.Set(before));
    }
}
