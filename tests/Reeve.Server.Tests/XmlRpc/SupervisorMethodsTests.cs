using System.Text;
using Reeve.Client.XmlRpc;
using Reeve.Core.Processes;

namespace Reeve.Server.Tests.XmlRpc;

public sealed class SupervisorMethodsTests
{
    private static async Task<XmlRpcValue> Value(TestDaemon daemon, string method, params XmlRpcValue[] arguments)
    {
        var response = await daemon.CallAsync(method, arguments);
        Assert.Null(response.Fault);
        return response.Value!;
    }

    private static IReadOnlyList<XmlRpcValue> Items(XmlRpcValue? value) => Assert.IsType<XmlRpcValue.Array>(value).Items;

    private static XmlRpcValue.Struct Members(XmlRpcValue? value) => Assert.IsType<XmlRpcValue.Struct>(value);

    [Fact]
    public async Task The_daemon_tells_who_it_is()
    {
        await using var daemon = await TestDaemon.StartAsync();

        Assert.Equal("3.0", await Value(daemon, "supervisor.getAPIVersion"));
        Assert.Equal("3.0", await Value(daemon, "supervisor.getVersion"));
        Assert.Equal("4.2.5", await Value(daemon, "supervisor.getSupervisorVersion"));
        Assert.Equal("supervisor", await Value(daemon, "supervisor.getIdentification"));
        Assert.Equal(daemon.Supervisor.Pid, await Value(daemon, "supervisor.getPID"));
        var state = Members(await Value(daemon, "supervisor.getState"));
        Assert.Equal(1, state["statecode"]);
        Assert.Equal("RUNNING", state["statename"]);
    }

    [Fact]
    public async Task Process_info_has_Supervisors_fields_in_its_order()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var info = Members(await Value(daemon, "supervisor.getProcessInfo", "cat"));

