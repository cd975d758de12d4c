using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>What a daemon is launched with and in: environment, directory, limits, a file that is a pipe.</summary>
public sealed class LaunchTests
{
    const string Steady = "[program:steady]\ncommand=sleep 1000\nstartsecs=0\n";

    static IEnumerable<Side> Both => [Side.Supervisor, Side.Subject];

    [Fact]
    public async Task Programs_get_the_bytes_of_the_environment()
    {
        foreach (var side in Both)
        {
            await using var daemon = await Daemon.StartByShell(side, Daemon.Preamble() + """
                [program:a]
                command=sh -c 'printf %%s "$BAD" | od -An -tx1; exec sleep 1000'
                stdout_logfile=%(here)s/a.log
                startsecs=0
                """, """BAD=$(printf 'x\377\351y') exec "$0" -n -c "$1" """);
            await Fact.FileHas(daemon.Scratch.Path("a.log"), "78 ff e9 79");
        }
    }

    [Fact]
    public async Task The_file_may_be_a_pipe()
    {
        foreach (var side in Both)
        {
            await using var daemon = await Daemon.StartByShell(side, Daemon.Preamble() + Steady,
                """mkfifo pipe && { cat "$1" > pipe & } && exec "$0" -n -c pipe""");
            await daemon.Until("steady", "RUNNING");
        }
    }

    [Fact]
    public async Task A_removed_directory_is_no_obstacle_when_every_path_is_absolute()
    {
        foreach (var side in Both)
        {
            await using var daemon = await Daemon.StartByShell(side, Daemon.Preamble() + Steady,
                """mkdir gone && cd gone && rmdir ../gone && exec "$0" -n -c "$1" """);
            await daemon.Until("steady", "RUNNING");
        }
    }

    [Fact]
    public async Task Limits_below_zero_ask_for_nothing()
    {
        foreach (var side in Both)
        {
            await using var daemon = await Daemon.Start(side, Daemon.Preamble("minfds=-1\nminprocs=-1") + Steady);
            await daemon.Until("steady", "RUNNING");
        }
    }

    [Fact]
    public Task A_directory_that_cannot_be_entered_is_told_and_no_more() => Transcript.Compare(async side =>
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may change users");
        var configuration = Daemon.Preamble("user=nobody\ndirectory=%(here)s/closed") + Steady;
        var (daemon, _) = await Daemon.Detach(side, configuration, scratch =>
        {
            File.SetUnixFileMode(scratch.Root, (UnixFileMode)0b111_111_111);
            Directory.CreateDirectory(
                scratch.Path("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        });
        await using var ended = daemon;
        await daemon.Until("steady", "RUNNING");
        var record = new Transcript(daemon.Scratch);
        record.Add("line", Fact.Text(daemon.MainLog).Split('\n').Single(line => line.Contains("chdir"))[24..]);
        record.Add("directory", File.ResolveLinkTarget($"/proc/{await daemon.PidOf("steady")}/cwd", false)!.FullName);
        return record;
    }, []);
}
