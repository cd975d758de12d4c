using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>Every method of supervisor.* and system.* with good and bad arguments, through Python's client.</summary>
sealed class RpcScenario(Daemon daemon, PythonRpc python, Transcript record)
{
    static readonly object[][] Looking =
    [
        ["supervisor.getAPIVersion"], ["supervisor.getVersion"], ["supervisor.getIdentification"],
        ["supervisor.getState"], ["supervisor.getAllProcessInfo"], ["supervisor.getAllConfigInfo"],
        ["supervisor.getProcessInfo", "reader"], ["supervisor.getProcessInfo", "site:web_00"], ["supervisor.getProcessInfo", "manual"],
        ["supervisor.getProcessInfo", "once"], ["supervisor.getProcessInfo", "failing"], ["supervisor.getProcessInfo", "missing"],
        ["supervisor.getProcessInfo", "reader:reader"], ["supervisor.getProcessInfo", "web_00"], ["supervisor.getProcessInfo", "site"],
        ["supervisor.getProcessInfo", "site:*"], ["supervisor.getProcessInfo", ""], ["supervisor.getProcessInfo"],
        ["supervisor.getProcessInfo", "a", "b"], ["supervisor.getProcessInfo", "nosuch:*"],
        ["supervisor.nosuch"], ["nosuch.getState"], ["getState"], ["supervisor._update", "x"], ["supervisor.getState.x"],
        ["supervisor.getState", 1],
    ];

    static readonly object[][] Starting =
    [
        ["supervisor.startProcess", "manual"], ["supervisor.startProcess", "manual"], ["supervisor.startProcess", "nosuch"],
        ["supervisor.startProcess", "site:nosuch"], ["supervisor.startProcess", "nosuch:*"], ["supervisor.startProcess", "missing"],
        ["supervisor.startProcess", "unfindable"], ["supervisor.startProcess", "plain"], ["supervisor.startProcess", "folder"],
        ["supervisor.startProcess", "failing"], ["supervisor.startProcess", "once"], ["supervisor.startProcess", "gone", false],
        ["supervisor.startProcess", "site:*"], ["supervisor.startProcess", "site:"], ["supervisor.startProcess"],
        ["supervisor.startProcessGroup", "site"], ["supervisor.startProcessGroup", "nosuch"], ["supervisor.startProcessGroup", "manual", true],
        ["supervisor.startProcess", "site:worker", 1], ["supervisor.getAllProcessInfo"],
    ];

    static readonly object[][] Stopping =
    [
        ["supervisor.stopProcess", "manual"], ["supervisor.stopProcess", "manual"], ["supervisor.stopProcess", "nosuch"],
        ["supervisor.stopProcess", "once"], ["supervisor.stopProcess", "failing"], ["supervisor.stopProcess", "deaf"],
        ["supervisor.getProcessInfo", "deaf"], ["supervisor.stopProcess", "reader", false], ["supervisor.stopProcessGroup", "nosuch"],
        ["supervisor.stopProcessGroup", "site"], ["supervisor.stopProcessGroup", "site"], ["supervisor.startProcessGroup", "site", false],
        ["supervisor.startProcess", "site:*"], ["supervisor.startProcess", "reader"], ["supervisor.stopProcess", "site:*"],
        ["supervisor.startProcess", "site:*"], ["supervisor.getAllProcessInfo"],
    ];

    static readonly object[][] Signalling =
    [
        ["supervisor.signalProcess", "reader", "CONT"], ["supervisor.signalProcess", "reader", "SIGCONT"],
        ["supervisor.signalProcess", "reader", "cont"], ["supervisor.signalProcess", "reader", "18"], ["supervisor.signalProcess", "reader", 18],
        ["supervisor.signalProcess", "reader", "BOGUS"], ["supervisor.signalProcess", "reader", "999"], ["supervisor.signalProcess", "reader", ""],
        ["supervisor.signalProcess", "once", "CONT"], ["supervisor.signalProcess", "nosuch", "CONT"], ["supervisor.signalProcess", "site:*", "CONT"],
        ["supervisor.signalProcess", "nosuch", "BOGUS"], ["supervisor.signalProcessGroup", "site", "CONT"],
        ["supervisor.signalProcessGroup", "nosuch", "CONT"], ["supervisor.signalProcessGroup", "site", "BOGUS"],
        ["supervisor.signalAllProcesses", "CONT"], ["supervisor.signalProcess", "reader"],
    ];

