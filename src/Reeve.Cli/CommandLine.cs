using System.Net.Sockets;
using Reeve.Cli.Commands;
using Reeve.Cli.Output;
using Reeve.Client;

namespace Reeve.Cli;

/// <summary>
/// The command line <c>reeve</c>: takes the words apart, finds the row of the command table, turns every failure into
/// one clear text and an exit code.
/// </summary>
public sealed class CommandLine(CliHost host)
{
    readonly TextOutput _output = new(host.Output);
    readonly TextOutput _error = new(host.Error);

    /// <summary>Runs one command line to its end.</summary>
    /// <param name="args">Words after the program's name.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        try
        {
            var code = Guarded(args);
            _output.Flush();
            return code;
        }
        catch (OutputException e)
        {
            return OutputFailed(args, e);
        }
    }

    int Guarded(string[] args)
    {
        Arguments? arguments = null;
        try
        {
            arguments = Arguments.Parse(args);
            using var run = new Invocation(host, arguments, _output, _error);
            return Dispatch(run);
        }
        catch (UsageException e)
        {
            // On a line of its own: the text may end with what is to be typed.
            var command = e.Command ?? arguments?.Command;
            // Of help itself there is nothing to say: it is about another word.
            return Fail(args, ExitCode.Usage, "usage", e.Message, command is { Hidden: false, Name: not "help" }
                ? $"\n'reeve help {command.Name}' says more."
                : e.Message.Contains("'reeve help'") ? null : "\n'reeve help' says more.");
        }
        catch (CommandException e)
        {
            return Fail(args, ExitCode.Failed, "failed", e.Message, null);
        }
        catch (ReeveUnreachableException e)
        {
            return Fail(args, ExitCode.Unreachable, "unreachable", e.Message, Advice(e));
        }
        catch (ReeveProtocolException e)
        {
            return Fail(args, ExitCode.Unreachable, "connection", e.Message, null);
        }
        catch (ReeveApiException e)
        {
            var refused = e.Problem.Code is "unauthorized" or "forbidden";
            return Fail(args, refused ? ExitCode.Refused : ExitCode.Failed, e.Problem.Code, Style.Clean(e.Message),
                e.Problem.Code == "unauthorized" ? "Name a user with -u NAME and set $REEVE_PASSWORD." : null);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>What helps where nobody listens does not help where somebody refuses; the message says what does.</summary>
    static string? Advice(ReeveUnreachableException e) => (e.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.AccessDenied => null,
        SocketError.AddressNotAvailable or SocketError.ConnectionRefused =>
            "Start it with 'reeve up', or name another endpoint with -e.",
        _ => "Name another endpoint with -e.",
    };

    static int Dispatch(Invocation run)
    {
        if (run.Arguments.Has("version"))
        {
            if (run.Json)
                run.WriteJson(new(run.Host.Version), CliJson.Default.ProgramVersion);
            else
                run.Out.WriteLine($"reeve {run.Host.Version}");
            return ExitCode.Done;
        }
        if (run.Arguments.Command is not { } command)
        {
            if (run.Json && !run.Arguments.Has("help"))
                throw new UsageException("no command is named. 'reeve help' lists them.");
            HelpText.WriteOverview(run);
            // Nothing was asked: the help is an answer only to who asked for it.
            return run.Arguments.Has("help") ? ExitCode.Done : ExitCode.Usage;
        }
        if (run.Arguments.Has("help") && !command.Hidden)
        {
            HelpText.WriteCommand(run, command);
            return ExitCode.Done;
        }
        return command.Run(run).GetAwaiter().GetResult();
    }

    int Fail(string[] args, int code, string kind, string text, string? advice)
    {
        _output.Flush();
        var whole = advice is null ? text : advice[0] == '\n' ? text + advice : $"{text} {advice}";
        // The words may have been too wrong to be taken apart, so --json is looked for as it stands.
        if (args.TakeWhile(a => a != "--").Contains("--json"))
        {
            _error.Write(PlainJson.OfProblem(kind, whole));
            _error.WriteLine("");
        }
        else
        {
            foreach (var line in whole.Split('\n'))
                _error.WriteLine($"reeve: {line}");
        }
        _error.Flush();
        return code;
    }

    int OutputFailed(string[] args, OutputException e)
    {
        if (e.IsClosed)
            return ExitCode.OutputClosed;
        try
        {
            return Fail(args, ExitCode.Failed, "output", $"cannot write the output: {e.Message}", null);
        }
        catch (OutputException)
        {
            // Neither output takes anything; the exit code still says it.
            return ExitCode.Failed;
        }
    }
}
