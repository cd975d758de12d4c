using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Reeve.Cli.Endpoints;
using Reeve.Cli.Output;
using Reeve.Client;

namespace Reeve.Cli.Commands;

/// <summary>One run of one command: what was asked, where answers go, whom to speak to.</summary>
internal sealed class Invocation : IDisposable
{
    readonly List<ReeveClient> _clients = [];
    PosixSignalRegistration? _signal;
    CancellationTokenSource? _interruption;

    public Invocation(CliHost host, Arguments arguments, TextOutput output, TextOutput error)
    {
        (Host, Arguments, Out, Error) = (host, arguments, output, error);
        Json = arguments.Has("json");
        Style = new(WantsColour(host.OutputIsTerminal) && !Json);
        ErrorStyle = new(WantsColour(host.ErrorIsTerminal) && !Json);
    }

    public CliHost Host { get; }

    public Arguments Arguments { get; }

    public IReadOnlyList<string> Names => Arguments.Positional;

    public TextOutput Out { get; }

    public TextOutput Error { get; }

    /// <summary>Answers are wanted as JSON.</summary>
    public bool Json { get; }

    /// <summary>Colours of standard output.</summary>
    public Style Style { get; }

    /// <summary>Colours of standard error.</summary>
    public Style ErrorStyle { get; }

    /// <summary>Columns that a line may have; null: as many as it likes.</summary>
    public int? Width => Host.OutputIsTerminal ? Math.Max(Host.TerminalWidth(), 1) : null;

    /// <summary>Cancelled by Ctrl-C. Until it is asked for, SIGINT ends the process as it ends any other.</summary>
    public CancellationToken Interrupted
    {
        get
        {
            if (Host.Interrupted is { } given)
                return given;
            if (_interruption is null)
            {
                _interruption = new();
                _signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
                {
                    // The first one ends it in order, a second one at once.
                    context.Cancel = !_interruption.IsCancellationRequested;
                    _interruption.Cancel();
                });
            }
            return _interruption.Token;
        }
    }

    /// <summary>A client of the one endpoint.</summary>
    /// <param name="blocking">
    /// See <see cref="ReeveClientOptions.Blocking"/>: for commands that ask one thing at a time.
    /// </param>
    /// <param name="what">What works on one endpoint only, as errors name it; null: the command.</param>
    /// <exception cref="UsageException">Several endpoints were named.</exception>
    public ReeveClient Connect(bool blocking = true, string? what = null)
    {
        var endpoints = EndpointChoice.Resolve(this);
        return endpoints.Count == 1
            ? Connect(endpoints[0], blocking)
            : throw new UsageException(
                $"{what ?? Arguments.Command?.Name} works on one endpoint, but {endpoints.Count} are named with -e.");
    }

    public ReeveClient Connect(ReeveEndpoint endpoint, bool blocking)
    {
        var client = new ReeveClient(endpoint, new() { Blocking = blocking, ConnectUnix = Host.ConnectUnix, UserAgent = $"reeve/{Host.Version}" });
        _clients.Add(client);
        return client;
    }

    /// <summary>Writes one JSON value and a line's end.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        Out.Write(PlainJson.Of(value, type));
        Out.WriteLine("");
    }

    /// <summary>A line on standard error, after what has been put out so far.</summary>
    public void Note(string text)
    {
        Out.Flush();
        Error.WriteLine($"reeve: {text}");
        Error.Flush();
    }

    /// <summary>An error of one of several things, while the others go on: a note, in JSON a problem.</summary>
    public void Report(string code, string text)
    {
        if (!Json)
        {
            Note(text);
            return;
        }
        Out.Flush();
        Error.Write(PlainJson.OfProblem(code, text));
        Error.WriteLine("");
        Error.Flush();
    }

    /// <summary>That a command is done which has no answer of its own: a text, in JSON an object.</summary>
    /// <param name="text">What was done; null: outside JSON nothing is said.</param>
    public void Tell(string? text)
    {
        if (Json)
            WriteJson(new(Arguments.Command!.Name, "ok", text), CliJson.Default.Outcome);
        else if (text is not null)
            Out.WriteLine(text);
        Out.Flush();
    }

    public void Dispose()
    {
        _signal?.Dispose();
        foreach (var client in _clients)
            client.Dispose();
    }

    bool WantsColour(bool terminal) => Arguments.Value("color") switch
    {
        "always" => true,
        "never" => false,
        null or "auto" => terminal && Host.Variable("NO_COLOR") is null or "" && Host.Variable("TERM") != "dumb",
        var other => throw new UsageException($"--color takes auto, always or never, not '{other}'."),
    };
}
