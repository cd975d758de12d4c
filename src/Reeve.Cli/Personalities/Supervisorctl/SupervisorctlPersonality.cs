using Reeve.Cli.Shell;
using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>
/// The front that <c>supervisorctl</c> has. It speaks XML-RPC, so it commands a daemon of either make.
/// </summary>
public static class SupervisorctlPersonality
{
    static readonly ControlCommand[] s_commands =
    [
        .. StatusCommands.All, .. ActionCommands.All, .. LogCommands.All, .. GroupCommands.All, .. DaemonCommands.All,
        ForegroundCommand.Row, .. HelpCommand.All,
    ];

    /// <summary>Runs one action, or the shell when there is none.</summary>
    /// <param name="args">Arguments without the program's name.</param>
    /// <param name="host">Streams, terminal and files of the process.</param>
    /// <returns>Exit code: that of the action, 0 after the shell, 2 for a command line or file that cannot be used.</returns>
    public static int Run(string[] args, CliHost host)
    {
        var console = new PersonalityConsole(host, "supervisorctl");
        try
        {
            if (ControlOptions.Read(args, console, host) is not { } options)
                return ExitCode.Done;
            var input = new LineInput(host.Input, host.Output, host.Error, Terminal(host));
            using var session = new ControlSession(options, console, input, host);
            if (session.IsShell)
            {
                ControlShell.Run(session, options, input, s_commands, line => Execute(session, line));
                return ExitCode.Done;
            }
            Execute(session, string.Join(' ', options.Words));
            return session.ExitStatus;
        }
        catch (UsageException e)
        {
            return console.UsageError(e.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (OutputClosedException)
        {
            return ExitCode.OutputClosed;
        }
        finally
        {
            console.TryFlush();
        }
    }

    // Keys can be shown only where they are typed, and only where the cursor can be moved.
    static ITerminal? Terminal(CliHost host) =>
        host.OutputIsTerminal && host.Variable("TERM") is { Length: > 0 } and not "dumb" ? host.Terminal : null;

    /// <returns>Whether the shell ends.</returns>
    static bool Execute(ControlSession session, string text)
    {
        var line = text.Trim();
        if (line.Length == 0)
            return false;
        var (word, rest) = Split(line);
        if (word is "help")
        {
            HelpCommand.Run(session, rest, s_commands);
            return false;
        }
        // What an end of input is called; no topic of help.
        if (word is "EOF")
        {
            HelpCommand.Leave(session, rest);
            return true;
        }
        if (Array.Find(s_commands, c => c.Name == word) is not { } command)
        {
            session.Fail($"*** Unknown syntax: {line}");
            return false;
        }
        RunGuarded(session, command, rest);
        return command.EndsShell;
    }

    static void RunGuarded(ControlSession session, ControlCommand command, string rest)
    {
        try
        {
            while (true)
            {
                try
                {
                    command.Run(session, rest);
                    return;
                }
                catch (XmlRpcHttpException e) when (e.Status == 401)
                {
                    session.Line("Server requires authentication");
                    if (!session.Interactive)
                        throw;
                    AskForCredentials(session);
                }
            }
        }
        catch (Exception e) when (e is FaultException or ControlException or FormatException
            || (e is IOException and not OutputClosedException))
        {
            session.Fail(Failure.Line(e, session.HostName));
        }
    }

    static void AskForCredentials(ControlSession session)
    {
        session.Console.Flush();
        var user = session.Input.ReadAnswer("Username:") ?? throw new EndOfStreamException();
        var password = session.Input.ReadHidden("Password:") ?? throw new EndOfStreamException();
        session.Line();
        session.LogIn(user, password);
    }

    // The word is cut where it stops looking like one: start-web is start with the argument -web.
    static (string Word, string Arguments) Split(string line)
    {
        if (line[0] == '?')
            return ("help", line[1..].Trim());
        var end = 0;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_'))
            end++;
        return (line[..end], line[end..].Trim());
    }
}
