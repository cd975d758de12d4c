using Reeve.Client;
using Reeve.Client.Model;

namespace Reeve.Cli.Commands;

/// <summary>
/// <c>ps -w</c>: the table, drawn again whenever the daemon reports a change. It asks only then; the seconds in between
/// are counted here.
/// </summary>
internal static class PsWatch
{
    static readonly string[] Types = ["PROCESS_STATE", "PROCESS_GROUP"];

    public static async Task<int> RunAsync(Invocation run)
    {
        var client = run.Connect(blocking: false);
        var cancel = run.Interrupted;
        var events = client.GetEventsAsync(Types, cancel: cancel).GetAsyncEnumerator(cancel);
        await using (events.ConfigureAwait(false))
        {
            // Subscribed before the first look: what changes in between is seen.
            var next = events.MoveNextAsync().AsTask();
            var processes = await LookAsync(run, client, cancel).ConfigureAwait(false);
            Show(run, processes);
            while (true)
            {
                if (run.Host.OutputIsTerminal && !run.Json)
                {
                    var second = Task.Delay(TimeSpan.FromSeconds(1), cancel);
                    if (await Task.WhenAny(next, second).ConfigureAwait(false) == second && !next.IsCompleted)
                    {
                        cancel.ThrowIfCancellationRequested();
                        Show(run, processes);
                        continue;
                    }
                }
                if (!await next.ConfigureAwait(false))
                    break;
                next = events.MoveNextAsync().AsTask();
                // Of a burst of events only the last needs an answer.
                if (next.IsCompletedSuccessfully && next.Result)
                    continue;
                processes = await LookAsync(run, client, cancel).ConfigureAwait(false);
                Show(run, processes);
            }
        }
        throw new ReeveProtocolException($"the daemon at {client.Endpoint} has ended.");
    }

    static async Task<IReadOnlyList<Process>> LookAsync(Invocation run, ReeveClient client, CancellationToken cancel) =>
        PsCommand.Choose(run, await client.GetProcessesAsync(null, cancel).ConfigureAwait(false));

    static void Show(Invocation run, IReadOnlyList<Process> processes)
    {
        if (run.Json)
        {
            run.WriteJson(processes, ModelJson.Default.IReadOnlyListProcess);
        }
        else
        {
            if (run.Host.OutputIsTerminal)
                run.Out.Write("\e[H\e[2J");
            PsCommand.WriteTable(run, processes, DateTimeOffset.UtcNow);
            if (!run.Host.OutputIsTerminal)
                run.Out.WriteLine("");
        }
        run.Out.Flush();
    }
}
