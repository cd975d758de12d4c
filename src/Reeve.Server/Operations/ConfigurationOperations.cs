using Reeve.Client.Model;
using Reeve.Core.Configuration;
using Reeve.Server.Access;
using Reeve.Server.Operations.Answers;
using Reeve.Visor;

namespace Reeve.Server.Operations;

/// <summary>The configuration: what it says, what changed, making it so.</summary>
internal static class ConfigurationOperations
{
    private static readonly HttpFace s_changes =
        new("POST", "", ContentType: "application/json", Body: ModelJson.Default.Changes);

    public static IReadOnlyList<Operation> Rows { get; } =
    [
        new()
        {
            Name = "config.show",
            Summary = "Tells where the configuration came from, and what was found wrong with it.",
            Http = new("GET", "/api/v1/config", ContentType: "application/json", Body: ModelJson.Default.Config),
            Run = (r, _) => new(new JsonAnswer<Config>(Describe(r), ModelJson.Default.Config)),
        },
        new()
        {
            Name = "config.processes",
            Summary = "Tells the settings of every process in the file last read.",
            Rpc = new(["getAllConfigInfo"], "array", "a struct of settings for each process"),
            Run = (r, _) => new(new ConfigInfoAnswer(r.Supervisor.Configuration, r.Supervisor)),
        },
        new()
        {
            Name = "config.reread",
            Summary = "Reads the configuration anew and tells which groups differ. Nothing is started or stopped.",
            Role = Role.Admin,
            Changes = true,
            Http = s_changes with { Route = "/api/v1/config/reread" },
            Rpc = new(["reloadConfig"], "array", "[[added, changed, removed]], names of groups"),
            Run = async (r, cancel) =>
            {
                var changes = await r.Supervisor.RereadAsync(cancel);
                return changes.Status.IsDone ? new ChangesAnswer(changes.Value!) : Answer.Failed(changes.Status, null);
            },
        },
        new()
        {
            Name = "config.update",
            Summary = "Reads the configuration anew, removes what went, adds what came; a changed group is both.",
            Role = Role.Admin,
            Changes = true,
            Arguments = [new("group", ArgumentType.Texts, "Only these groups") { Optional = true }],
            Http = s_changes with { Route = "/api/v1/config/update" },
            Run = UpdateAsync,
        },
    ];

    private static Config Describe(Request request) => new(
        request.Supervisor.Configuration.File,
        [.. request.Supervisor.Problems.Select(p => new ConfigProblem(
            p.Severity switch { ProblemSeverity.Error => "error", ProblemSeverity.Warning => "warning", _ => "info" },
            p.File, p.Line, p.Section, p.Text))]);

    private static async ValueTask<Answer> UpdateAsync(Request request, CancellationToken cancel)
    {
        var updating = request.Dispatcher.Updating;
        await updating.WaitAsync(cancel);
        try
        {
            var read = await request.Supervisor.RereadAsync(cancel);
            if (!read.Status.IsDone)
                return Answer.Failed(read.Status, null);
            var only = request.Texts("group");
            foreach (var group in only)
            {
                if (request.Supervisor.FindGroup(group) is null && !read.Value!.Added.Contains(group))
                    return Answer.Failed(new(OutcomeKind.BadName), group);
            }
            var changes = only.Count == 0 ? read.Value! : new ConfigurationChanges(
                [.. read.Value!.Added.Intersect(only)], [.. read.Value.Changed.Intersect(only)],
                [.. read.Value.Removed.Intersect(only)]);
            return await CarryOutAsync(request, changes);
        }
        finally
        {
            updating.Release();
        }
    }

    // Not cancelled by a client that leaves: half an update would leave a group stopped that should run.
    private static async Task<Answer> CarryOutAsync(Request request, ConfigurationChanges changes)
    {
        foreach (var group in changes.Removed)
        {
            if (await RemoveAsync(request, group) is { IsDone: false } failure)
                return Answer.Failed(failure, group);
        }
        foreach (var group in changes.Changed)
        {
            var outcome = await RemoveAsync(request, group);
            if (outcome.IsDone)
                outcome = await request.Supervisor.AddGroupAsync(group, CancellationToken.None);
            if (!outcome.IsDone)
                return Answer.Failed(outcome, group);
        }
        foreach (var group in changes.Added)
        {
            if (await request.Supervisor.AddGroupAsync(group, CancellationToken.None) is { IsDone: false } failure)
                return Answer.Failed(failure, group);
        }
        return new ChangesAnswer(changes);
    }

    private static async Task<Outcome> RemoveAsync(Request request, string group)
    {
        var stopped = await request.Supervisor.StopManyAsync(group, wait: true, CancellationToken.None);
        return stopped.Status.IsDone
            ? await request.Supervisor.RemoveGroupAsync(group, CancellationToken.None)
            : stopped.Status;
    }
}
