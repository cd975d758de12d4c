using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Spawning;

namespace Reeve.Linux.Tests.Spawning;

public sealed class SpawnFailureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_missing_program_is_ENOENT() =>
        Fails(SpawnerTests.Program("/nowhere/api"), SpawnStage.Exec, Errno.ENOENT,
            "cannot start api: executing '/nowhere/api': No such file or directory");

    [Fact]
    public void A_directory_is_EACCES() =>
        Fails(SpawnerTests.Program(_directory.Path), SpawnStage.Exec, Errno.EACCES,
            $"cannot start api: executing '{_directory.Path}': Permission denied (it is a directory)");

    [Fact]
    public void A_file_that_may_not_be_executed_is_EACCES() =>
        Fails(SpawnerTests.Program(Script("#!/bin/sh\n", mode: 0x1A4)), SpawnStage.Exec, Errno.EACCES,
            $"cannot start api: executing '{_directory.File("script")}': Permission denied");

    [Fact]
    public void A_script_without_interpreter_is_ENOEXEC() =>
        Fails(SpawnerTests.Program(Script("echo hello\n")), SpawnStage.Exec, Errno.ENOEXEC,
            $"cannot start api: executing '{_directory.File("script")}': Exec format error"
            + " (a script must begin with a line like #!/bin/sh)");

    [Fact]
    public void A_missing_interpreter_is_ENOENT_and_told_from_a_missing_program() =>
        Fails(SpawnerTests.Program(Script("#!/nowhere/python\n")), SpawnStage.Exec, Errno.ENOENT,
            $"cannot start api: executing '{_directory.File("script")}': No such file or directory"
            + " (it exists; the interpreter it names does not)");

    [Fact]
    public void One_argument_over_128_KiB_is_E2BIG() =>
        Fails(SpawnerTests.Program("/bin/true", new string('x', 128 * 1024)), SpawnStage.Exec, Errno.E2BIG,
            "cannot start api: executing '/bin/true': Argument list too long (arguments and environment too large)");

    [Fact]
    public void More_arguments_than_fit_are_E2BIG()
    {
        var many = Enumerable.Repeat(new string('x', 100_000), 70).ToArray();
        Fails(SpawnerTests.Program("/bin/true", many), SpawnStage.Exec, Errno.E2BIG);
        Child.Output(SpawnerTests.Program("/bin/true", many[..15])); // 1.5 MB fit.
    }

    [Fact]
    public void A_missing_directory_is_told_as_such() =>
        Fails(SpawnerTests.Program("/bin/true") with { Directory = "/srv/no such" }, SpawnStage.Directory, Errno.ENOENT,
            "cannot start api: changing directory to '/srv/no such': No such file or directory");

    [Fact]
    public void A_limit_that_cannot_be_is_told_as_such() =>
        Fails(SpawnerTests.Program("/bin/true") with { Limits = [new(ResourceLimits.OpenFiles, 10, 5)] },
            SpawnStage.Limits, Errno.EINVAL, "cannot start api: setting its resource limits: Invalid argument");

    [Fact]
    public void A_missing_cgroup_is_told_as_such() =>
        Fails(SpawnerTests.Program("/bin/true") with { CGroup = "/sys/fs/cgroup/no such" },
            SpawnStage.CGroup, Errno.ENOENT,
            "cannot start api: joining cgroup '/sys/fs/cgroup/no such': No such file or directory");

    [Fact]
    public void An_oom_score_out_of_range_is_told_as_such() =>
        Fails(SpawnerTests.Program("/bin/true") with { OomScoreAdjust = 2000 }, SpawnStage.Oom, Errno.EINVAL,
            "cannot start api: setting oom_score_adj to 2000: Invalid argument");

    [Fact]
    public void A_terminal_that_is_none_is_told_as_such() =>
        Fails(SpawnerTests.Program("/bin/true") with { ControllingTerminal = true }, SpawnStage.Terminal, Errno.ENOTTY,
            "cannot start api: taking its terminal: Inappropriate ioctl for device");

    [Fact]
    public void A_death_signal_that_does_not_exist_is_told_as_such() =>
        Fails(SpawnerTests.Program("/bin/true") with { ParentDeathSignal = 99 }, SpawnStage.ParentDeath, Errno.EINVAL);

    [Fact]
    public void A_failed_start_leaves_no_process_and_no_descriptor()
    {
        Child.Fail(SpawnerTests.Program("/nowhere"));
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (var i = 0; i < 20; i++)
            Child.Fail(SpawnerTests.Program("/nowhere"));
        Assert.Equal(before, Directory.GetFileSystemEntries("/proc/self/fd").Length);
        var children = Directory.GetDirectories("/proc/self/task").SelectMany(t => File.ReadAllText(t + "/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(children, pid => ProcFs.Facts(int.Parse(pid))?.State == 'Z');
    }

    [Fact]
    public void Every_stage_has_words()
    {
        foreach (var stage in Enum.GetValues<SpawnStage>())
        {
            var text = Spawner.Explain(stage, Errno.EPERM, SpawnerTests.Program("/bin/true"), "api");
            Assert.StartsWith("cannot start api: ", text);
            Assert.DoesNotContain(": " + stage + ":", text);
        }
    }

    private static void Fails(SpawnRequest request, SpawnStage stage, int errno, string? text = null)
    {
        var result = Child.Fail(request);
        Assert.Equal((stage, errno), (result.Stage, result.Errno));
        if (text is not null)
            Assert.Equal(text, Spawner.Explain(stage, errno, request, "api"));
    }

    private string Script(string content, int mode = 0x1ED)
    {
        using var file = PosixFile.Open(_directory.File("script"), FileFlags.WriteOnly | FileFlags.Create, mode);
        PosixFile.WriteAll(file, System.Text.Encoding.UTF8.GetBytes(content));
        return _directory.File("script");
    }
}
