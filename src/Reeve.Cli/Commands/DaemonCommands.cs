using Reeve.Cli.Output;
using Reeve.Client;

namespace Reeve.Cli.Commands;

/// <summary><c>up</c>, <c>down</c>, <c>reload</c>, <c>version</c>: the daemon as a whole.</summary>
internal static class DaemonCommands
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Options of <c>up</c> that stand for a key of <c>[supervisord]</c> of the same name.</summary>
    public static readonly Option[] Overriding =
    [
        new(null, "logfile", "FILE", "main log", Words.Files),
        new(null, "loglevel", "LEVEL", "least level of the main log", Words.Levels),
        new(null, "pidfile", "FILE", "file for the daemon's pid", Words.Files),
        new(null, "identifier", "NAME", "name of this daemon"),
        new(null, "childlogdir", "DIR", "where automatic logs go", Words.Files),
        new(null, "directory", "DIR", "change to it when detached", Words.Files),
        new(null, "user", "NAME", "become this user"),
        new(null, "umask", "OCTAL", "mask of new files when detached"),
    ];

    public static Task<int> UpAsync(Invocation run)
    {
        if (run.Arguments.Has("login"))
        {
            throw new UsageException("-u logs in to a daemon that runs, and up starts one. "
                + "Which user the daemon is to become goes behind the command: reeve up --user NAME.");
        }
        var values = new Dictionary<string, string>();
        foreach (var option in Overriding)
        {
            if (run.Arguments.Value(option.Long) is { } value)
                values[option.Long] = value;
        }
        run.Out.Flush();
        string? told = null;
        var detach = run.Arguments.Has("detach");
        var code = run.Host.Up(new(run.Arguments.Value("configuration"), detach, new(values))
        {
            Tell = run.Json ? text => told = text : null,
        });
        if (run.Json && code == ExitCode.Done && detach)
            run.Tell(told);
        else if (told is not null)
            run.Report("cannot-start", told);
        return Task.FromResult(code);
    }

    public static async Task<int> DownAsync(Invocation run)
    {
        var wait = !run.Arguments.Has("no-wait");
        var client = run.Connect(blocking: !wait);
        if (!wait)
        {
            await client.ShutdownAsync(default).ConfigureAwait(false);
            run.Tell($"the daemon at {client.Endpoint} shuts down.");
            return ExitCode.Done;
        }
        var cancel = run.Interrupted;
        using var progress = new Progress(
            run.Error, run.Host.ErrorIsTerminal, run.Host.TerminalWidth,
            () => $"waiting for the daemon at {client.Endpoint} to end");
        // Held open from before the request: its end is the daemon's end, so nothing is polled meanwhile.
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = ReadToEndAsync(client, connected, null, cancel);
        await Task.WhenAny(connected.Task, end).ConfigureAwait(false);
        await client.ShutdownAsync(cancel).ConfigureAwait(false);
        await end.ConfigureAwait(false);
        await UntilAsync(async () =>
        {
            try
            {
                await client.GetDaemonAsync(cancel).ConfigureAwait(false);
                return false;
            }
            catch (ReeveUnreachableException)
            {
                return true;
            }
            catch (ReeveException)
            {
                return false;
            }
        }, cancel).ConfigureAwait(false);
        progress.Around(() => run.Tell($"the daemon at {client.Endpoint} is down."));
        return ExitCode.Done;
    }

    public static async Task<int> ReloadAsync(Invocation run)
    {
        var wait = !run.Arguments.Has("no-wait");
        var client = run.Connect(blocking: !wait);
        if (!wait)
        {
            await client.ReloadAsync(default).ConfigureAwait(false);
            run.Tell($"the daemon at {client.Endpoint} restarts.");
            return ExitCode.Done;
        }
        var cancel = run.Interrupted;
        using var progress = new Progress(
            run.Error, run.Host.ErrorIsTerminal, run.Host.TerminalWidth,
            () => $"waiting for the daemon at {client.Endpoint} to restart");
        var before = await client.GetDaemonAsync(cancel).ConfigureAwait(false);
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = ReadToEndAsync(client, connected, "SUPERVISOR_STATE_CHANGE_RUNNING", cancel);
        await Task.WhenAny(connected.Task, end).ConfigureAwait(false);
        await client.ReloadAsync(cancel).ConfigureAwait(false);
        await end.ConfigureAwait(false);
        await UntilAsync(async () =>
        {
            try
            {
                var now = await client.GetDaemonAsync(cancel).ConfigureAwait(false);
                return now.State == "RUNNING" && now.StartedAt != before.StartedAt;
            }
            catch (Exception e) when (e is ReeveUnreachableException or ReeveProtocolException
                or ReeveApiException { Problem.Code: "shutting-down" })
            {
                return false;
            }
        }, cancel).ConfigureAwait(false);
        progress.Around(() => run.Tell($"the daemon at {client.Endpoint} has restarted."));
        return ExitCode.Done;
    }

    public static async Task<int> VersionAsync(Invocation run)
    {
        // The version of this program is known whatever the daemon says; that it says nothing is an error like any other.
        try
        {
            var daemon = await run.Connect().GetDaemonAsync(default).ConfigureAwait(false);
            Write(run, daemon.Version, $" (pid {daemon.Pid})");
            return ExitCode.Done;
        }
        catch (ReeveException)
        {
            Write(run, null, "");
            throw;
        }

        static void Write(Invocation run, string? daemon, string pid)
        {
            if (run.Json)
            {
                run.WriteJson(new(run.Host.Version, daemon), CliJson.Default.VersionReport);
                return;
            }
            run.Out.WriteLine($"client {run.Host.Version}");
            if (daemon is not null)
                run.Out.WriteLine($"daemon {Style.Clean(daemon)}{pid}");
        }
    }

    static async Task ReadToEndAsync(
        ReeveClient client, TaskCompletionSource connected, string? until, CancellationToken cancel)
    {
        try
        {
            var events = client.GetEventsAsync(["SUPERVISOR_STATE_CHANGE"], connected.SetResult, cancel);
            await foreach (var e in events.ConfigureAwait(false))
            {
                if (e.Type == until)
                    return;
            }
        }
        catch (ReeveException)
        {
            // However it ends, it has ended; a daemon that cannot be reached shows in the request that follows.
        }
    }

    /// <summary>
    /// Asks until it is so. By then the connection is gone, so what is left are the milliseconds in which the socket
    /// disappears, or a start.
    /// </summary>
    static async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken cancel)
    {
        for (var pause = FirstPause; !await isSo().ConfigureAwait(false);)
        {
            await Task.Delay(pause, cancel).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
