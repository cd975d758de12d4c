using Microsoft.AspNetCore.Http;
using Reeve.Client.Model;
using Reeve.Client.XmlRpc;
using Reeve.Server.Api;
using Reeve.Visor;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations.Answers;

/// <summary>One process: as it is (<c>getProcessInfo</c>), or just done with (true).</summary>
/// <param name="process">The process.</param>
/// <param name="now">Present wall clock.</param>
/// <param name="tell">Whether XML-RPC tells of it; otherwise it says true.</param>
public sealed class ProcessAnswer(ProcessSnapshot process, DateTimeOffset now, bool tell) : Answer
{
    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer)
    {
        if (tell)
            ProcessInfo.Write(writer, process, now);
        else
            writer.Bool(true);
    }

    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel) =>
        http.WriteJsonAsync(process.ToModel(now), ModelJson.Default.Process, "application/json");
}

/// <summary>Processes as they are.</summary>
public sealed class ProcessListAnswer(IReadOnlyList<ProcessSnapshot> processes, DateTimeOffset now) : Answer
{
    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer)
    {
        writer.BeginArray();
        foreach (var process in processes)
            ProcessInfo.Write(writer, process, now);
        writer.EndArray();
    }

    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel)
    {
        var models = new Process[processes.Count];
        for (var i = 0; i < models.Length; i++)
            models[i] = processes[i].ToModel(now);
        return http.WriteJsonAsync(models, ModelJson.Default.IReadOnlyListProcess, "application/json");
    }
}

/// <summary>
/// What came of an operation for each of several processes: Supervisor's status array, or <c>Result[]</c>.
/// </summary>
public sealed class OutcomesAnswer(IReadOnlyList<ProcessOutcome> outcomes) : Answer
{
    /// <inheritdoc/>
    public override string Code
    {
        get
        {
            var failed = outcomes.Count(o => !o.Outcome.IsDone);
            return failed == 0 ? "ok" : $"{failed} of {outcomes.Count} failed";
        }
    }

    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer)
    {
        writer.BeginArray();
        foreach (var one in outcomes)
        {
            writer.BeginStruct();
            writer.Member("name"u8, one.Name);
            writer.Member("group"u8, one.Group);
            writer.Member("status"u8, Fault.Of(one.Outcome.Kind).Code);
            writer.Member("description"u8, Describe(one));
            writer.EndStruct();
        }
        writer.EndArray();
    }

    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel)
    {
        var results = new Result[outcomes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var one = outcomes[i];
            results[i] = new(
                Namespec.Format(one.Group, one.Name), Fault.Of(one.Outcome.Kind).Slug,
                one.Outcome.IsDone ? null : one.Outcome.Reason ?? Describe(one));
        }
        return http.WriteJsonAsync(results, ModelJson.Default.IReadOnlyListResult, "application/json");
    }

    private static string Describe(ProcessOutcome one) => one.Outcome.IsDone
        ? "OK"
        : Fault.Of(one.Outcome.Kind).Text(one.Outcome.Detail ?? Namespec.Format(one.Group, one.Name));
}