    static readonly object[][] Reading =
    [
        .. from vector in new (int Offset, int Length)[]
           {
               (0, 4), (3, 7), (3, 8), (5, 100), (9, 2), (10, 5), (11, 5), (-3, 5), (0, 0), (0, 10), (0, 11), (4, -1), (-20, 5),
           }
           select new object[] { "supervisor.tailProcessStdoutLog", "ten", vector.Offset, vector.Length },
        .. from vector in new (int Offset, int Length)[]
           {
               (0, 0), (0, 4), (3, 0), (3, 4), (9, 9), (10, 0), (11, 1), (-4, 0), (-40, 0), (-4, 2), (0, -1), (5, -3),
           }
           select new object[] { "supervisor.readProcessStdoutLog", "ten", vector.Offset, vector.Length },
        ["supervisor.tailProcessLog", "ten", 0, 4], ["supervisor.readProcessLog", "ten", 0, 4],
        ["supervisor.tailProcessStderrLog", "ten", 0, 100], ["supervisor.readProcessStderrLog", "ten", 0, 0],
        ["supervisor.tailProcessStdoutLog", "silent", 0, 10], ["supervisor.readProcessStdoutLog", "silent", 0, 10],
        ["supervisor.tailProcessStdoutLog", "nosuch", 0, 10], ["supervisor.readProcessStdoutLog", "nosuch", 0, 10],
        ["supervisor.readProcessStderrLog", "nosuch", 0, 10], ["supervisor.tailProcessStderrLog", "nosuch", 0, 10],
        ["supervisor.readProcessStdoutLog", "site:*", 0, 10], ["supervisor.tailProcessStdoutLog", "site:*", 0, 10],
        ["supervisor.readProcessStdoutLog", "ten"], ["supervisor.tailProcessStdoutLog", "gone", 0, 10],
        ["supervisor.readProcessStdoutLog", "gone", 0, 10],
        ["supervisor.clearProcessLogs", "ten"], ["supervisor.readProcessStdoutLog", "ten", 0, 0], ["supervisor.clearProcessLog", "silent"],
        ["supervisor.clearProcessLogs", "nosuch"], ["supervisor.clearProcessLogs", "gone"], ["supervisor.clearAllProcessLogs"],
        ["supervisor.readLog", 0, -1], ["supervisor.readLog", -5, 2], ["supervisor.readLog", 99999999, 5], ["supervisor.clearLog"],
    ];

    static readonly object[][] Typing =
    [
        ["supervisor.sendProcessStdin", "manual", "x"], ["supervisor.sendProcessStdin", "nosuch", "x"], ["supervisor.sendProcessStdin", "reader", ""],
        ["supervisor.sendProcessStdin", "reader", "grüße & <more>\n"], ["supervisor.sendProcessStdin", "site:*", "x"],
        ["supervisor.sendProcessStdin", "reader", 5], ["supervisor.sendRemoteCommEvent", "type", "data"], ["supervisor.sendRemoteCommEvent", "type"],
    ];

    static readonly object[][] Grouping =
    [
        ["supervisor.addProcessGroup", "manual"], ["supervisor.addProcessGroup", "nosuch"], ["supervisor.removeProcessGroup", "reader"],
        ["supervisor.removeProcessGroup", "nosuch"], ["supervisor.removeProcessGroup", "once"], ["supervisor.getProcessInfo", "once"],
        ["supervisor.getAllConfigInfo"], ["supervisor.addProcessGroup", "once"], ["supervisor.addProcessGroup", "once"], ["supervisor.reloadConfig"],
    ];

    static Dictionary<string, object> Call(string method, params object[] parameters) =>
        new() { ["methodName"] = method, ["params"] = parameters };