        Assert.Equal(
            [
                "name", "group", "start", "stop", "now", "state", "statename", "spawnerr", "exitstatus", "logfile",
                "stdout_logfile", "stderr_logfile", "pid", "description",
            ],
            info.Members.Select(m => m.Key));
        Assert.Equal(20, info["state"]);
        Assert.Equal("RUNNING", info["statename"]);
        Assert.Equal(daemon.Process("cat", "cat").Pid, info["pid"]);
        Assert.Equal(daemon.Process("cat", "cat").StandardOutputLog!, info["logfile"]);
        var off = Members(await Value(daemon, "supervisor.getProcessInfo", "off:off"));
        Assert.Equal("Not started", off["description"]);
        Assert.Equal("", off["stdout_logfile"]);
        Assert.Equal(0, off["start"]);
    }

    [Fact]
    public async Task All_processes_come_sorted_by_group_and_name()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var all = Items(await Value(daemon, "supervisor.getAllProcessInfo"));

        Assert.Equal(
            ["cat:cat", "off:off", "two:a", "two:b"],
            all.Select(p => $"{((XmlRpcValue.Text)Members(p)["group"]!).Value}:{((XmlRpcValue.Text)Members(p)["name"]!).Value}"));
    }

    [Fact]
    public async Task Config_info_has_Supervisors_fields_in_its_order()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var all = Items(await Value(daemon, "supervisor.getAllConfigInfo"));

        Assert.Equal(4, all.Count);
        var off = Members(all.Single(c => Members(c)["group"]!.Equals((XmlRpcValue)"off")));
        Assert.Equal(
            [
                "autostart", "directory", "uid", "command", "exitcodes", "group", "group_prio", "inuse", "killasgroup", "name",
                "process_prio", "redirect_stderr", "startretries", "startsecs", "stdout_capture_maxbytes",
                "stdout_events_enabled", "stdout_logfile", "stdout_logfile_backups", "stdout_logfile_maxbytes",
                "stdout_syslog", "stopsignal", "stopwaitsecs", "stderr_capture_maxbytes", "stderr_events_enabled",
                "stderr_logfile", "stderr_logfile_backups", "stderr_logfile_maxbytes", "stderr_syslog", "serverurl",
            ],
            off.Members.Select(m => m.Key));
        Assert.Equal("none", off["directory"]);
        Assert.Equal("none", off["stdout_logfile"]);
        Assert.Equal(true, off["inuse"]);
        Assert.Equal([0L], Items(off["exitcodes"]));
    }

    [Fact]
    public async Task Start_and_stop_answer_when_it_is_done()
    {
        await using var daemon = await TestDaemon.StartAsync();

        Assert.Equal(true, await Value(daemon, "supervisor.startProcess", "off"));
        Assert.Equal(ProcessState.Running, daemon.Process("off", "off").State);
        Assert.Equal(true, await Value(daemon, "supervisor.stopProcess", "off", true));
        Assert.Equal(ProcessState.Stopped, daemon.Process("off", "off").State);
    }

    [Fact]
    public async Task A_group_answers_with_the_status_of_each_member()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var started = Items(await Value(daemon, "supervisor.startProcess", "two:*"));

        Assert.Equal(2, started.Count);
        var b = Members(started.Single(s => Members(s)["name"]!.Equals((XmlRpcValue)"b")));
        Assert.Equal(["name", "group", "status", "description"], b.Members.Select(m => m.Key));
        Assert.Equal(20, b["status"]);
        Assert.StartsWith("NO_FILE", ((XmlRpcValue.Text)b["description"]!).Value, StringComparison.Ordinal);
        var a = Members(started.Single(s => Members(s)["name"]!.Equals((XmlRpcValue)"a")));
        Assert.Equal(80, a["status"]);
        Assert.Equal("OK", a["description"]);
        Assert.Single(Items(await Value(daemon, "supervisor.stopProcessGroup", "two")));
        Assert.Single(Items(await Value(daemon, "supervisor.stopAllProcesses")));
        Assert.Equal(3, Items(await Value(daemon, "supervisor.startAllProcesses", true)).Count(s => !Members(s)["status"]!.Equals((XmlRpcValue)20)));
    }

    public static TheoryData<int, string, string, object[]> Faults => new()
    {
        { 1, "UNKNOWN_METHOD", "supervisor.nope", [] },
        { 1, "UNKNOWN_METHOD", "supervisor._update", [] },
        { 1, "UNKNOWN_METHOD", "nodots", [] },
        { 1, "UNKNOWN_METHOD", "a.b.c", [] },
        { 1, "UNKNOWN_METHOD", " supervisor.getPID", [] },
        { 2, "INCORRECT_PARAMETERS", "supervisor.startProcess", [] },
        { 2, "INCORRECT_PARAMETERS", "supervisor.getPID", ["x"] },
        { 2, "INCORRECT_PARAMETERS", "supervisor.startProcess", ["cat", true, true] },
        { 2, "INCORRECT_PARAMETERS: name must be a string, not int", "supervisor.startProcess", [1L] },
        { 2, "INCORRECT_PARAMETERS: wait must be a boolean, not string", "supervisor.startProcess", ["off", "maybe"] },
        { 2, "INCORRECT_PARAMETERS: offset must be an int, not string", "supervisor.readLog", ["x", 0L] },
        { 2, "INCORRECT_PARAMETERS: 4", "supervisor.sendProcessStdin", ["cat", 4L] },
        { 3, "BAD_ARGUMENTS", "supervisor.readProcessStdoutLog", ["cat", -1L, 5L] },
        { 3, "BAD_ARGUMENTS", "supervisor.readLog", [-1L, 5L] },
        { 4, "SIGNATURE_UNSUPPORTED", "system.methodHelp", ["x.y"] },
        { 4, "SIGNATURE_UNSUPPORTED", "system.methodSignature", ["foo"] },
        { 10, "BAD_NAME: x", "supervisor.startProcess", ["x"] },
        { 10, "BAD_NAME: x:*", "supervisor.startProcess", ["x:*"] },
        { 10, "BAD_NAME: two", "supervisor.stopProcess", ["two"] },
        { 10, "BAD_NAME: a", "supervisor.getProcessInfo", ["a"] },
        { 10, "BAD_NAME: cat:*", "supervisor.getProcessInfo", ["cat:*"] },
        { 10, "BAD_NAME: cat:", "supervisor.tailProcessStdoutLog", ["cat:", 0L, 0L] },
        { 10, "BAD_NAME: x", "supervisor.signalProcess", ["x", "HUP"] },
        { 10, "BAD_NAME: x", "supervisor.signalProcessGroup", ["x", "HUP"] },
        { 10, "BAD_NAME: x", "supervisor.startProcessGroup", ["x"] },
        { 10, "BAD_NAME: x", "supervisor.addProcessGroup", ["x"] },
        { 10, "BAD_NAME: x", "supervisor.removeProcessGroup", ["x"] },
        { 10, "BAD_NAME: x", "supervisor.clearProcessLogs", ["x"] },
        { 10, "BAD_NAME: x", "supervisor.sendProcessStdin", ["x", "y"] },
        { 11, "BAD_SIGNAL: FOO", "supervisor.signalProcess", ["cat", "FOO"] },
        { 11, "BAD_SIGNAL: 99", "supervisor.signalProcess", ["cat", 99L] },
        { 20, "NO_FILE", "supervisor.readProcessStdoutLog", ["off", 0L, 0L] },
        { 60, "ALREADY_STARTED: cat:cat", "supervisor.startProcess", ["cat:cat"] },
        { 70, "NOT_RUNNING: off", "supervisor.stopProcess", ["off"] },
        { 70, "NOT_RUNNING: off", "supervisor.signalProcess", ["off", "HUP"] },
        { 70, "NOT_RUNNING: off", "supervisor.sendProcessStdin", ["off", "x"] },
        { 90, "ALREADY_ADDED: cat", "supervisor.addProcessGroup", ["cat"] },
        { 91, "STILL_RUNNING: cat", "supervisor.removeProcessGroup", ["cat"] },
    };

    [Fact]
    public async Task Every_fault_has_Supervisors_code_and_text_and_changes_nothing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var pid = daemon.Process("cat", "cat").Pid;
        foreach (var row in Faults)
        {
            var (code, text, method, arguments) = row.Data;
            var response = await daemon.CallAsync(method, [.. arguments.Select(a => a switch
            {
                long number => (XmlRpcValue)number,
                bool flag => flag,
                _ => (string)a,
            })]);
            Assert.Equal((method, new XmlRpcFault(code, text)), (method, response.Fault));
        }
        Assert.Equal(pid, daemon.Process("cat", "cat").Pid);
        Assert.Equal(ProcessState.Stopped, daemon.Process("off", "off").State);
    }

    [Fact]
    public async Task A_bad_signal_for_a_group_is_told_for_each_process_that_runs()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var status = Members(Assert.Single(Items(await Value(daemon, "supervisor.signalAllProcesses", "FOO"))));

        Assert.Equal("cat", status["name"]);
        Assert.Equal(11, status["status"]);
        Assert.Equal("BAD_SIGNAL: FOO", status["description"]);
        Assert.Equal(true, await Value(daemon, "supervisor.signalProcess", "cat", "winch"));
        Assert.Equal(true, await Value(daemon, "supervisor.signalProcess", "cat", 28));
    }

    [Fact]
    public async Task Signal_0_asks_whether_a_process_is_alive()
    {
        await using var daemon = await TestDaemon.StartAsync();

        Assert.Equal(true, await Value(daemon, "supervisor.signalProcess", "cat", 0));
        Assert.Equal(true, await Value(daemon, "supervisor.signalProcess", "cat", "0"));
        Assert.Equal(new(70, "NOT_RUNNING: off"), (await daemon.CallAsync("supervisor.signalProcess", "off", 0)).Fault);
        Assert.Equal(new(11, "BAD_SIGNAL: -1"), (await daemon.CallAsync("supervisor.signalProcess", "cat", -1)).Fault);
        Assert.Equal(80, ((XmlRpcValue.Struct)Items(await Value(daemon, "supervisor.signalAllProcesses", 0))[0])["status"]);
        Assert.Equal(ProcessState.Running, daemon.Process("cat", "cat").State);
    }

    [Fact]
    public async Task Text_goes_to_stdin_and_comes_back_from_the_log()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var follow = await daemon.Http.GetStreamAsync("/logtail/cat", TestDaemon.Cancel);

        Assert.Equal(true, await Value(daemon, "supervisor.sendProcessStdin", "cat", "<grüße>"));
        Assert.Equal(true, await Value(daemon, "supervisor.sendProcessStdin", "cat", new XmlRpcValue.Bytes("\u001B\n"u8.ToArray())));
        using (var reader = new StreamReader(follow))
            Assert.Equal("<grüße>\u001B", await reader.ReadLineAsync(TestDaemon.Cancel));

        Assert.Equal("<grüße>\uFFFD\n", await Value(daemon, "supervisor.readProcessStdoutLog", "cat", 0, 0));
        Assert.Equal("<grüße>\uFFFD\n", await Value(daemon, "supervisor.readProcessLog", "cat", "0", "0"));
        Assert.Equal("gr", await Value(daemon, "supervisor.readProcessLog", "cat", true, new XmlRpcValue.Number(2.9)));
        Assert.Equal("<", await Value(daemon, "supervisor.readProcessLog", "cat", new XmlRpcValue.Number(-0.5), true));
        var tail = Items(await Value(daemon, "supervisor.tailProcessStdoutLog", "cat", 0, 3));
        Assert.Equal([">\uFFFD\n", (long)Encoding.UTF8.GetByteCount("<grüße>\u001B\n"), true], tail);
        Assert.Equal(true, await Value(daemon, "supervisor.clearProcessLogs", "cat"));
        Assert.Equal("", await Value(daemon, "supervisor.readProcessStdoutLog", "cat", 0, 0));
        Assert.Equal(["", 0, false], Items(await Value(daemon, "supervisor.tailProcessStderrLog", "cat", 0, 100)));
        Assert.Equal(["", 0, false], Items(await Value(daemon, "supervisor.tailProcessLog", "off", 0, 100)));
        Assert.Equal(4, Items(await Value(daemon, "supervisor.clearAllProcessLogs")).Count);
    }

    [Fact]
    public async Task A_log_that_is_too_large_in_XML_is_a_fault_that_tells_the_remedy()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await using (var log = File.OpenWrite(daemon.Process("cat", "cat").StandardOutputLog!))
            log.SetLength(23_000_000); // Sparse. Each of these bytes is three in XML.

        foreach (var method in (string[])["supervisor.readProcessStdoutLog", "supervisor.tailProcessStdoutLog"])
        {
            var fault = (await daemon.CallAsync(method, "cat", 0, 23_000_000)).Fault;
            Assert.Equal(30, fault?.Code);
            Assert.EndsWith("more than 67108864; read it in pieces", fault!.Text, StringComparison.Ordinal);
        }
        var piece = await Value(daemon, "supervisor.readProcessStdoutLog", "cat", 1_000_000, 1000);
        Assert.Equal(new string((char)0xFFFD, 1000), ((XmlRpcValue.Text)piece).Value);
        using var all = await daemon.Http.GetAsync("/api/v1/processes/cat/log/stdout?offset=0", TestDaemon.Cancel);
        Assert.Equal(23_000_000, (await all.Content.ReadAsByteArrayAsync(TestDaemon.Cancel)).Length);
    }

    [Fact]
    public async Task Base64_reaches_stdin_as_the_bytes_it_is()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var follow = await daemon.Http.GetStreamAsync("/logtail/cat:cat/stdout", TestDaemon.Cancel);
        byte[] bytes = [0xFF, 0x00, 0x0A];

        Assert.Equal(true, await Value(daemon, "supervisor.sendProcessStdin", "cat", new XmlRpcValue.Bytes(bytes)));

        var read = new byte[3];
        await follow.ReadExactlyAsync(read, TestDaemon.Cancel);
        Assert.Equal(bytes, read);
    }

    [Fact]
    public async Task Groups_are_added_and_removed()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var added = TestDaemon.Program("new", "/bin/cat");
        daemon.Next = new(daemon.Configuration with { Groups = [daemon.Configuration.Groups[0], added] }, []);

        var changes = Items(Assert.Single(Items(await Value(daemon, "supervisor.reloadConfig"))));

        Assert.Equal(["new"], Items(changes[0]));
        Assert.Empty(Items(changes[1]));
        Assert.Equal(["off", "two"], Items(changes[2]));
        Assert.Equal(true, await Value(daemon, "supervisor.addProcessGroup", "new"));
        Assert.Equal(true, await Value(daemon, "supervisor.removeProcessGroup", "off"));
        Assert.Null(daemon.Supervisor.FindGroup("off"));
    }

    [Fact]
    public async Task A_broken_configuration_is_CANT_REREAD_for_reload_and_restart()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Next = new(null, [new(Core.Configuration.ProblemSeverity.Error, "/etc/test.conf", 3, "program:x", "cannot read it", "bad x")]);

        Assert.Equal(new(92, "CANT_REREAD: bad x"), (await daemon.CallAsync("supervisor.reloadConfig")).Fault);
        Assert.Equal(92, (await daemon.CallAsync("supervisor.restart")).Fault?.Code);
        Assert.Equal(ProcessState.Running, daemon.Process("cat", "cat").State);
    }

    [Fact]
    public async Task While_the_daemon_ends_only_system_methods_and_announcements_are_answered()
    {
        await using var daemon = await TestDaemon.StartAsync(c => c with
        {
            Groups = [TestDaemon.Program("deaf", "/bin/sh -c \"trap '' TERM; echo ready; while :; do sleep 0.05; done\"")],
        });
        using (var follow = new StreamReader(await daemon.Http.GetStreamAsync("/logtail/deaf", TestDaemon.Cancel)))
            Assert.Equal("ready", await follow.ReadLineAsync(TestDaemon.Cancel));

        Assert.Equal(true, await Value(daemon, "supervisor.shutdown"));

        Assert.Equal(new(6, "SHUTDOWN_STATE"), (await daemon.CallAsync("supervisor.getState")).Fault);
        Assert.Equal(new(6, "SHUTDOWN_STATE"), (await daemon.CallAsync("supervisor.shutdown")).Fault);
        Assert.Equal(new(2, "INCORRECT_PARAMETERS"), (await daemon.CallAsync("supervisor.getState", 1)).Fault);
        Assert.Equal(true, await Value(daemon, "supervisor.sendRemoteCommEvent", "type", "data"));
        Assert.NotEmpty(Items(await Value(daemon, "system.listMethods")));
        var (status, problem) = await daemon.AskAsync("POST", "/api/v1/start");
        Assert.Equal(503, status);
        Assert.Equal("shutting-down", problem.GetProperty("code").GetString());
        TestDaemon.Kill(daemon.Process("deaf", "deaf").Pid);
    }
}
