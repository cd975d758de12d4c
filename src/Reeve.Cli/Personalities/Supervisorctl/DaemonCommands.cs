using Reeve.Client;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>The daemon itself: <c>reload</c>, <c>shutdown</c>, <c>open</c>.</summary>
static class DaemonCommands
{
    /// <summary>The rows of the table of commands.</summary>
    public static readonly ControlCommand[] All =
    [
        new("reload", "reload \t\tRestart the remote supervisord.\n", Reload),
        new("shutdown", "shutdown \tShut the remote supervisord down.\n", Shutdown),
        new("open",
            "open <url>\tConnect to a remote supervisord process.\n"
            + "\t\t(for UNIX domain socket, use unix:///socket/path)\n",
            Open),
    ];

    static void Reload(ControlSession session, string line)
    {
        if (line.Length > 0)
        {
            Array.Find(All, c => c.Name == "reload")!.Misused(session, "reload accepts no arguments");
            return;
        }
        if (!Confirm(session, "Really restart the remote supervisord process y/N? "))
            return;
        try
        {
            session.Call("restart");
            session.Line("Restarted supervisord");
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: already shutting down");
        }
    }

    static void Shutdown(ControlSession session, string line)
    {
        if (line.Length > 0)
        {
            Array.Find(All, c => c.Name == "shutdown")!.Misused(session, "shutdown accepts no arguments");
            return;
        }
        if (!Confirm(session, "Really shut the remote supervisord process down y/N? "))
            return;
        try
        {
            session.Call("shutdown");
            session.Line("Shut down");
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.ShutdownState)
        {
            session.Line("ERROR: already shutting down");
        }
        catch (ReeveUnreachableException e) when (Failure.IsRefused(e))
        {
            session.Fail($"ERROR: {session.ServerUrl} refused connection (already shut down?)");
        }
        catch (ReeveUnreachableException e) when (Failure.IsAbsent(e))
        {
            session.Fail($"ERROR: {session.ServerUrl} no such file (already shut down?)");
        }
    }

    static bool Confirm(ControlSession session, string question)
    {
        if (!session.Interactive)
            return true;
        session.Console.Flush();
        var answer = session.Input.ReadAnswer(question) ?? throw new EndOfStreamException();
        return answer.StartsWith('y') || answer.StartsWith('Y');
    }

    static void Open(ControlSession session, string line)
    {
        var scheme = line.Split(':')[0].ToLowerInvariant();
        if (scheme is not ("unix" or "http") || scheme.Length == line.Length)
        {
            session.Fail("ERROR: url must be http:// or unix://");
            return;
        }
        session.ServerUrl = line;
        var before = session.ExitStatus;
        StatusCommands.Status(session, "");
        session.ExitStatus = before;
    }
}
