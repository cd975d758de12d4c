using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>Launches that Supervisor fails at, or tells less of.</summary>
public sealed class LaunchTests
{
    const string Steady = "[program:steady]\ncommand=sleep 1000\nstartsecs=0\n";

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public async Task A_refusal_that_nobody_can_read_is_still_one(string redirection)
    {
        foreach (var option in new[] { "--bogus", "-c /none", "-n -m 9" })
        {
            using var scratch = new Scratch();
            var said = await Command.Run("/bin/sh", ["-c", $"\"$0\" {option} {redirection}; echo $?", Side.Reeve.Supervisord], scratch.Root);
            Assert.Equal("2\n", said.Out);
        }
    }

    [Theory]
    [InlineData("mkfifo pipe && { cat \"$1\" > pipe & } && exec \"$0\" -n -c pipe")]
    [InlineData("sed \"s,%(here)s,$PWD,\" \"$1\" > plain && exec \"$0\" -n -c /dev/stdin < plain")]
    public async Task A_file_that_can_be_read_once_is_there_at_a_restart_and_for_the_next_visor(string script)
    {
        await using var daemon = await Daemon.StartByShell(Side.Reeve, Daemon.Preamble() + Steady, script);
        await daemon.Until("steady", "RUNNING");
        var pid = await daemon.PidOf("steady");

        daemon.Process.Signal("HUP");
        await daemon.Replaced("steady", pid);
        KillVisor(daemon);
        await daemon.Logs("the visor was started again");
        await daemon.Answers();

        var said = await daemon.Ctl(Side.Reeve, "reread");
        Assert.Equal("No config updates to processes\n", said.Out);
    }

    [Fact]
    public async Task A_pipe_in_the_background_is_handed_over_too()
    {
        var (daemon, parent) = await Daemon.Detach(Side.Reeve, Daemon.Preamble() + Steady, scratch =>
        {
            using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh",
                ["-c", "mv supervisord.conf plain.conf && mkfifo supervisord.conf && { cat plain.conf > supervisord.conf & }"])
            {
                WorkingDirectory = scratch.Root,
            });
            shell!.WaitForExit();
        });
        await using var ended = daemon;
        Assert.Equal(0, parent.Exit);
        await daemon.Until("steady", "RUNNING");
        var pid = await daemon.PidOf("steady");

        await daemon.Rpc.Call("supervisor.restart");

        await daemon.Replaced("steady", pid);
    }

    [Fact]
    public async Task A_pipe_among_the_included_files_holds_nothing_up()
    {
        await using var daemon = await Daemon.StartByShell(
            Side.Reeve, Daemon.Preamble() + Steady + "[include]\nfiles=%(here)s/*.inc\n", "mkfifo a.inc && exec \"$0\" -n -c \"$1\"");
        await daemon.Logs("cannot read the included file: it is a pipe. It is left out.");
        await daemon.Until("steady", "RUNNING");
    }

    [Fact]
    public async Task A_directory_whose_name_is_no_UTF8_is_as_good_as_any()
    {
        await using var daemon = await Daemon.StartByShell(
            Side.Reeve, Daemon.Preamble() + "[include]\nfiles=inc/*.conf\n", """
            d=$(printf 'd\377') && mkdir "$d" "$d/inc" && mv "$1" "$d/c.conf" && cd "$d" &&
            printf '[program:steady]\ncommand=sh -c "pwd | od -An -v -tx1 -w200; exec sleep 1000"\ndirectory=%%(here)s\nstartsecs=0\nstdout_logfile=%%(here)s/a.log\n' > inc/a.conf &&
            ln -s "$PWD/s.sock" ../s.sock && ln -s "$PWD/main.log" ../main.log && ln -s "$PWD/inc/a.log" ../a.log && exec "$0" -n -c c.conf
            """);
        await daemon.Until("steady", "RUNNING");
        await Fact.FileHas(daemon.Scratch.Path("a.log"), "64 ff 2f 69 6e 63");
        var pid = await daemon.PidOf("steady");

        KillVisor(daemon);
        await daemon.Logs("the visor was started again");
        await daemon.Answers();
        Assert.Equal(pid, await daemon.PidOf("steady"));
        daemon.Process.Signal("HUP");
        await daemon.Replaced("steady", pid);
    }

    [Fact]
    public async Task A_relative_path_in_a_removed_directory_is_told_as_that()
    {
        using var scratch = new Scratch();
        var said = await Command.Run(
            "/bin/sh", ["-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" -n -c c.conf", Side.Reeve.Supervisord], scratch.Root);

        Assert.Equal(2, said.Exit);
        Assert.StartsWith("Error: cannot find 'c.conf': the current directory no longer exists.", said.Error);
    }

    [Fact]
    public async Task Options_of_reeve_up_are_all_told_by_their_long_names()
    {
        Assert.SkipWhen(Side.Binary is null, "REEVE_BINARY does not name the published binary");
        using var scratch = new Scratch();
        scratch.Write("c.conf", "[supervisord]\n");

        var said = await Command.Run(
            Path.GetFullPath(Side.Binary), ["up", "--loglevel", "foo", "--umask", "9", "-c", "c.conf"], scratch.Root);

        Assert.Equal(2, said.Exit);
        Assert.Contains("cannot read --loglevel 'foo'", said.Error);
        Assert.Contains("cannot read --umask '9'", said.Error);
    }

    static void KillVisor(Daemon daemon) => Processes.Signal(
        Processes.ChildrenOf(daemon.Process.Pid).Single(child => Processes.CommandLine(child).Contains("@visor")), "KILL");
}
