using Reeve.Client.Model;
using Reeve.Core.Processes;
using Reeve.Server.Access;
using Reeve.Server.Api;
using Reeve.Server.Operations.Answers;
using Reeve.Visor;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations;

/// <summary>All processes of a group, or of the daemon.</summary>
internal static class GroupOperations
{
    private const string StatusArray = "a struct {name, group, status, description} for each process concerned";

    private static readonly Argument s_group = new("group", ArgumentType.Text, "Group");

    private static readonly Argument s_wait =
        new("wait", ArgumentType.Flag, "Answer when all are done; else at once") { Optional = true, Default = true };

    private static readonly Argument s_signal = new("signal", ArgumentType.Signal, "Signal by name or number");

    private static readonly HttpFace s_results =
        new("POST", "", ContentType: "application/json", Body: ModelJson.Default.IReadOnlyListResult);

    public static IReadOnlyList<Operation> Rows { get; } =
    [
        new()
        {
            Name = "groups.list",
            Summary = "Tells of all groups with their processes.",
            Http = new(
                "GET", "/api/v1/groups", ContentType: "application/json", Body: ModelJson.Default.IReadOnlyListGroup),
            Run = (r, _) => new(new JsonAnswer<IReadOnlyList<Group>>(
                [.. r.Supervisor.Groups.Select(g => g.ToModel(r.Now))], ModelJson.Default.IReadOnlyListGroup)),
        },
        .. Many("start", "Starts", "startProcessGroup", "startAllProcesses", s_wait,
            (r, group, cancel) => r.Supervisor.StartManyAsync(group, r.Flag("wait"), cancel)),
        .. Many("stop", "Stops", "stopProcessGroup", "stopAllProcesses", s_wait,
            (r, group, cancel) => r.Supervisor.StopManyAsync(group, r.Flag("wait"), cancel)),
        .. Many("restart", "Stops, then starts,", null, null, s_wait with
        {
            Summary = "Answer when all have been started; otherwise when all have been stopped",
        }, RestartAsync),
        .. Many("signal", "Sends a signal to", "signalProcessGroup", "signalAllProcesses", s_signal, SignalAsync),
        new()
        {
            Name = "group.add",
            Summary = "Makes a group of the configuration active and starts what starts by itself.",
            Role = Role.Admin,
            Changes = true,
            Arguments = [s_group],
            Http = new("POST", "/api/v1/groups/{group}/add", Status: 204),
            Rpc = new(["addProcessGroup"], "boolean", "always true"),
            Run = async (r, cancel) =>
                Answer.Of(await r.Supervisor.AddGroupAsync(r.Text("group"), cancel), r.Text("group")),
        },
        new()
        {
            Name = "group.remove",
            Summary = "Removes a group. Its processes must be stopped.",
            Role = Role.Admin,
            Changes = true,
            Arguments =
            [
                s_group,
                new("stop", ArgumentType.Flag, "Stop its processes first")
                {
                    Optional = true,
                    Default = false,
                    Front = Front.Http,
                },
            ],
            Http = new("DELETE", "/api/v1/groups/{group}", Status: 204),
            Rpc = new(["removeProcessGroup"], "boolean", "always true"),
            Run = RemoveAsync,
        },
    ];

    /// <summary>
    /// The same outcome for every process that a signal could be sent to, as Supervisor tells of a bad signal.
    /// </summary>
    public static Outcome<IReadOnlyList<ProcessOutcome>> ForSignallable(
        Supervisor supervisor, string? group, Outcome outcome)
    {
        if (group is not null && supervisor.FindGroup(group) is null)
            return new Outcome(OutcomeKind.BadName);
        var outcomes = new List<ProcessOutcome>();
        foreach (var one in supervisor.Groups.Where(g => group is null || g.Name == group))
        {
            outcomes.AddRange(one.Processes
                .Where(p => p.State is ProcessState.Starting or ProcessState.Running or ProcessState.Stopping)
                .Select(p => new ProcessOutcome(p.Group, p.Name, outcome)));
        }
        return outcomes;
    }

    // One row for a group and one for all, which differ in nothing but the group.
    private static IEnumerable<Operation> Many(
        string verb, string does, string? groupMethod, string? allMethod, Argument argument,
        Func<Request, string?, CancellationToken, Task<Outcome<IReadOnlyList<ProcessOutcome>>>> run)
    {
        yield return new()
        {
            Name = $"group.{verb}",
            Summary = $"{does} all processes of a group.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [s_group, argument],
            Http = s_results with { Route = $"/api/v1/groups/{{group}}/{verb}" },
            Rpc = groupMethod is null ? null : new([groupMethod], "array", StatusArray),
            Run = (r, cancel) => AnswerAsync(run(r, r.Text("group"), cancel), r.Text("group")),
        };
        yield return new()
        {
            Name = $"processes.{verb}",
            Summary = $"{does} all processes.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [argument],
            Http = s_results with { Route = $"/api/v1/{verb}" },
            Rpc = allMethod is null ? null : new([allMethod], "array", StatusArray),
            Run = (r, cancel) => AnswerAsync(run(r, null, cancel), null),
        };
    }

    private static async ValueTask<Answer> AnswerAsync(
        Task<Outcome<IReadOnlyList<ProcessOutcome>>> running, string? subject)
    {
        var outcomes = await running;
        return outcomes.Status.IsDone ? new OutcomesAnswer(outcomes.Value!) : Answer.Failed(outcomes.Status, subject);
    }

    private static async Task<Outcome<IReadOnlyList<ProcessOutcome>>> RestartAsync(
        Request request, string? group, CancellationToken cancel)
    {
        // A client that leaves between the two halves must not leave the group stopped.
        var stopped = await request.Supervisor.StopManyAsync(group, wait: true, CancellationToken.None);
        if (!stopped.Status.IsDone)
            return stopped;
        var started = await request.Supervisor.StartManyAsync(group, request.Flag("wait"), cancel);
        return started.Status.IsDone
            ? new([.. stopped.Value!.Where(o => !o.Outcome.IsDone), .. started.Value!], Outcome.Done)
            : started;
    }

    private static Task<Outcome<IReadOnlyList<ProcessOutcome>>> SignalAsync(
        Request request, string? group, CancellationToken cancel)
    {
        var text = request.Text("signal");
        if (Signals.TryParse(text, out var signal))
            return request.Supervisor.SignalManyAsync(group, signal, cancel);
        var bad = new Outcome(OutcomeKind.BadSignal, text);
        return Task.FromResult(request.Front == Front.Http ? bad : ForSignallable(request.Supervisor, group, bad));
    }

    private static async ValueTask<Answer> RemoveAsync(Request request, CancellationToken cancel)
    {
        var group = request.Text("group");
        if (request.Flag("stop"))
        {
            var stopped = await request.Supervisor.StopManyAsync(group, wait: true, cancel);
            if (!stopped.Status.IsDone)
                return Answer.Failed(stopped.Status, group);
        }
        return Answer.Of(await request.Supervisor.RemoveGroupAsync(group, cancel), group);
    }
}
