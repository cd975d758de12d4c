namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>Output of processes and of the daemon: <c>tail</c>, <c>maintail</c>, <c>clear</c>.</summary>
static class LogCommands
{
    const long LastBytes = 1600;

    /// <summary>The rows of the table of commands.</summary>
    public static readonly ControlCommand[] All =
    [
        new("tail",
            "tail [-f] <name> [stdout|stderr] (default stdout)\n"
            + "Ex:\n"
            + "tail -f <name>\t\tContinuous tail of named process stdout\n"
            + "\t\t\tCtrl-C to exit.\n"
            + "tail -100 <name>\tlast 100 *bytes* of process stdout\n"
            + "tail <name> stderr\tlast 1600 *bytes* of process stderr\n",
            Tail) { Arguments = ArgumentKind.Processes },
        new("maintail",
            "maintail -f \tContinuous tail of supervisor main log file (Ctrl-C to exit)\n"
            + "maintail -100\tlast 100 *bytes* of supervisord main log file\n"
            + "maintail\tlast 1600 *bytes* of supervisor main log file\n"
            + "\n",
            MainTail),
        new("clear",
            "clear <name>\t\tClear a process' log files.\n"
            + "clear <name> <name>\tClear multiple process' log files\n"
            + "clear all\t\tClear all process' log files\n",
            Clear) { Arguments = ArgumentKind.Processes },
    ];

    static void Tail(ControlSession session, string line)
    {
        if (!session.CheckServer())
            return;
        Span<string> words = ControlCommand.Words(line);
        if (words.Length is 0 or > 3)
        {
            var few = words.Length == 0 ? "few" : "many";
            Array.Find(All, c => c.Name == "tail")!.Misused(session, $"too {few} arguments");
            return;
        }
        string? modifier = null;
        if (words[0].StartsWith('-'))
        {
            modifier = words[0];
            words = words[1..];
        }
        if (words.IsEmpty)
        {
            session.Fail("Error: tail requires process name");
            return;
        }
        var channel = words.Length > 1 ? words[^1] : "stdout";
        if (channel is not ("stdout" or "stderr"))
            session.Fail($"Error: bad channel {PythonText.Quote(channel)}");
        else if (modifier == "-f")
            Follow(session, $"/logtail/{Encode(words[0])}/{channel}");
        else if (TryReadCount(session, modifier, out var bytes))
            ShowProcessLog(session, words[0], channel, bytes);
    }

    static void MainTail(ControlSession session, string line)
    {
        if (!session.CheckServer())
            return;
        var words = ControlCommand.Words(line);
        if (words.Length > 1)
            Array.Find(All, c => c.Name == "maintail")!.Misused(session, "too many arguments");
        else if (words is ["-f"])
            Follow(session, "/mainlogtail");
        else if (words is [{ } word] && !word.StartsWith('-'))
            session.Fail($"Error: bad argument {word}");
        else if (TryReadCount(session, words.FirstOrDefault(), out var bytes))
            ShowMainLog(session, bytes);
    }

    static bool TryReadCount(ControlSession session, string? modifier, out long bytes)
    {
        bytes = LastBytes;
        if (modifier is null || PythonText.TryParseInt(modifier[1..], out bytes))
            return Math.Abs(bytes) <= int.MaxValue ? true : throw new ControlException("OverflowError", "int exceeds XML-RPC limits");
        session.Fail($"Error: bad argument {modifier}");
        return false;
    }

    static void ShowProcessLog(ControlSession session, string name, string channel, long bytes)
    {
        var method = channel == "stdout" ? "readProcessStdoutLog" : "readProcessStderrLog";
        try
        {
            session.Line(Fields.Text(session.Call(method, name, -bytes, 0)));
        }
        catch (FaultException e) when (Reason(e.Fault.Code) is { } reason)
        {
            session.Fail($"{name}: ERROR ({reason})");
        }
    }

    static void ShowMainLog(ControlSession session, long bytes)
    {
        try
        {
            session.Line(Fields.Text(session.Call("readLog", -bytes, 0)));
        }
        catch (FaultException e) when (e.Fault.Code != FaultCode.BadName && Reason(e.Fault.Code) is { } reason)
        {
            session.Fail($"supervisord: ERROR ({reason})");
        }
    }

    static string? Reason(int code) => code switch
    {
        FaultCode.NoFile => "no log file",
        FaultCode.Failed => "unknown error reading log",
        FaultCode.BadName => "no such process name",
        _ => null,
    };

    static void Follow(ControlSession session, string target)
    {
        session.Line("==> Press Ctrl-C to exit <==");
        session.Console.Flush();
        using var interruption = session.WatchInterrupts();
        LogStream.FollowAsync(session, target, interruption.Token).GetAwaiter().GetResult();
        if (interruption.Token.IsCancellationRequested)
            session.Line();
    }

    /// <summary>A name as it stands in a path; the colon between group and process stays.</summary>
    public static string Encode(string name) => Uri.EscapeDataString(name).Replace("%3A", ":", StringComparison.Ordinal);

    static void Clear(ControlSession session, string line)
    {
        if (!session.CheckServer())
            return;
        var names = ControlCommand.Words(line);
        if (names.Length == 0)
        {
            Array.Find(All, c => c.Name == "clear")!.Misused(session, "clear requires a process name");
        }
        else if (names.Contains("all"))
        {
            foreach (var result in Fields.Items(session.Call("clearAllProcessLogs")))
            {
                TellCleared(session, new(Fields.Text(result, "group"), Fields.Text(result, "name")),
                    Fields.Number(result, "status"));
            }
        }
        else
        {
            foreach (var name in names)
                ClearOne(session, name);
        }
    }

    static void ClearOne(ControlSession session, string name)
    {
        long code = FaultCode.Success;
        try
        {
            session.Call("clearProcessLogs", name);
        }
        catch (FaultException e)
        {
            code = e.Fault.Code;
        }
        TellCleared(session, Namespec.Parse(name), code);
    }

    static void TellCleared(ControlSession session, Namespec name, long code)
    {
        session.Line(code switch
        {
            FaultCode.Success => $"{name}: cleared",
            FaultCode.BadName => $"{name}: ERROR (no such process)",
            FaultCode.Failed => $"{name}: ERROR (failed)",
            _ => throw new ControlException("ValueError", $"Unknown result code {code} for {name}"),
        });
        session.CountFault(code);
    }
}
