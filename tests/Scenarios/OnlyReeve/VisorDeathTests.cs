using System.Diagnostics;
using System.Text.Json;
using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>What no other supervisor offers: the brain is killed with SIGKILL and no process, byte or exit is lost.</summary>
public sealed class VisorDeathTests
{
    const string Programs = """
        [program:counter]
        command=sh -c 'i=0; while [ ! -e enough ]; do i=$((i+1)); echo "line $i"; done; echo "last $i"; exec sleep 1000'
        directory=%(here)s
        startsecs=0
        stdout_logfile=%(here)s/counter.out
        stdout_logfile_maxbytes=0

        [program:steady]
        command=sleep 1000
        startsecs=0

        [program:reader]
        command=cat
        startsecs=0
        stdout_logfile=%(here)s/reader.out

        [program:stopped]
        command=sleep 1000
        startsecs=0

        [program:manual]
        command=sleep 1000
        startsecs=0
        autostart=false
        """;

    [Fact]
    public async Task Killing_the_visor_changes_no_process_and_loses_no_line()
    {
        await using var daemon = await Start();
        var before = await Pids(daemon);
        var starts = (await daemon.Rpc.Process("steady"))["start"];
        for (var round = 1; round <= 3; round++)
        {
            var size = new FileInfo(daemon.Scratch.Path("counter.out")).Length;
            await KillVisor(daemon);
            await Fact.That("lines go on", () => new FileInfo(daemon.Scratch.Path("counter.out")).Length > size);
        }

        daemon.Scratch.Write("enough", "");
        await Fact.FileHas(daemon.Scratch.Path("counter.out"), "last ");

        Assert.Equal(before, await Pids(daemon));
        Assert.Equal(starts, (await daemon.Rpc.Process("steady"))["start"]);
        var number = 0;
        foreach (var line in File.ReadLines(daemon.Scratch.Path("counter.out")))
        {
            if (line != $"last {number}")
                Assert.Equal($"line {++number}", line);
        }

        Assert.True(number > 0);
    }

