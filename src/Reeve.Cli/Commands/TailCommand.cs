using Reeve.Cli.Output;
using Reeve.Cli.Selection;
using Reeve.Cli.Shell;
using Reeve.Client;

namespace Reeve.Cli.Commands;

/// <summary><c>tail</c> and <c>log</c>: the end of one log or of several, and what is appended to them.</summary>
internal static class TailCommand
{
    const long MostBytes = 1L << 40;
    const long DefaultLines = 10;

    public static async Task<int> RunAsync(Invocation run)
    {
        var follow = run.Arguments.Has("follow");
        var client = run.Connect(blocking: !follow);
        var processes = await client.GetProcessesAsync(null, default).ConfigureAwait(false);
        var chosen = ProcessSelection.Distinct(ProcessSelection.Resolve(run.Names, processes));
        var both = run.Arguments.Has("both");
        if (both && run.Arguments.Has("stderr"))
            throw new UsageException("--both and --stderr exclude each other: --both shows stderr too.");
        LogStream[] streams = both ? [LogStream.Stdout, LogStream.Stderr]
            : run.Arguments.Has("stderr") ? [LogStream.Stderr]
            : [LogStream.Stdout];
        var sources = new List<LogSource>();
        foreach (var process in chosen)
        {
            // Without a file of its own (redirect_stderr, NONE) the second stream of --both has nothing to show.
            foreach (var stream in streams)
            {
                if (!both || stream == LogStream.Stdout || process.StderrLog is not null)
                    sources.Add(LogSource.OfProcess(client, process.Name, stream, both));
            }
        }
        return await ShowAsync(run, sources, follow).ConfigureAwait(false);
    }

    public static async Task<int> RunMainLogAsync(Invocation run)
    {
        if (run.Arguments.Has("clear"))
        {
            await run.Connect().ClearMainLogAsync(default).ConfigureAwait(false);
            run.Tell("main log cleared");
            return ExitCode.Done;
        }
        var follow = run.Arguments.Has("follow");
        return await ShowAsync(run, [LogSource.OfDaemon(run.Connect(blocking: !follow))], follow).ConfigureAwait(false);
    }

    static async Task<int> ShowAsync(Invocation run, List<LogSource> sources, bool follow)
    {
        var bytes = run.Arguments.Number("bytes", MostBytes);
        var lines = run.Arguments.Number("lines", MostBytes) ?? DefaultLines;
        if (bytes is not null && run.Arguments.Has("lines"))
            throw new UsageException("--lines and --bytes exclude each other.");
        var width = sources.Count > 1 ? sources.Max(s => TextWidth.Of(Style.Clean(s.Label))) : 0;
        var printers = sources.Select((s, i) => new LinePrinter(run, s, i, width)).ToList();
        if (follow)
        {
            return await FollowAsync(run, sources, printers, lines, bytes).ConfigureAwait(false);
        }
        var code = ExitCode.Done;
        for (var i = 0; i < sources.Count; i++)
        {
            try
            {
                var text = bytes is { } count
                    ? await sources[i].ReadTail(count, default).ConfigureAwait(false)
                    : (await sources[i].ReadLinesAsync(lines, default).ConfigureAwait(false)).Text;
                printers[i].Write(text.Span);
                printers[i].End();
            }
            catch (ReeveApiException e) when (IsOfOneLog(e))
            {
                run.Report(e.Problem.Code, $"{sources[i].Label}: {e.Message}");
                code = ExitCode.Failed;
            }
        }
        return code;
    }

    static async Task<int> FollowAsync(
        Invocation run, List<LogSource> sources, List<LinePrinter> printers, long lines, long? bytes)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(run.Interrupted);
        var following = sources
            .Select((s, i) => new LogFollower(run, s, printers[i]).RunAsync(lines, bytes, ending.Token)).ToList();
        var code = ExitCode.Done;
        try
        {
            // The first that fails ends all: the reader of the output may have gone, and quiet logs would never notice.
            for (var left = new List<Task<int>>(following); left.Count > 0;)
            {
                var done = await Task.WhenAny(left).ConfigureAwait(false);
                left.Remove(done);
                code = Math.Max(code, await done.ConfigureAwait(false));
            }
            return code;
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(following)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether an error concerns this log only, so that the others are still shown.</summary>
    internal static bool IsOfOneLog(ReeveApiException e) =>
        e.Problem.Code is "no-file" or "bad-name" or "failed" or "not-found";
}
