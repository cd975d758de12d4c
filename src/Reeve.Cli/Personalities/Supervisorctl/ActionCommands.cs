using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary><c>start</c>, <c>stop</c>, <c>restart</c>, <c>signal</c>: one shape, three words for success.</summary>
static class ActionCommands
{
    /// <summary>The rows of the table of commands.</summary>
    public static readonly ControlCommand[] All =
    [
        new("start",
            "start <name>\t\tStart a process\n"
            + "start <gname>:*\t\tStart all processes in a group\n"
            + "start <name> <name>\tStart multiple processes or groups\n"
            + "start all\t\tStart all processes\n",
            (session, line) => Run(session, Action.Start, ControlCommand.Words(line))) { Arguments = ArgumentKind.Processes },
        new("stop",
            "stop <name>\t\tStop a process\n"
            + "stop <gname>:*\t\tStop all processes in a group\n"
            + "stop <name> <name>\tStop multiple processes or groups\n"
            + "stop all\t\tStop all processes\n",
            (session, line) => Run(session, Action.Stop, ControlCommand.Words(line))) { Arguments = ArgumentKind.Processes },
        new("restart",
            "restart <name>\t\tRestart a process\n"
            + "restart <gname>:*\tRestart all processes in a group\n"
            + "restart <name> <name>\tRestart multiple processes or groups\n"
            + "restart all\t\tRestart all processes\n"
            + "Note: restart does not reread config files. For that, see reread and update.\n",
            Restart) { Arguments = ArgumentKind.Processes },
        new("signal",
            "signal <signal name> <name>\t\tSignal a process\n"
            + "signal <signal name> <gname>:*\t\tSignal all processes in a group\n"
            + "signal <signal name> <name> <name>\tSignal multiple processes or groups\n"
            + "signal <signal name> all\t\tSignal all processes\n",
            Signal) { Arguments = ArgumentKind.Processes },
    ];

    /// <param name="Verb">The command, and the beginning of the methods' names.</param>
    /// <param name="Done">Said of a process for which it succeeded.</param>
    /// <param name="IgnoredFault">The fault that leaves the exit code alone: it is already as it should be.</param>
    /// <param name="NoGroupExit">Exit code for an unknown group.</param>
    /// <param name="NoNamesExit">Exit code without a name.</param>
    sealed record Action(string Verb, string Done, int IgnoredFault, int NoGroupExit, int NoNamesExit)
    {
        public static readonly Action Start =
            new("start", "started", FaultCode.AlreadyStarted, LsbExit.InvalidArguments, LsbExit.InvalidArguments);

        public static readonly Action Stop =
            new("stop", "stopped", FaultCode.NotRunning, LsbExit.Generic, LsbExit.Generic);

        public static readonly Action Signal =
            new("signal", "signalled", FaultCode.Success, LsbExit.Generic, LsbExit.Generic);

        /// <summary>What is said of a fault; null: it cannot come of this action.</summary>
        public string? Reason(long code) => (Verb, code) switch
        {
            (_, FaultCode.BadName) => "no such process",
            ("start", FaultCode.NoFile) => "no such file",
            ("start", FaultCode.NotExecutable) => "file is not executable",
            ("start", FaultCode.AlreadyStarted) => "already started",
            ("start", FaultCode.SpawnError) => "spawn error",
            ("start", FaultCode.AbnormalTermination) => "abnormal termination",
            ("stop" or "signal", FaultCode.BadSignal) => "bad signal name",
            ("stop" or "signal", FaultCode.NotRunning) => "not running",
            _ => null,
        };
    }

    static void Restart(ControlSession session, string line)
    {
        if (!session.CheckServer())
            return;
        var names = ControlCommand.Words(line);
        if (names.Length == 0)
        {
            Array.Find(All, c => c.Name == "restart")!.Misused(session, "restart requires a process name");
            return;
        }
        Carry(session, Action.Stop, names);
        // Supervisor asks again here; it may be gone meanwhile.
        if (session.CheckServer())
            Carry(session, Action.Start, names);
    }

    static void Signal(ControlSession session, string line)
    {
        if (!session.CheckServer())
            return;
        var words = ControlCommand.Words(line);
        if (words.Length < 2)
        {
            Array.Find(All, c => c.Name == "signal")!.Misused(session, "signal requires a signal name and a process name");
            return;
        }
        Carry(session, Action.Signal, words[1..], words[0]);
    }

    static void Run(ControlSession session, Action action, string[] names)
    {
        if (!session.CheckServer())
            return;
        if (names.Length > 0)
            Carry(session, action, names);
        else
            Array.Find(All, c => c.Name == action.Verb)!
                .Misused(session, $"{action.Verb} requires a process name", action.NoNamesExit);
    }

    static void Carry(ControlSession session, Action action, string[] names, string? signal = null)
    {
        if (names.Contains("all"))
        {
            Tell(session, action, Fields.Items(session.Call(action.Verb + "AllProcesses", Arguments(null, signal))));
            return;
        }
        foreach (var text in names)
        {
            var name = Namespec.Parse(text);
            if (name.Process is null)
                CarryGroup(session, action, name.Group, signal);
            else
                CarryOne(session, action, text, name, signal);
        }
    }

    static void CarryGroup(ControlSession session, Action action, string group, string? signal)
    {
        try
        {
            Tell(session, action, Fields.Items(session.Call(action.Verb + "ProcessGroup", Arguments(group, signal))));
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.BadName)
        {
            session.Line($"{group}: ERROR (no such group)");
            session.ExitStatus = action.NoGroupExit;
        }
    }

    static void CarryOne(ControlSession session, Action action, string text, Namespec name, string? signal)
    {
        try
        {
            session.Call(action.Verb + "Process", Arguments(text, signal));
            session.Line($"{name}: {action.Done}");
        }
        catch (FaultException e)
        {
            Tell(session, action, name, e.Fault.Code, e.Fault.Text);
        }
    }

    static void Tell(ControlSession session, Action action, IReadOnlyList<XmlRpcValue> results)
    {
        foreach (var result in results)
        {
            var name = new Namespec(Fields.Text(result, "group"), Fields.Text(result, "name"));
            Tell(session, action, name, Fields.Number(result, "status"), Fields.Text(result, "description"));
        }
    }

    static void Tell(ControlSession session, Action action, Namespec name, long code, string description)
    {
        session.Line(code switch
        {
            FaultCode.Success => $"{name}: {action.Done}",
            FaultCode.Failed when action.Verb != "start" => description,
            _ when action.Reason(code) is { } reason => $"{name}: ERROR ({reason})",
            _ => throw new ControlException("ValueError", $"Unknown result code {code} for {name}"),
        });
        session.CountFault(code, action.IgnoredFault);
    }

    static XmlRpcValue[] Arguments(string? name, string? signal) => (name, signal) switch
    {
        (null, null) => [],
        (null, { } s) => [s],
        ({ } n, null) => [n],
        ({ } n, { } s) => [n, s],
    };
}