    [Fact]
    public async Task A_signal_outlives_the_visor_that_is_killed_over_it()
    {
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + """
            [program:many]
            command=sleep 1000
            startsecs=0
            numprocs=50
            process_name=%(process_num)02d
            """);
        // Before it is read, while it is worked on, when its effects have begun: the moment is swept over.
        for (var step = 0; step < 12; step++)
        {
            await daemon.Until("many:49", "RUNNING");
            var (pid, visor) = (await daemon.PidOf("many:49"), await VisorPid(daemon));
            daemon.Process.Signal("HUP");
            var sent = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(sent) < TimeSpan.FromMilliseconds(step * 0.5))
                Thread.SpinWait(20);
            Processes.Signal(visor, "KILL");
            await daemon.Replaced("many:49", pid);
        }

        var last = await VisorPid(daemon);
        daemon.Process.Signal("TERM");
        Processes.Signal(last, "KILL");
        await daemon.Process.Ended();
    }

    [Fact]
    public async Task A_process_that_dies_together_with_the_visor_is_accounted_for_and_restarted()
    {
        await using var daemon = await Start();
        var pid = await daemon.PidOf("steady");
        var visor = await VisorPid(daemon);
        // The visor cannot see this death: it is stopped before, and killed after it.
        Processes.Signal(visor, "STOP");
        Processes.Signal(pid, "KILL");
        await Fact.That("the keeper has reaped it", () => Processes.Stat(pid) is null);
        Processes.Signal(visor, "KILL");

        await daemon.Replaced("steady", pid);
        await daemon.Logs("exited: steady (terminated by SIGKILL; not expected)");
    }

    [Fact]
    public async Task What_the_operator_decided_outlives_the_visor()
    {
        await using var daemon = await Start();
        await daemon.Rpc.Call("supervisor.stopProcess", "stopped");
        await daemon.Rpc.Call("supervisor.startProcess", "manual");
        var manual = await daemon.PidOf("manual");
        await KillVisor(daemon);

        Assert.Equal("STOPPED", await daemon.StateOf("stopped"));
        Assert.Equal("RUNNING", await daemon.StateOf("manual"));
        Assert.Equal(manual, await daemon.PidOf("manual"));
    }

    [Fact]
    public async Task Clients_command_the_next_visor_as_they_did_the_last()
    {
        await using var daemon = await Start();
        await KillVisor(daemon);

        var status = await daemon.Ctl(Side.Supervisor, "status reader");
        Assert.Equal(0, status.Exit);
        Assert.Contains("RUNNING", status.Out);
        await daemon.Rpc.Call("supervisor.sendProcessStdin", "reader", "still connected\n");
        await Fact.FileHas(daemon.Scratch.Path("reader.out"), "still connected");
        Assert.Equal("reader: stopped\nreader: started\n", (await daemon.Ctl(Side.Supervisor, "restart reader")).Out);
    }

    [Fact]
    public async Task The_next_visor_still_shuts_everything_down_in_order()
    {
        await using var daemon = await Start();
        await KillVisor(daemon);
        daemon.Process.Signal("TERM");

        Assert.Equal(0, (await daemon.Process.Ended()).Exit);
        Assert.Empty(daemon.Living());
        Assert.False(File.Exists(daemon.Socket));
    }

    [Fact]
    public async Task A_stop_that_was_under_way_is_carried_to_its_end()
    {
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + """
            [program:deaf]
            command=sh -c 'trap "" TERM; echo ready; while :; do sleep 1; done'
            startsecs=0
            stopwaitsecs=2
            stopasgroup=true
            stdout_logfile=%(here)s/deaf.out
            """);
        await Fact.FileHas(daemon.Scratch.Path("deaf.out"), "ready");
        var pid = await daemon.PidOf("deaf");
        Assert.Equal(0, (await Command.Run("/usr/bin/python3", ["-c", StopWithoutWaiting, daemon.Socket], "/")).Exit);
        await KillVisor(daemon);

        await daemon.Until("deaf", "STOPPED");
        Assert.False(Processes.Alive(pid));
    }

    const string StopWithoutWaiting = """
        import socket, sys
        body = ("<methodCall><methodName>supervisor.stopProcess</methodName><params><param><value><string>deaf</string></value></param>"
                "<param><value><boolean>0</boolean></value></param></params></methodCall>")
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
        s.sendall(("POST /RPC2 HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)).encode())
        sys.exit(0 if b"<boolean>1" in s.makefile("rb").read() else 1)
        """;

    static async Task<Daemon> Start()
    {
        var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Programs);
        await Fact.That("the counter counts", () => Fact.Text(daemon.Scratch.Path("counter.out")).Contains("line 1\n"));
        await daemon.Until("reader", "RUNNING");
        await daemon.Until("steady", "RUNNING");
        await daemon.Until("stopped", "RUNNING");
        return daemon;
    }

    /// <summary>Kills it and waits until the next one answers.</summary>
    internal static async Task KillVisor(Daemon daemon)
    {
        var visor = await VisorPid(daemon);
        Assert.NotEqual(daemon.Process.Pid, visor);
        Processes.Signal(visor, "KILL");
        await Fact.That("the next visor answers", async () => await TryVisorPid(daemon) is { } next && next != visor);
    }

    static async Task<int> VisorPid(Daemon daemon) =>
        await TryVisorPid(daemon) ?? throw new InvalidOperationException("nobody answers GET /api/v1/daemon");

    static async Task<int?> TryVisorPid(Daemon daemon)
    {
        try
        {
            using var answer = JsonDocument.Parse(
                await daemon.Rpc.Http.GetStringAsync("/api/v1/daemon", TestContext.Current.CancellationToken));
            return answer.RootElement.GetProperty("visorPid").GetInt32();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    static async Task<string> Pids(Daemon daemon)
    {
        var pids = new List<string>();
        foreach (var name in new[] { "counter", "steady", "reader", "stopped" })
            pids.Add($"{name} {await daemon.PidOf(name)}");
        return string.Join(", ", pids);
    }
}
