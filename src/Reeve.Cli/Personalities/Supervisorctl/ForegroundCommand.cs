namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary><c>fg</c>: the terminal belongs to a process, its output comes here and lines that are typed go there.</summary>
static class ForegroundCommand
{
    /// <summary>The row of the table of commands.</summary>
    public static readonly ControlCommand Row = new("fg",
        "fg <process>\tConnect to a process in foreground mode\n\t\tCtrl-C to exit\n", Run)
    {
        Arguments = ArgumentKind.Processes,
    };

    static void Run(ControlSession session, string line)
    {
        if (!session.CheckServer())
            return;
        switch (ControlCommand.Words(line))
        {
            case []:
                session.Fail("ERROR: no process name supplied");
                session.Console.Write(Row.Help);
                break;
            case [var name]:
                if (IsRunning(session, name))
                    Connect(session, name);
                break;
            default:
                session.Fail("ERROR: too many process names supplied");
                break;
        }
    }

    static bool IsRunning(ControlSession session, string name)
    {
        try
        {
            if (ProcessInfo.Read(session.Call("getProcessInfo", name)).IsRunning)
                return true;
            session.Fail("ERROR: process not running");
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.BadName)
        {
            session.Fail("ERROR: bad process name supplied");
        }
        catch (FaultException e)
        {
            session.Line($"ERROR: {e.Message}");
        }
        return false;
    }

    static void Connect(ControlSession session, string name)
    {
        session.Line("==> Press Ctrl-C to exit <==");
        session.Console.Flush();
        using var interruption = session.WatchInterrupts();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        var target = "/logtail/" + LogCommands.Encode(name);
        var output = Task.WhenAll(
            LogStream.FollowAsync(session, target + "/stdout", leaving.Token),
            LogStream.FollowAsync(session, target + "/stderr", leaving.Token));
        try
        {
            var ended = Feed(session, name, interruption.Token);
            if (ended is not null)
                session.Line(ended);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
        }
        finally
        {
            leaving.Cancel();
            output.GetAwaiter().GetResult();
        }
        // The terminal has echoed the key into the middle of a line.
        if (interruption.Token.IsCancellationRequested && session.Input.IsTerminal)
            session.Line();
        session.Line("Exiting foreground");
    }

    /// <returns>Why the process takes no more; null: the input has ended.</returns>
    static string? Feed(ControlSession session, string name, CancellationToken cancel)
    {
        while (session.Input.ReadBare(cancel) is { } text)
        {
            try
            {
                session.Call("sendProcessStdin", name, text + "\n");
            }
            catch (FaultException e)
            {
                return e.Fault.Code == FaultCode.NotRunning ? "Process got killed" : $"ERROR: {e.Message}";
            }
            if (!ProcessInfo.Read(session.Call("getProcessInfo", name)).IsRunning)
                return "Process got killed";
        }
        return null;
    }
}