    static readonly object[][] System =
    [
        ["system.listMethods"],
        .. from method in new[]
           {
               "getAPIVersion", "getVersion", "getSupervisorVersion", "getIdentification", "getState", "getPID", "readLog", "readMainLog", "clearLog", "shutdown",
               "restart", "reloadConfig", "addProcessGroup", "removeProcessGroup", "startProcess", "startProcessGroup", "startAllProcesses",
               "stopProcess", "stopProcessGroup", "stopAllProcesses", "signalProcess", "signalProcessGroup", "signalAllProcesses",
               "getProcessInfo", "getAllProcessInfo", "getAllConfigInfo", "readProcessStdoutLog", "readProcessLog", "readProcessStderrLog",
               "tailProcessStdoutLog", "tailProcessLog", "tailProcessStderrLog", "clearProcessLogs", "clearProcessLog", "clearAllProcessLogs",
               "sendProcessStdin", "sendRemoteCommEvent",
           }
           select new object[] { "system.methodSignature", "supervisor." + method },
        ["system.methodSignature", "system.multicall"], ["system.methodSignature", "system.listMethods"],
        ["system.methodSignature", "system.methodHelp"], ["system.methodSignature", "system.methodSignature"],
        ["system.methodSignature", "nosuch"], ["system.methodHelp", "nosuch"], ["system.methodHelp"], ["system.listMethods", 1],
        ["system.multicall", new[]
        {
            Call("supervisor.getState"), Call("supervisor.getProcessInfo", "nosuch"), Call("supervisor.stopProcess", "reader"),
            Call("supervisor.startProcess", "reader"), Call("supervisor.getIdentification"), Call("nosuch"),
            Call("system.multicall", Array.Empty<object>()), new Dictionary<string, object> { ["params"] = Array.Empty<object>() },
            new Dictionary<string, object> { ["methodName"] = "supervisor.getAPIVersion" }, Call("supervisor.getProcessInfo"),
        }],
        ["system.multicall", Array.Empty<object>()], ["system.multicall"],
    ];

    /// <summary>What the calls above need besides <see cref="Realistic.Configuration"/>.</summary>
    const string More = """

        [program:ten]
        command=sh -c 'printf 0123456789; exec sleep 1000'
        startsecs=0
        stdout_logfile=%(here)s/ten.out

        [program:gone]
        command=sleep 1000
        autostart=false
        stdout_logfile=%(here)s/gone.out
        stderr_logfile=%(here)s/gone.err
        """;

    public static async Task<Transcript> Record(Side side)
    {
        await using var daemon = await Realistic.StartWith(side, Realistic.Configuration + "\n" + More);
        await Fact.FileHas(daemon.Scratch.Path("ten.out"), "0123456789");
        await using var python = new PythonRpc($"unix://{daemon.Socket}", daemon.Scratch.Root);
        var record = new Transcript(daemon.Scratch);
        await new RpcScenario(daemon, python, record).Run();
        return record;
    }

    async Task Run()
    {
        foreach (var part in new[] { Looking, System, Starting, Stopping, Signalling, Reading, Typing, Grouping })
        {
            foreach (var call in part)
                await Step(call);
        }

        var pid = await python.Call("supervisor.getPID");
        record.Add("getPID is the daemon's", (pid == File.ReadAllText(daemon.Scratch.Path("main.pid")).Trim()).ToString());
        record.Add("the whole main log", (await python.Call("supervisor.readLog", 0, 0)).Contains("manual").ToString());

        daemon.Scratch.Write("conf.d/included.conf", Realistic.Included("sleep 2000"));
        daemon.Scratch.Write("conf.d/new.conf", "[program:brandnew]\ncommand=sleep 1000\n");
        await Step(["supervisor.reloadConfig"]);
        await Step(["supervisor.addProcessGroup", "brandnew"]);
        await Step(["supervisor.reloadConfig"]);
        File.Delete(daemon.Scratch.Path("conf.d/new.conf"));
        await Step(["supervisor.reloadConfig"]);
        daemon.Scratch.Write("conf.d/included.conf", "[program:included]\nstartsecs=soon\ncommand=x\n");
        await Step(["supervisor.reloadConfig"]);

        await Step(["supervisor.stopAllProcesses"]);
        await Step(["supervisor.getAllProcessInfo"]);
        await Step(["supervisor.startAllProcesses"]);
        await Step(["supervisor.getAllProcessInfo"]);
        await Step(["supervisor.shutdown"], settle: false);
        record.Add("the end", $"exit {(await daemon.Process.Ended()).Exit}");
    }

    async Task Step(object[] call, bool settle = true)
    {
        var arguments = call[1..];
        var name = $"{call[0]}({string.Join(", ", arguments.Select(argument => argument as string ?? $"{argument}"))})";
        var answer = await python.Call((string)call[0], arguments);
        record.Add(name, Ordered(name, answer));
        if (settle)
            await Realistic.Settled(daemon);
    }

    /// <summary>"In order of completion" is by chance among processes that take equally long; one entry a line, sorted.</summary>
    static string Ordered(string call, string answer) =>
        call.Contains("Group(") || call.Contains("AllProcesses(") || call.Contains(":*") || call.Contains("clearAll")
            ? string.Join("\n", answer.Trim('[', ']').Split("}, ").Select(entry => entry.TrimEnd('}')).Order(StringComparer.Ordinal))
            : answer.Replace("}, {", "},\n{");
}
