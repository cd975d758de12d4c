using Reeve.Cli.Output;
using Reeve.Cli.Selection;
using Reeve.Client;
using Reeve.Client.Model;

namespace Reeve.Cli.Commands;

/// <summary>
/// <c>start</c>, <c>stop</c>, <c>restart</c>, <c>signal</c>, <c>clear</c>: one thing done to several processes at once.
/// Each outcome is told as it comes.
/// </summary>
internal sealed class ActionCommand : IDisposable
{
    // Names are asked for side by side; the daemon has other clients too.
    const int MostAtOnce = 32;

    readonly Invocation _run;
    readonly ActionVerb _verb;
    readonly Lock _gate = new();
    readonly List<Result> _results = [];
    readonly HashSet<string> _told = [];
    readonly HashSet<string> _pending = [];
    readonly Progress _progress;

    ActionCommand(Invocation run, ActionVerb verb)
    {
        (_run, _verb) = (run, verb);
        var isLong = verb.SettledBy is not null;
        _progress = new(run.Error, run.Host.ErrorIsTerminal && isLong, run.Host.TerminalWidth, Waiting);
    }

    public static async Task<int> RunAsync(Invocation run, ActionVerb verb, IReadOnlyList<string> names)
    {
        using var command = new ActionCommand(run, verb);
        return await command.RunAsync(names).ConfigureAwait(false);
    }

    public void Dispose() => _progress.Dispose();

    async Task<int> RunAsync(IReadOnlyList<string> names)
    {
        // One simple request without anybody watching needs neither threads nor a timer.
        var client = _run.Connect(blocking: names.Count == 1 && _verb.SettledBy is null);
        var processes = await client.GetProcessesAsync(null, default).ConfigureAwait(false);
        var selection = ProcessSelection.Resolve(names, processes);
        foreach (var process in ProcessSelection.Distinct(selection))
            _pending.Add(process.Name);
        if (_pending.Count == 0)
            throw new CommandException($"there is nothing to {_verb.Name}: this daemon has no processes.");

        var cancel = _verb.SettledBy is null ? default : _run.Interrupted;
        await CarryOutAsync(client, selection, cancel).ConfigureAwait(false);
        if (_verb.SettledBy == "PROCESS_STATE_RUNNING" && _pending.Count > 0)
            TellOfTheRest(await client.GetProcessesAsync(null, cancel).ConfigureAwait(false));
        _progress.Dispose();
        return Finish();
    }

    async Task CarryOutAsync(ReeveClient client, IReadOnlyList<Selected> selection, CancellationToken cancel)
    {
        if (_verb.Many is { } many)
        {
            // Of a whole group, or of everything, the daemon knows the order best.
            if (selection.Any(s => s.IsAll))
            {
                await ManyAsync(client, () => many(client, null, cancel), cancel).ConfigureAwait(false);
                return;
            }
            var groups = selection.Where(s => s.Group is not null).ToList();
            var grouped = groups.SelectMany(s => s.Processes).Select(p => p.Name).ToHashSet();
            var single = ProcessSelection.Distinct(selection).Where(p => !grouped.Contains(p.Name)).ToList();
            await Task.WhenAll(groups.Select(s => s.Group!).Distinct()
                .Select(g => ManyAsync(client, () => many(client, g, cancel), cancel))
                .Append(EachAsync(client, single, cancel))).ConfigureAwait(false);
            return;
        }
        await EachAsync(client, ProcessSelection.Distinct(selection), cancel).ConfigureAwait(false);
    }

    async Task EachAsync(ReeveClient client, IReadOnlyList<Process> processes, CancellationToken cancel)
    {
        if (processes is [var only])
        {
            await OneAsync(client, only.Name, cancel).ConfigureAwait(false);
            return;
        }
        using var places = new SemaphoreSlim(MostAtOnce);
        var ordered = processes.OrderBy(p => _verb.Name == "stop" ? -p.Priority : p.Priority);
        await Task.WhenAll(ordered.Select(async process =>
        {
            await places.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                await OneAsync(client, process.Name, cancel).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        })).ConfigureAwait(false);
    }

