using Reeve.Client.XmlRpc;
using Reeve.Server.Operations.Answers;
using Reeve.Visor;

namespace Reeve.Server.Operations;

/// <summary><c>system.*</c>: the XML-RPC interface about itself.</summary>
internal static class SystemOperations
{
    // Each may take its time, and all of the results are sent at once.
    private const int MostCalls = 5000;

    private static readonly Argument s_method = new("name", ArgumentType.Text, "Method with its name space");

    public static IReadOnlyList<Operation> Rows { get; } =
    [
        new()
        {
            Name = "system.methods",
            Summary = "Lists the names of all methods.",
            Rpc = new(["listMethods"], "array", "names, sorted") { IsSystem = true },
            Run = (r, _) => new(new ValueAnswer(
                new XmlRpcValue.Array([.. r.Dispatcher.Methods.Names.Select(n => (XmlRpcValue)n)]))),
        },
        new()
        {
            Name = "system.help",
            Summary = "Tells what a method does.",
            Arguments = [s_method],
            Rpc = new(["methodHelp"], "string", "the text") { IsSystem = true },
            Run = (r, _) => new(r.Dispatcher.Methods.HelpOf(r.Text("name")) is { } help
                ? new ValueAnswer(help)
                : new FailedAnswer(Fault.SignatureUnsupported, null)),
        },
        new()
        {
            Name = "system.signature",
            Summary = "Tells the types of a method: what it returns, then its arguments.",
            Arguments = [s_method],
            Rpc = new(["methodSignature"], "array", "names of types") { IsSystem = true },
            Run = (r, _) => new(r.Dispatcher.Methods.SignatureOf(r.Text("name")) is { } types
                ? new ValueAnswer(new XmlRpcValue.Array([.. types.Select(t => (XmlRpcValue)t)]))
                : new FailedAnswer(Fault.SignatureUnsupported, null)),
        },
        new()
        {
            Name = "system.multicall",
            Summary = "Carries out calls one after the other. Each result is the bare value, or the struct of a fault.",
            Arguments = [new("calls", ArgumentType.Calls, "Structs {methodName, params}")],
            Rpc = new(["multicall"], "array", "a result for each call") { IsSystem = true },
            Run = MulticallAsync,
        },
    ];

    private static async ValueTask<Answer> MulticallAsync(Request request, CancellationToken cancel)
    {
        var calls = request.Calls("calls");
        if (calls.Count > MostCalls)
        {
            return new FailedAnswer(
                Fault.IncorrectParameters, $"{calls.Count} calls are more than {MostCalls}; make several multicalls");
        }
        var answers = new List<Answer>(calls.Count);
        var size = 0L;
        foreach (var call in calls)
        {
            cancel.ThrowIfCancellationRequested();
            var answer = size < LogOperations.MostBytes
                ? await CallAsync(request, call, cancel)
                : Full("it was not carried out");
            var more = AnswerSize.Of(answer);
            // What has changed something must be told.
            if (size + more > LogOperations.MostBytes && !Changes(request, call))
            {
                answer = Full($"this one has {more}");
                more = AnswerSize.Of(answer);
            }
            answers.Add(answer);
            size += more;
        }
        return new MulticallAnswer(answers);
    }

    private static FailedAnswer Full(string what) => new(
        Fault.Of(OutcomeKind.Failed),
        $"the results of one multicall are at most {LogOperations.MostBytes} bytes and {what}; make several multicalls");

    private static bool Changes(Request request, XmlRpcValue call) =>
        (call as XmlRpcValue.Struct)?["methodName"] is XmlRpcValue.Text method
        && request.Dispatcher.Methods.Find(method.Value) is { Changes: true };

    private static ValueTask<Answer> CallAsync(Request request, XmlRpcValue call, CancellationToken cancel)
    {
        if (call is not XmlRpcValue.Struct members
            || members["methodName"] is not XmlRpcValue.Text { Value.Length: > 0 } method)
        {
            return new(new FailedAnswer(Fault.IncorrectParameters, "No methodName"));
        }
        if (method.Value == "system.multicall")
            return new(new FailedAnswer(Fault.IncorrectParameters, "Recursive system.multicall forbidden"));
        return members["params"] switch
        {
            null => request.Dispatcher.CallAsync(new(method.Value, []), request.Caller, cancel),
            XmlRpcValue.Array arguments =>
                request.Dispatcher.CallAsync(new(method.Value, arguments.Items), request.Caller, cancel),
            var other => new(
                new FailedAnswer(Fault.IncorrectParameters, $"params must be an array, not {other.TypeName}")),
        };
    }
}
