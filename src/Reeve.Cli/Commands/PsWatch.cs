using System.Threading.Channels;
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
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(Invocation run)
    {
        var client = run.Connect(blocking: false, "ps -w");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(run.Interrupted);
        // Of a burst of events only the last needs an answer.
        var changes = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listening = ListenAsync(client, connected, changes.Writer, ending.Token);
        try
        {
            // Subscribed before the first look: what changes in between is seen.
            await Task.WhenAny(connected.Task, listening).ConfigureAwait(false);
            using var screen = run.Json ? null : WatchScreen.TryEnter(run);
            await ShowAsync(run, client, screen, changes.Reader, ending.Token).ConfigureAwait(false);
        }
        finally
        {
            // However this ends, the stream is left by its own reader and by nobody else.
            await ending.CancelAsync().ConfigureAwait(false);
            await listening.ConfigureAwait(false);
        }
        throw new ReeveProtocolException($"the daemon at {client.Endpoint} has ended.");
    }

    /// <summary>Notes every event; at its end, or why it failed, <paramref name="changes"/> is completed.</summary>
    static async Task ListenAsync(
        ReeveClient client, TaskCompletionSource connected, ChannelWriter<bool> changes, CancellationToken cancel)
    {
        try
        {
            await foreach (var _ in client.GetEventsAsync(Types, connected.SetResult, cancel).ConfigureAwait(false))
                changes.TryWrite(true);
            changes.Complete();
        }
        catch (Exception e)
        {
            // Thrown again where changes are waited for.
            changes.Complete(e);
        }
    }

    /// <summary>Shows what is, until the stream of changes ends.</summary>
    static async Task ShowAsync(
        Invocation run, ReeveClient client, WatchScreen? screen, ChannelReader<bool> changes, CancellationToken cancel)
    {
        Task<bool> change;
        do
        {
            changes.TryRead(out _);
            var processes = PsCommand.Choose(run, await client.GetProcessesAsync(null, cancel).ConfigureAwait(false));
            Show(run, screen, processes);
            change = changes.WaitToReadAsync(cancel).AsTask();
            while (screen is not null
                && await Task.WhenAny(change, Task.Delay(Second, cancel)).ConfigureAwait(false) != change)
            {
                cancel.ThrowIfCancellationRequested();
                Show(run, screen, processes);
            }
        }
        while (await change.ConfigureAwait(false));
    }

    static void Show(Invocation run, WatchScreen? screen, IReadOnlyList<Process> processes)
    {
        if (run.Json)
        {
            run.WriteJson(processes, ModelJson.Default.IReadOnlyListProcess);
            run.Out.Flush();
            return;
        }
        var lines = PsCommand.Lines(run, processes, DateTimeOffset.UtcNow).ToList();
        if (screen is not null)
        {
            screen.Draw(lines, processes.Count);
            return;
        }
        foreach (var line in lines.Append(""))
            run.Out.WriteLine(line);
        run.Out.Flush();
    }
}
