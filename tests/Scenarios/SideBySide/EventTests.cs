using System.Text.RegularExpressions;
using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>An event listener written for Supervisor gets the same events.</summary>
public sealed partial class EventTests
{
    static readonly string Programs = $"""
        [eventlistener:recorder]
        command=/usr/bin/python3 {AppContext.BaseDirectory}Python/listener.py %(here)s/events
        events=PROCESS_STATE,PROCESS_GROUP,REMOTE_COMMUNICATION,PROCESS_COMMUNICATION,PROCESS_LOG,SUPERVISOR_STATE_CHANGE
        buffer_size=100

        [program:steady]
        command=sleep 1000
        startsecs=0
        autostart=false

        [program:failing]
        command=sh -c 'exit 3'
        startsecs=3
        startretries=1
        autostart=false

        [program:missing]
        command=/no/such/program
        startretries=0
        autostart=false

        [program:ending]
        command=sh -c 'sleep 1; exit 4'
        startsecs=0
        autorestart=false
        autostart=false

        [program:speaker]
        command=sh -c 'echo "before<!--XSUPERVISOR:BEGIN-->a message<!--XSUPERVISOR:END-->after"; exec sleep 1000'
        startsecs=0
        autostart=false
        stdout_capture_maxbytes=1MB
        stdout_logfile=%(here)s/speaker.out

        [program:noisy]
        command=cat
        startsecs=0
        autostart=false
        stdout_events_enabled=true
        """;

    [Fact]
    public Task A_listener_gets_Supervisors_events() =>
        Transcript.Compare(Record, []);

    static async Task<Transcript> Record(Side side)
    {
        Assert.SkipWhen(side.IsReeve, "this version of Reeve checks [eventlistener:x] sections and does not run them yet");
        await using var daemon = await Daemon.Start(side, Daemon.Preamble() + Programs);
        var events = daemon.Scratch.Path("events");
        await daemon.Until("recorder", "RUNNING");
        await daemon.Rpc.Call("supervisor.startProcess", "steady");
        await daemon.Rpc.Call("supervisor.stopProcess", "steady");
        await daemon.Rpc.Call("supervisor.startProcess", "failing");
        await daemon.Until("failing", "FATAL");
        await daemon.Rpc.Call("supervisor.startProcess", "ending");
        await daemon.Until("ending", "EXITED");
        await daemon.Rpc.Call("supervisor.startProcess", "speaker");
        await Fact.FileHas(events, "a message");
        await daemon.Rpc.Call("supervisor.startProcess", "noisy");
        await daemon.Rpc.Call("supervisor.sendProcessStdin", "noisy", "grüße\n");
        await Fact.FileHas(events, "grüße");
        await daemon.Rpc.Call("supervisor.removeProcessGroup", "steady");
        await daemon.Rpc.Call("supervisor.addProcessGroup", "steady");
        await daemon.Rpc.Call("supervisor.sendRemoteCommEvent", "greeting", "some\ndata");
        await Fact.FileHas(events, "some\\ndata");
        daemon.Process.Signal("TERM");
        await daemon.Process.Ended();

        var record = new Transcript(daemon.Scratch);
        record.Add("events", Stable(Fact.Text(events)));
        return record;
    }

    /// <summary>The events of each process in their order; how two processes interleave is by chance.</summary>
    static string Stable(string events) => string.Join('\n',
        from line in Pid().Replace(events, "pid:PID").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        group line by Process().Match(line).Groups["name"].Value into lines
        orderby lines.Key
        from line in lines
        // The listener is itself being stopped: whether it still hears of the others' end is a race.
        where !line.Contains("from_state:STOPPING") || line.Contains("processname:steady")
        where !line.Contains("PROCESS_STATE_STOPPING") || line.Contains("processname:steady")
        where !line.Contains("SUPERVISOR_STATE_CHANGE_STOPPING")
        select line);

    [GeneratedRegex("""pid:[1-9]\d*""")]
    private static partial Regex Pid();

    [GeneratedRegex("""processname:(?<name>\w+)""")]
    private static partial Regex Process();
}
