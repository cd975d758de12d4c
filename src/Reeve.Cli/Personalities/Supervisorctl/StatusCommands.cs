namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>What is there and how it is: <c>status</c>, <c>pid</c>, <c>avail</c>, <c>version</c>.</summary>
static class StatusCommands
{
    /// <summary>The rows of the table of commands.</summary>
    public static readonly ControlCommand[] All =
    [
        new("status",
            "status <name>\t\tGet status for a single process\n"
            + "status <gname>:*\tGet status for all processes in a group\n"
            + "status <name> <name>\tGet status for multiple named processes\n"
            + "status\t\t\tGet all process status info\n",
            Status) { Arguments = ArgumentKind.Processes },
        new("pid",
            "pid\t\t\tGet the PID of supervisord.\n"
            + "pid <name>\t\tGet the PID of a single child process by name.\n"
            + "pid all\t\t\tGet the PID of every child process, one per line.\n",
            Pid) { Arguments = ArgumentKind.Processes },
        new("avail", "avail\t\t\tDisplay all configured processes\n", Avail),
        new("version", "version\t\t\tShow the version of the remote supervisord process\n", Version),
    ];

    /// <summary>Shows the processes that a line names, or all.</summary>
    public static void Status(ControlSession session, string line)
    {
        if (!session.CheckServer())
        {
            session.ExitStatus = LsbExit.StatusUnknown;
            return;
        }
        var names = ControlCommand.Words(line);
        var all = ProcessInfo.ReadAll(session.Call("getAllProcessInfo"));
        var shown = names.Length == 0 || names.Contains("all") ? all : Select(session, all, names);
        var width = Math.Max(30, shown.Count == 0 ? 0 : shown.Max(p => p.Name.ToString().Length)) + 3;
        foreach (var process in shown)
        {
            session.Line($"{process.Name.ToString().PadRight(width)}{process.StateName,-10}{process.Description}");
            if (process.IsDown)
                session.ExitStatus = LsbExit.StatusNotRunning;
        }
    }

    static List<ProcessInfo> Select(ControlSession session, List<ProcessInfo> all, string[] names)
    {
        List<ProcessInfo> shown = [];
        foreach (var text in names)
        {
            var name = Namespec.Parse(text);
            var matching = all.FindAll(p => name.Process is null ? p.Name.Group == name.Group : p.Name == name);
            shown.AddRange(matching);
            if (matching.Count > 0)
                continue;
            session.Line(name.Process is null ? $"{name.Group}: ERROR (no such group)" : $"{text}: ERROR (no such process)");
            session.ExitStatus = LsbExit.StatusUnknown;
        }
        return shown;
    }

    static void Pid(ControlSession session, string line)
    {
        if (!session.CheckServer())
            return;
        var names = ControlCommand.Words(line);
        if (names.Length == 0)
        {
            session.Line(Fields.Text(session.Call("getPID")));
        }
        else if (names.Contains("all"))
        {
            foreach (var process in ProcessInfo.ReadAll(session.Call("getAllProcessInfo")))
                session.Line($"{process.Pid}");
        }
        else
        {
            foreach (var name in names)
                PidOf(session, name);
        }
    }

    static void PidOf(ControlSession session, string name)
    {
        try
        {
            var pid = ProcessInfo.Read(session.Call("getProcessInfo", name)).Pid;
            session.Line($"{pid}");
            if (pid == 0)
                session.ExitStatus = LsbExit.NotRunning;
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.BadName)
        {
            session.Fail($"No such process {name}");
        }
    }

    static void Avail(ControlSession session, string line)
    {
        if (line.Length > 0)
        {
            Array.Find(All, c => c.Name == "avail")!.Misused(session, "avail accepts no arguments");
            return;
        }
        try
        {
            foreach (var process in Fields.Items(session.Call("getAllConfigInfo")))
            {
                var name = new Namespec(Fields.Text(process, "group"), Fields.Text(process, "name")).ToString();
                var inUse = Fields.Truth(process, "inuse") ? "in use" : "avail";
                var autostart = Fields.Truth(process, "autostart") ? "auto" : "manual";
                session.Line($"{name,-32} {inUse,-9} {autostart,-9} "
                    + $"{Fields.Number(process, "group_prio")}:{Fields.Number(process, "process_prio")}");
            }
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: supervisor shutting down");
        }
    }

    static void Version(ControlSession session, string line)
    {
        if (line.Length > 0)
            Array.Find(All, c => c.Name == "version")!.Misused(session, "version accepts no arguments");
        else if (session.CheckServer())
            session.Line(Fields.Text(session.Call("getSupervisorVersion")));
    }
}
