using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>The daemon as init scripts and logrotate know it: detaching, pidfile, signals, modes of files.</summary>
public sealed class DaemonTests
{
    const string Two = """
        [program:steady]
        command=sh -c 'echo up; exec sleep 1000'
        startsecs=0
        stdout_logfile=%(here)s/steady.out

        [program:parked]
        command=sleep 1000
        startsecs=0
        autostart=false
        """;

    [Fact]
    public Task A_daemon_detaches_as_Supervisors_does() => Same(async side =>
    {
        var (daemon, parent) = await Daemon.Detach(side, Daemon.Preamble("umask=027") + Two);
        await using var _ = daemon;
        var record = new Transcript(daemon.Scratch);
        var pid = int.Parse(daemon.Scratch.Read("main.pid"));
        await Fact.FileHas(daemon.Scratch.Path("steady.out"), "up");
        var stat = Processes.Stat(pid)!;
        record.Add("parent", parent.ToString());
        record.Add("pidfile", (daemon.Scratch.Read("main.pid") == $"{pid}\n").ToString());
        record.Add("session", $"leader: {stat[4] == pid.ToString()}, terminal {stat[5]}");
        record.Add("descriptors", string.Join(' ', new[] { 0, 1, 2 }.Select(fd => new FileInfo($"/proc/{pid}/fd/{fd}").LinkTarget)));
        record.Add("directory", new DirectoryInfo($"/proc/{pid}/cwd").LinkTarget!);
        await Fact.That("the program has become sleep", async () =>
            Processes.CommandLine(await daemon.PidOf("steady")) == "sleep 1000");
        record.Add("the pid in the pidfile is the program's parent", (Processes.Parent(await daemon.PidOf("steady")) == pid).ToString());
        record.Add("modes", Modes(daemon.Scratch));
        Processes.Signal(pid, "TERM");
        await Fact.That("the daemon has ended", () => !Processes.Alive(pid));
        record.Add("left", string.Join('\n', Directory.EnumerateFiles(daemon.Scratch.Root).Order()));
        record.Add("left running", string.Join('\n', daemon.Living().Select(Processes.CommandLine)));
        return record;
    }, new Difference("modes", MainLogMode("644"), MainLogMode("640"),
        "the umask of [supervisord] holds for the main log too; Supervisor opens it before it sets the umask"));

    [Fact]
    public Task Files_and_sockets_get_Supervisors_modes() => Same(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble("umask=077", "chmod=0764") + Two);
        await Fact.FileHas(daemon.Scratch.Path("steady.out"), "up");
        var record = new Transcript(daemon.Scratch);
        record.Add("modes", Modes(daemon.Scratch));
        return record;
    });

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    public Task Signals_that_end_it_end_it_in_order(string signal) => Same(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble() + Two);
        await Fact.FileHas(daemon.Scratch.Path("steady.out"), "up");
        daemon.Process.Signal(signal);
        var said = await daemon.Process.Ended();
        var record = new Transcript(daemon.Scratch);
        record.Add("exit", said.Exit.ToString());
        record.Add("left", string.Join('\n', Directory.EnumerateFiles(daemon.Scratch.Root).Order()));
        record.Add("left running", string.Join('\n', daemon.Living().Select(Processes.CommandLine)));
        record.Add("log", MainLogTests.Lines(daemon.Scratch.Read("main.log")));
        return record;
    });

    [Fact]
    public Task HUP_starts_everything_anew_under_the_same_pid() => Same(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble() + Two);
        await daemon.Until("steady", "RUNNING");
        await daemon.Rpc.Call("supervisor.startProcess", "parked");
        // Before exec, Supervisor's child still has Python's handlers, and the TERM of the restart would be lost.
        await Fact.That("the program has become sleep", async () =>
            Processes.CommandLine(await daemon.PidOf("parked")) == "sleep 1000");
        var (pid, child) = (daemon.Process.Pid, await daemon.PidOf("steady"));
        daemon.Process.Signal("HUP");
        await daemon.Replaced("steady", child);
        await daemon.Until("parked", "STOPPED");
        var record = new Transcript(daemon.Scratch);
        record.Add("alive", (!daemon.Process.HasExited).ToString());
        record.Add("pidfile", (daemon.Scratch.Read("main.pid").Trim() == pid.ToString()).ToString());
        record.Add("log", MainLogTests.Lines(daemon.Scratch.Read("main.log")));
        return record;
    });

    [Fact]
    public Task USR2_reopens_every_log_for_external_rotation() => Same(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble() + """
            [program:reader]
            command=cat
            startsecs=0
            stdout_logfile=%(here)s/reader.out
            """);
        await daemon.Until("reader", "RUNNING");
        await daemon.Rpc.Call("supervisor.sendProcessStdin", "reader", "before\n");
        await Fact.FileHas(daemon.Scratch.Path("reader.out"), "before");
        File.Move(daemon.MainLog, daemon.MainLog + ".old");
        File.Move(daemon.Scratch.Path("reader.out"), daemon.Scratch.Path("reader.old"));
        daemon.Process.Signal("USR2");
        await Fact.That("both logs are there again", () => File.Exists(daemon.MainLog) && File.Exists(daemon.Scratch.Path("reader.out")));
        await daemon.Rpc.Call("supervisor.sendProcessStdin", "reader", "after\n");
        await Fact.FileHas(daemon.Scratch.Path("reader.out"), "after");
        await Fact.That("the main log tells of it", () =>
            (Fact.Text(daemon.MainLog + ".old") + Fact.Text(daemon.MainLog)).Contains("logreopen"));
        var record = new Transcript(daemon.Scratch);
        record.Add("old", daemon.Scratch.Read("reader.old"));
        record.Add("new", daemon.Scratch.Read("reader.out"));
        record.Add("log", MainLogTests.Lines(daemon.Scratch.Read("main.log.old") + daemon.Scratch.Read("main.log")));
        return record;
    });

    [Fact]
    public Task A_second_instance_is_refused_with_Supervisors_words() => Same(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble("nocleanup=true") + Two);
        await daemon.Until("steady", "RUNNING");
        var pid = await daemon.PidOf("steady");
        var said = await daemon.RunDaemon("-n");
        var record = new Transcript(daemon.Scratch);
        record.Add("exit", said.Exit.ToString());
        record.Add("its words", said.Error.Split('\n')[0]);
        record.Add("the first goes on", (await daemon.PidOf("steady") == pid).ToString());
        return record;
    });

    static string MainLogMode(string mode) => $"""
        {mode} DIR/main.log
        640 DIR/main.pid
        600 DIR/parked-stderr---side-RANDOM.log
        600 DIR/parked-stdout---side-RANDOM.log
        700 DIR/s.sock
        600 DIR/steady-stderr---side-RANDOM.log
        640 DIR/steady.out
        644 DIR/supervisord.conf
        """;

    static string Modes(Scratch scratch) => string.Join('\n', Directory.EnumerateFiles(scratch.Root)
        .Where(file => Path.GetFileName(file) != "reeve.sock").Order()
        .Select(file => $"{Convert.ToString((int)File.GetUnixFileMode(file), 8)} {file}"));

    static Task Same(Func<Side, Task<Transcript>> record, params Difference[] wanted) =>
        Transcript.Compare(record, Side.Subject.IsReeve ? wanted : []);
}
