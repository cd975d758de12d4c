using Reeve.Client.Model;
using Reeve.Server.Access;
using Reeve.Server.Operations.Answers;
using Reeve.Visor;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations;

/// <summary>One process, or with <c>group:*</c> in XML-RPC a whole group.</summary>
internal static class ProcessOperations
{
    private const string OneName = "Process: 'group:name', or 'name' where both are equal";

    private static readonly Argument s_name =
        new("name", ArgumentType.Text, OneName + "; XML-RPC also takes 'group:*'");

    private static readonly Argument s_oneName = s_name with { Summary = OneName };

    private static readonly Argument s_wait =
        new("wait", ArgumentType.Flag, "Answer when it is done; otherwise at once") { Optional = true, Default = true };

    private static readonly HttpFace s_processAnswer =
        new("POST", "", ContentType: "application/json", Body: ModelJson.Default.Process);

    public static IReadOnlyList<Operation> Rows { get; } =
    [
        new()
        {
            Name = "processes.list",
            Summary = "Tells of all processes, sorted by group and name.",
            Arguments = [new("group", ArgumentType.Text, "Only this group") { Optional = true, Front = Front.Http }],
            Http = s_processAnswer with
            {
                Method = "GET",
                Route = "/api/v1/processes",
                Body = ModelJson.Default.IReadOnlyListProcess,
            },
            Rpc = new(["getAllProcessInfo"], "array", "a struct for each process, as getProcessInfo gives it"),
            Run = (r, _) => new(List(r)),
        },
        new()
        {
            Name = "process.show",
            Summary = "Tells of one process.",
            Arguments = [s_oneName],
            Http = s_processAnswer with { Method = "GET", Route = "/api/v1/processes/{name}" },
            Rpc = new(["getProcessInfo"], "struct", "what is known of the process"),
            Run = (r, _) => new(Show(r, tell: true)),
        },
        new()
        {
            Name = "process.start",
            Summary = "Starts a process.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [s_name, s_wait],
            Http = s_processAnswer with { Route = "/api/v1/processes/{name}/start" },
            Rpc = new(["startProcess"], "boolean", "always true; for 'group:*' what came of each process"),
            Run = (r, cancel) => EachAsync(
                r, (group, process) => r.Supervisor.StartAsync(group, process, r.Flag("wait"), cancel),
                group => r.Supervisor.StartManyAsync(group, r.Flag("wait"), cancel)),
        },
        new()
        {
            Name = "process.stop",
            Summary = "Stops a process.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [s_name, s_wait],
            Http = s_processAnswer with { Route = "/api/v1/processes/{name}/stop" },
            Rpc = new(["stopProcess"], "boolean", "always true; for 'group:*' what came of each process"),
            Run = (r, cancel) => EachAsync(
                r, (group, process) => r.Supervisor.StopAsync(group, process, r.Flag("wait"), cancel),
                group => r.Supervisor.StopManyAsync(group, r.Flag("wait"), cancel)),
        },
        new()
        {
            Name = "process.restart",
            Summary = "Stops a process if it runs, and starts it.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [s_oneName, s_wait],
            Http = s_processAnswer with { Route = "/api/v1/processes/{name}/restart" },
            Run = (r, cancel) => EachAsync(
                r, (group, process) => r.Supervisor.RestartAsync(group, process, r.Flag("wait"), cancel), null),
        },
        new()
        {
            Name = "process.signal",
            Summary = "Sends a signal to a process.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [s_name, new("signal", ArgumentType.Signal, "Signal by name or number")],
            Http = s_processAnswer with { Route = "/api/v1/processes/{name}/signal" },
            Rpc = new(["signalProcess"], "boolean", "always true; for 'group:*' what came of each process"),
            Run = SignalAsync,
        },
        new()
        {
            Name = "process.stdin",
            Summary = "Writes to a process's standard input.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [s_oneName, new("chars", ArgumentType.Bytes, "What to write")],
            Http = new("POST", "/api/v1/processes/{name}/stdin", Status: 204),
            Rpc = new(["sendProcessStdin"], "boolean", "always true"),
            Run = WriteInputAsync,
        },
    ];

    private static async ValueTask<Answer> WriteInputAsync(Request request, CancellationToken cancel)
    {
        var name = Namespec.Parse(request.Text("name"));
        if (name.Process is null)
            return Unknown(request);
        var text = request.Bytes("chars");
        var outcome = await request.Supervisor.WriteInputAsync(name.Group, name.Process, text, cancel);
        return Answer.Of(outcome, request.Text("name"));
    }

    /// <summary>BAD_NAME with the name as sent.</summary>
    public static Answer Unknown(Request request) => Answer.Failed(new(OutcomeKind.BadName), request.Text("name"));

    private static Answer List(Request request)
    {
        var only = request.OptionalText("group");
        if (only is not null && request.Supervisor.FindGroup(only) is null)
            return Answer.Failed(new(OutcomeKind.BadName), only);
        var processes = new List<ProcessSnapshot>();
        foreach (var group in request.Supervisor.Groups)
        {
            if (only is null || group.Name == only)
                processes.AddRange(group.Processes);
        }
        processes.Sort(static (a, b) => string.CompareOrdinal(a.Group, b.Group) is not 0 and var order
            ? order
            : string.CompareOrdinal(a.Name, b.Name));
        return new ProcessListAnswer(processes, request.Now);
    }

    private static Answer Show(Request request, bool tell)
    {
        var name = Namespec.Parse(request.Text("name"));
        return name.Process is not null && request.Supervisor.FindProcess(name.Group, name.Process) is { } process
            ? new ProcessAnswer(process, request.Now, tell)
            : Unknown(request);
    }

    private static async ValueTask<Answer> EachAsync(
        Request request, Func<string, string, Task<Outcome>> one,
        Func<string, Task<Outcome<IReadOnlyList<ProcessOutcome>>>>? many)
    {
        var text = request.Text("name");
        var name = Namespec.Parse(text);
        if (name.Process is null)
        {
            if (many is null || request.Front == Front.Http)
            {
                // One address names one thing: a whole group has its own in the API.
                return new FailedAnswer(
                    Fault.Of(OutcomeKind.BadName), text,
                    $"'{text}' names a whole group; use /api/v1/groups/{Uri.EscapeDataString(name.Group)}");
            }
            var outcomes = await many(name.Group);
            return outcomes.Status.IsDone ? new OutcomesAnswer(outcomes.Value!) : Answer.Failed(outcomes.Status, text);
        }
        var outcome = await one(name.Group, name.Process);
        return outcome.IsDone ? Show(request, tell: false) : Answer.Failed(outcome, text);
    }

    private static ValueTask<Answer> SignalAsync(Request request, CancellationToken cancel)
    {
        var text = request.Text("signal");
        if (Signals.TryParse(text, out var signal))
        {
            return EachAsync(
                request, (group, process) => request.Supervisor.SignalAsync(group, process, signal, cancel),
                group => request.Supervisor.SignalManyAsync(group, signal, cancel));
        }
        var bad = new Outcome(OutcomeKind.BadSignal, text);
        return EachAsync(
            request,
            (group, process) => Task.FromResult(
                request.Supervisor.FindProcess(group, process) is null ? new(OutcomeKind.BadName) : bad),
            group => Task.FromResult(GroupOperations.ForSignallable(request.Supervisor, group, bad)));
    }
}
