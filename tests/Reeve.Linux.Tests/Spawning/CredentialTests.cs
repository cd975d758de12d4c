using System.Globalization;
using System.Runtime.InteropServices;
using Reeve.Linux.Processes;
using Reeve.Linux.Spawning;
using Reeve.Linux.Users;

namespace Reeve.Linux.Tests.Spawning;

public partial class CredentialTests
{
    private static readonly SpawnCredentials s_somebody = new(4001, 4002, [4003, 4004]);

    [Fact]
    public void A_child_becomes_another_user_with_its_groups()
    {
        Assert.SkipUnless(Privileges.IsRoot, "only root may change users");
        var output = Child.Output(Child.Shell("id -u; id -g; id -G") with { Credentials = s_somebody });
        Assert.Equal("4001\n4002\n4002 4003 4004\n", output);
        var alone = s_somebody with { Groups = [] };
        Assert.Equal("4002\n", Child.Output(Child.Shell("id -G") with { Credentials = alone }));
    }

    [Fact]
    public void The_parents_threads_stay_who_they_are()
    {
        Assert.SkipUnless(Privileges.IsRoot, "only root may change users");
        var before = Identities();
        Child.Output(SpawnerTests.Program("/bin/true") with { Credentials = s_somebody });
        Assert.Equal(before, Identities());

        static string[] Identities() => Directory.GetDirectories("/proc/self/task")
            .SelectMany(t => File.ReadAllLines(t + "/status").Where(l => l.StartsWith("Uid:", StringComparison.Ordinal)
                || l.StartsWith("Gid:", StringComparison.Ordinal) || l.StartsWith("Groups:", StringComparison.Ordinal)))
            .Distinct().Order().ToArray();
    }

    [Fact]
    public void The_parent_can_still_be_dumped_and_traced()
    {
        Assert.SkipUnless(Privileges.IsRoot, "only root may change users");
        const int PR_GET_DUMPABLE = 3, PR_SET_DUMPABLE = 4;
        var before = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
        try
        {
            Assert.Equal(0, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
            Child.Output(SpawnerTests.Program("/bin/true") with { Credentials = s_somebody });
            Assert.Equal(1, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
            Child.Fail(SpawnerTests.Program("/nowhere") with { Credentials = s_somebody });
            Assert.Equal(1, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
        }
        finally
        {
            _ = prctl(PR_SET_DUMPABLE, before, 0, 0, 0);
        }
    }

    [Fact]
    public void The_directory_is_entered_as_the_new_user()
    {
        Assert.SkipUnless(Privileges.IsRoot, "only root may change users");
        using var directory = new TemporaryDirectory();
        File.SetUnixFileMode(directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var request = SpawnerTests.Program("/bin/true") with { Directory = directory.Path, Credentials = s_somebody };
        var result = Child.Fail(request);
        Assert.Equal((SpawnStage.Directory, Errno.EACCES), (result.Stage, result.Errno));
    }

    [Fact]
    public void A_child_may_have_as_many_groups_as_the_kernel_takes()
    {
        Assert.SkipUnless(Privileges.IsRoot, "only root may change users");
        var most = s_somebody with { Groups = Enumerable.Range(1, 65536).ToArray() };
        Child.Output(SpawnerTests.Program("/bin/true") with { Credentials = most });
        var more = SpawnerTests.Program("/bin/true") with { Credentials = most with { Groups = [.. most.Groups, 1] } };
        Assert.Throws<ArgumentException>(() => Child.Fail(more));
    }

    [Fact]
    public void An_id_that_would_mean_to_stay_root_is_refused()
    {
        foreach (var credentials in new[] { s_somebody with { UserId = -1 }, s_somebody with { GroupId = -1 } })
        {
            var request = SpawnerTests.Program("/bin/true") with { Credentials = credentials };
            Assert.Throws<ArgumentException>(() => SpawnerTests.Encode(request));
        }
        var block = SpawnerTests.Encode(SpawnerTests.Program("/bin/true") with { Credentials = s_somebody });
        BitConverter.TryWriteBytes(block.AsSpan(6 * 4), -1); // The user id.
        Assert.Throws<InvalidDataException>(() => Spawner.Spawn(block, -1, -1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Privileges.Drop(-1, 4002, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Privileges.Drop(4001, -1, []));
    }

    [Fact]
    public void A_group_that_cannot_be_fails_at_its_own_step()
    {
        Assert.SkipUnless(Privileges.IsRoot, "only root may change users");
        var impossible = s_somebody with { Groups = [-1] };
        var result = Child.Fail(SpawnerTests.Program("/bin/true") with { Credentials = impossible });
        Assert.Equal((SpawnStage.Groups, Errno.EINVAL), (result.Stage, result.Errno));
    }

    [Fact]
    public void Who_is_not_root_may_not_change_users()
    {
        Assert.SkipWhen(Privileges.IsRoot, "root may");
        var request = SpawnerTests.Program("/bin/true") with { Credentials = s_somebody };
        var result = Child.Fail(request);
        Assert.Equal((SpawnStage.Groups, Errno.EPERM), (result.Stage, result.Errno));
        Assert.EndsWith("(only root may change users)", Spawner.Explain(result.Stage, result.Errno, request, "api"));
    }

    [Fact]
    public void A_child_of_a_cgroup_is_in_it_from_its_first_instruction()
    {
        const string Root = "/sys/fs/cgroup";
        Assert.SkipUnless(File.Exists(Root + "/cgroup.procs"), "no cgroup v2 here");
        var group = $"{Root}/reeve-test-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(group);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("cannot make a cgroup here");
        }
        try
        {
            var output = Child.Output(SpawnerTests.Program("/bin/cat", "/proc/self/cgroup") with { CGroup = group });
            Assert.Equal($"0::/{Path.GetFileName(group)}\n", output);
        }
        finally
        {
            Directory.Delete(group);
        }
    }

    [Fact]
    public void A_child_dies_with_the_thread_that_started_it()
    {
        // PR_SET_PDEATHSIG is about the thread, not the process: the reason to spawn from one that lives for ever.
        Child? child = null;
        using var end = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            child = Child.Start(SpawnerTests.Program("/bin/sleep", "1000") with { ParentDeathSignal = 15 });
            end.Wait();
        });
        thread.Start();
        SpinWait.SpinUntil(() => child is not null);
        Assert.NotEqual('Z', ProcFs.Facts(child!.Pid)!.Value.State);
        end.Set();
        thread.Join();
        Assert.Equal(new(child.Pid, 15, true, false), child.Reap());
        child.Dispose();
    }

    [Fact]
    public void The_parents_limits_umask_directory_and_niceness_stay()
    {
        var before = Facts();
        Child.Output(Child.Shell("true") with
        {
            Directory = "/",
            Umask = 0x3F,
            Nice = 19,
            Limits = [new(ResourceLimits.OpenFiles, 50, 50)],
        });
        Assert.Equal(before, Facts());

        static string Facts()
        {
            var mask = Umask.Set(0);
            Umask.Set(mask);
            var nice = File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ')[16];
            return string.Create(CultureInfo.InvariantCulture,
                $"{mask} {nice} {Environment.CurrentDirectory} {ResourceLimits.Get(ResourceLimits.OpenFiles)}");
        }
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nint a, nint b, nint c, nint d);
}
