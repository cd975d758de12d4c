using Reeve.Cli.Endpoints;
using Reeve.Cli.Output;
using Reeve.Cli.Selection;
using Reeve.Client;
using Reeve.Client.Model;

namespace Reeve.Cli.Commands;

/// <summary><c>ps</c>: what runs, as a table, as JSON, or kept up to date.</summary>
internal static class PsCommand
{
    public static async Task<int> RunAsync(Invocation run)
    {
        if (run.Arguments.Has("watch"))
            return await PsWatch.RunAsync(run).ConfigureAwait(false);
        var endpoints = EndpointChoice.Resolve(run);
        if (endpoints.Count > 1)
            return await RunManyAsync(run, endpoints).ConfigureAwait(false);
        var client = run.Connect(endpoints[0], blocking: true);
        var processes = Choose(run, await client.GetProcessesAsync(null, default).ConfigureAwait(false));
        if (run.Json)
            run.WriteJson(processes, ModelJson.Default.IReadOnlyListProcess);
        else if (processes.Count == 0)
            run.Note($"the daemon at {client.Endpoint} has no processes.");
        else
            Write(run, Lines(run, processes, DateTimeOffset.UtcNow));
        return Code(run, processes);
    }

    /// <summary>The processes asked for; all, when none was named.</summary>
    public static IReadOnlyList<Process> Choose(Invocation run, IReadOnlyList<Process> processes) =>
        run.Names.Count == 0 ? processes : ProcessSelection.Distinct(ProcessSelection.Resolve(run.Names, processes));

    /// <summary>Lines of the table, cut to the terminal's width.</summary>
    public static IEnumerable<string> Lines(Invocation run, IReadOnlyList<Process> processes, DateTimeOffset now)
    {
        var table = new Table("NAME", "STATE", "PID", "UPTIME", "DETAIL");
        foreach (var process in processes)
            table.Add(Row(run.Style, process, now));
        return table.Lines(run.Style, run.Width);
    }

    static async Task<int> RunManyAsync(Invocation run, IReadOnlyList<ReeveEndpoint> endpoints)
    {
        var answers = await Task.WhenAll(endpoints.Select(e => AskAsync(run, e))).ConfigureAwait(false);
        if (run.Names.Count > 0)
        {
            // A name must exist somewhere, not everywhere.
            var everything = answers.SelectMany(a => a.Processes).ToList();
            var chosen = ProcessSelection.Distinct(ProcessSelection.Resolve(run.Names, everything))
                .Select(p => p.Name).ToHashSet();
            for (var i = 0; i < answers.Length; i++)
            {
                var own = answers[i].Processes.Where(p => chosen.Contains(p.Name)).ToList();
                answers[i] = answers[i] with { Processes = own };
            }
        }
        if (run.Json)
        {
            run.WriteJson(answers, CliJson.Default.IReadOnlyListEndpointProcesses);
        }
        else
        {
            var table = new Table("ENDPOINT", "NAME", "STATE", "PID", "UPTIME", "DETAIL");
            foreach (var answer in answers)
            {
                foreach (var process in answer.Processes)
                    table.Add([answer.Endpoint, .. Row(run.Style, process, DateTimeOffset.UtcNow)]);
            }
            Write(run, table.Lines(run.Style, run.Width));
            foreach (var answer in answers.Where(a => a.Error is not null))
                run.Note(answer.Error!);
        }
        return answers.Any(a => a.Error is not null)
            ? ExitCode.Unreachable
            : Code(run, answers.SelectMany(a => a.Processes));
    }

    static async Task<EndpointProcesses> AskAsync(Invocation run, ReeveEndpoint endpoint)
    {
        try
        {
            var client = run.Connect(endpoint, blocking: false);
            return new(endpoint.ToString(), null, await client.GetProcessesAsync(null, default).ConfigureAwait(false));
        }
        catch (ReeveException e)
        {
            return new(endpoint.ToString(), e.Message, []);
        }
    }

    static void Write(Invocation run, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            run.Out.WriteLine(line);
    }

    static int Code(Invocation run, IEnumerable<Process> processes) =>
        run.Names.Count > 0 && processes.Any(p => p.State != "RUNNING") ? ExitCode.NotRunning : ExitCode.Done;

    static Table.Cell[] Row(Style style, Process process, DateTimeOffset now)
    {
        // From the start time, so that a table drawn again counts on; by the daemon's count if the clocks differ.
        var up = process.UptimeSeconds is not { } seconds ? null
            : process.StartedAt is { } start && now >= start ? Spans.Short(now - start)
            : Spans.Short(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)));
        return
        [
            new(Style.Clean(process.Name), style.Strong),
            new(process.State, text => style.State(process.State, text)),
            process.Pid?.ToString() ?? "-",
            up ?? "-",
            new(Style.Clean(Detail(process, now)), style.Faint),
        ];
    }

    /// <summary>Of what is up, what it runs: its pid and uptime stand in columns. Of what is down, why.</summary>
    static string Detail(Process process, DateTimeOffset now)
    {
        if (process.State is "RUNNING" or "STARTING")
            return process.Command;
        var text = Reason(process, now);
        return process.NextAt is { } next && next > now
            ? $"{text} ({(process.State == "STOPPING" ? "SIGKILL" : "next try")} in {Spans.Short(next - now)})"
            : text;
    }

    static string Reason(Process process, DateTimeOffset now) => process switch
    {
        { State: "EXITED" or "STOPPED", LastExit: { } exit, StoppedAt: { } at } => $"{exit}, {Spans.Short(now - at)} ago",
        _ => StartFailure(process) ?? process.Description,
    };

    /// <summary>Why the last start failed; null: it did not.</summary>
    public static string? StartFailure(Process process) => process switch
    {
        // What ended before the last try says nothing of that try.
        { SpawnError: { } error, LastExit: { } exit } when process.StoppedAt >= process.StartedAt => $"{exit}: {error}",
        _ => process.SpawnError,
    };
}
