using Reeve.Cli.Output;
using Reeve.Cli.Selection;
using Reeve.Client;
using Reeve.Client.Model;

namespace Reeve.Cli.Commands;

/// <summary><c>events</c>, <c>write</c>, <c>info</c>.</summary>
internal static class SmallCommands
{
    // As much as fits into the daemon's queue for one process, several times over.
    const int InputPiece = 64 * 1024;

    public static async Task<int> EventsAsync(Invocation run)
    {
        var client = run.Connect(blocking: false);
        var types = run.Arguments.Values("type")
            .SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToList();
        try
        {
            await FollowAsync(run, client.GetEventsAsync(types, cancel: run.Interrupted)).ConfigureAwait(false);
        }
        catch (ReeveApiException e) when (e.Problem.Code == "bad-request")
        {
            // The daemon knows which types there are; which of them was meant is guessed here.
            if (types.Find(t => !EventTypes.All.Contains(t)) is not { } unknown)
                throw;
            throw new UsageException($"there is no event type '{unknown}'."
                + (Nearest.To(unknown, EventTypes.All) is { } meant ? $" Did you mean '{meant}'?" : ""));
        }
        throw new ReeveProtocolException($"the daemon at {client.Endpoint} has ended.");
    }

    static async Task FollowAsync(Invocation run, IAsyncEnumerable<Event> events)
    {
        await foreach (var e in events.ConfigureAwait(false))
        {
            if (run.Json)
            {
                run.WriteJson(e, ModelJson.Default.Event);
            }
            else
            {
                var time = run.Style.Faint(e.At.ToString("HH:mm:ss.fff"));
                var type = run.Style.Strong(Style.Clean(e.Type));
                run.Out.WriteLine($"{time} {type} {Style.Clean(e.Body)}".TrimEnd());
            }
            run.Out.Flush();
        }
    }

    public static async Task<int> WriteAsync(Invocation run)
    {
        var client = run.Connect();
        var processes = await client.GetProcessesAsync(null, default).ConfigureAwait(false);
        var chosen = ProcessSelection.Distinct(ProcessSelection.Resolve([run.Names[0]], processes));
        if (chosen is not [var process])
            throw new CommandException($"'{run.Names[0]}' matches {chosen.Count} processes; input goes to one.");
        var piece = new byte[InputPiece];
        // As it comes, not when a piece is full: a person may be typing.
        while (await run.Host.Input.ReadAsync(piece).ConfigureAwait(false) is > 0 and var count)
            await client.WriteInputAsync(process.Name, piece.AsMemory(0, count), default).ConfigureAwait(false);
        run.Tell(null);
        return ExitCode.Done;
    }

    public static async Task<int> InfoAsync(Invocation run)
    {
        var client = run.Connect();
        if (run.Names.Count == 0)
        {
            var daemon = await client.GetDaemonAsync(default).ConfigureAwait(false);
            if (run.Json)
                run.WriteJson(daemon, ModelJson.Default.Daemon);
            else
                WriteDaemon(run, client, daemon);
            return ExitCode.Done;
        }
        var processes = PsCommand.Choose(run, await client.GetProcessesAsync(null, default).ConfigureAwait(false));
        if (run.Json)
        {
            run.WriteJson(processes, ModelJson.Default.IReadOnlyListProcess);
            return ExitCode.Done;
        }
        for (var i = 0; i < processes.Count; i++)
        {
            if (i > 0)
                run.Out.WriteLine("");
            WriteProcess(run, processes[i]);
        }
        return ExitCode.Done;
    }

    static void WriteDaemon(Invocation run, ReeveClient client, Daemon daemon)
    {
        Line(run, "identifier", daemon.Identifier);
        Line(run, "endpoint", client.Endpoint.ToString());
        Line(run, "version", daemon.Version);
        Line(run, "state", daemon.State);
        Line(run, "pid", $"{daemon.Pid} (serving: {daemon.VisorPid})");
        Line(run, "started", Time(daemon.StartedAt));
        Line(run, "config file", daemon.ConfigFile ?? "none");
        Line(run, "log file", daemon.LogFile ?? "none");
        Line(run, "processes", $"{daemon.Processes}, of them {daemon.Running} running");
    }

    static void WriteProcess(Invocation run, Process process)
    {
        Line(run, "name", process.Name);
        Line(run, "group", process.Group);
        Line(run, "state", process.State, text => run.Style.State(process.State, text));
        Line(run, "description", process.Description);
        Line(run, "command", process.Command);
        Line(run, "pid", process.Pid?.ToString());
        Line(run, "started", process.StartedAt is { } started ? Time(started) : "never");
        Line(run, "stopped", process.StoppedAt is { } stopped ? Time(stopped) : "never");
        Line(run, "last exit", process.LastExit ?? (process.StoppedAt is null ? null : $"exit status {process.ExitStatus}"));
        Line(run, "spawn error", process.SpawnError);
        Line(run, "failed starts", process.Attempts.ToString());
        Line(run, "next change", process.NextAt is { } next ? Time(next) : null);
        Line(run, "stdout log", process.StdoutLog ?? "none");
        Line(run, "stderr log", process.StderrLog ?? "none");
        Line(run, "priority", process.Priority.ToString());
        Line(run, "autostart", process.Autostart ? "yes" : "no");
    }

    static void Line(Invocation run, string key, string? value, Func<string, string>? paint = null)
    {
        if (value is not null)
            run.Out.WriteLine($"{run.Style.Faint(key.PadRight(14))}{(paint ?? (t => t))(Style.Clean(value))}");
    }

    static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss zzz");
}