    async Task OneAsync(ReeveClient client, string name, CancellationToken cancel)
    {
        try
        {
            await _verb.One(client, name, cancel).ConfigureAwait(false);
            Tell(new(name, "ok", null));
        }
        catch (ReeveApiException e) when (e.Problem.Code is not ("unauthorized" or "forbidden" or "shutting-down"))
        {
            Tell(new(name, e.Problem.Code, Reason(e.Message, e.Problem.Title)));
        }
    }

    static string? Reason(string? detail, string kind) =>
        detail is not null && detail.StartsWith(kind + ": ", StringComparison.Ordinal) ? detail[(kind.Length + 2)..] : detail;

    async Task ManyAsync(ReeveClient client, Func<Task<IReadOnlyList<Result>>> ask, CancellationToken cancel)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = _verb.SettledBy is null ? Task.CompletedTask : WatchAsync(client, watching.Token);
        try
        {
            // Where one is asked for, the kind of a failure stands before its reason as a title, here as a fault's name.
            foreach (var result in await ask().ConfigureAwait(false))
                Tell(result with { Detail = Reason(result.Detail, result.Code.Replace('-', '_').ToUpperInvariant()) });
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(false);
        }
    }

    /// <summary>The answer for many comes when the last is done; the event stream tells of the others before.</summary>
    async Task WatchAsync(ReeveClient client, CancellationToken cancel)
    {
        try
        {
            await foreach (var e in client.GetEventsAsync([_verb.SettledBy!], cancel: cancel).ConfigureAwait(false))
            {
                if (e.Name is { } name && e.Type == _verb.SettledBy)
                    Tell(new(name, "ok", null), heard: true);
            }
        }
        catch (Exception e) when (e is ReeveException or OperationCanceledException)
        {
            // Only the early word is lost; the answer itself tells all.
        }
    }

    void Tell(Result result, bool heard = false)
    {
        lock (_gate)
        {
            // What was only heard of may be of a process that nobody asked for.
            if (heard && !_pending.Contains(result.Name))
                return;
            _pending.Remove(result.Name);
            if (!_told.Add(result.Name))
                return;
            _results.Add(result);
        }
        if (!_run.Json)
            _progress.Around(() => Print(result));
    }

    /// <summary>
    /// A request for many is silent of what it left alone: right for what is up, not for what keeps failing.
    /// </summary>
    void TellOfTheRest(IReadOnlyList<Process> processes)
    {
        foreach (var process in processes)
        {
            if (process.State is "RUNNING" or "STARTING")
                continue;
            var reason = PsCommand.StartFailure(process) ?? process.Description;
            Tell(new(process.Name, "failed", $"it is {process.State}: {reason}"), heard: true);
        }
    }

    void Print(Result result)
    {
        var name = Style.Clean(result.Name);
        if (result.Code == "ok")
        {
            _run.Out.WriteLine($"{name}: {_run.Style.Good(_verb.Done)}");
            _run.Out.Flush();
        }
        else if (result.Code == _verb.Fulfilled)
        {
            _run.Out.WriteLine($"{name}: {_run.Style.Faint(_verb.Already)}");
            _run.Out.Flush();
        }
        else
        {
            var detail = Style.Clean(result.Detail ?? result.Code);
            var advice = result.Code is "abnormal-termination" ? $" See 'reeve tail --both {name}'." : "";
            _run.Note(_run.ErrorStyle.Alarm($"cannot {_verb.Name} {name}: ") + detail + advice);
        }
    }

    int Finish()
    {
        var failed = _results.Count(r => r.Code != "ok" && r.Code != _verb.Fulfilled);
        if (_run.Json)
        {
            _run.WriteJson(_results, ModelJson.Default.IReadOnlyListResult);
        }
        else
        {
            var done = _results.Count(r => r.Code == "ok");
            var already = _results.Count - failed - done;
            if (_results.Count == 0)
                _run.Out.WriteLine($"nothing to {_verb.Name}.");
            else if (_results.Count > 1 && failed > 0)
            {
                var before = already > 0 ? $"{already} {_verb.Already}, " : "";
                _run.Note($"{done} of {_results.Count} {_verb.Done}, {before}{failed} failed.");
            }
        }
        return failed > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    string Waiting()
    {
        lock (_gate)
        {
            var names = string.Join(", ", _pending.Take(5));
            return $"{_verb.Doing} {names}{(_pending.Count > 5 ? $" and {_pending.Count - 5} more" : "")}";
        }
    }
}
