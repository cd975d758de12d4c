using Reeve.Cli.Shell;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>The shell that <c>supervisorctl</c> is without an action.</summary>
static class ControlShell
{
    /// <summary>Shows the status, then reads commands until one ends it or the input does.</summary>
    /// <param name="session">What the commands work on.</param>
    /// <param name="options">Prompt and history.</param>
    /// <param name="input">Where lines come from.</param>
    /// <param name="commands">For completion.</param>
    /// <param name="execute">Runs a line; true ends the shell.</param>
    public static void Run(
        ControlSession session, ControlOptions options, LineInput input, IReadOnlyList<ControlCommand> commands,
        Func<string, bool> execute)
    {
        var history = options.HistoryFile is { } file ? History.Load(file) : new History();
        var completion = new ControlCompletion(session, commands);
        input.Use(history, completion.Complete);
        for (var line = "status"; ;)
        {
            completion.Forget();
            if (RunOne(session, execute, line))
                break;
            session.Console.Flush();
            if (Next(session, input, options.Prompt + "> ") is not { } next)
                break;
            line = next;
        }
        session.Console.Flush();
        if (options.HistoryFile is { } path)
            history.TrySave(path);
    }

    /// <returns>Null: Ctrl-C without an editor, which ends the shell as it ends the original.</returns>
    static string? Next(ControlSession session, LineInput input, string prompt)
    {
        using var interruption = session.WatchInterrupts();
        try
        {
            return input.ReadLine(prompt, interruption.Token) switch
            {
                { Text: { } text } => text,
                { IsEnd: true } => "EOF",
                // Of the editor Ctrl-C throws the line away, as in every other shell.
                _ => "",
            };
        }
        catch (OperationCanceledException)
        {
            session.Line();
            return null;
        }
    }

    static bool RunOne(ControlSession session, Func<string, bool> execute, string line)
    {
        using var interruption = session.WatchInterrupts();
        session.Cancel = interruption.Token;
        try
        {
            return execute(line);
        }
        catch (OperationCanceledException)
        {
            session.Line();
            return false;
        }
    }
}
