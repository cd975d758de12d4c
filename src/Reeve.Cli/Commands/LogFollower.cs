using Reeve.Client;

namespace Reeve.Cli.Commands;

/// <summary>Follows one log, over restarts of the daemon: it connects again and goes on where it was.</summary>
internal sealed class LogFollower(Invocation run, LogSource source, LinePrinter printer)
{
    // The daemon cannot announce its return to one who has no connection, so it is asked, less and less often.
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // What was put out last, to find the place again in a log that has grown meanwhile.
    const int Remembered = 256;
    const int Searched = 1024 * 1024;

    readonly byte[] _last = new byte[Remembered];
    int _lastLength;
    bool _fromStart;
    bool _begun;

    /// <summary>Runs until cancelled, or until the daemon says that this log is not to be had.</summary>
    public async Task<int> RunAsync(long lines, long? bytes, CancellationToken cancel)
    {
        var lost = false;
        var pause = FirstPause;
        while (true)
        {
            try
            {
                if (!lost)
                {
                    await BeginAsync(lines, bytes, cancel).ConfigureAwait(false);
                }
                else
                {
                    var missed = await FindMissedAsync(cancel).ConfigureAwait(false);
                    run.Report("connected-again", $"{source.Label}: connected again"
                        + (missed is null ? "; what came in between is not to be found in the log." : "."));
                    lost = false;
                    pause = FirstPause;
                    await FollowAsync(missed ?? 0, skipFirstLine: false, cancel).ConfigureAwait(false);
                }
            }
            catch (ReeveApiException e) when (TailCommand.IsOfOneLog(e))
            {
                run.Report(e.Problem.Code, $"{source.Label}: {e.Message}");
                return ExitCode.Failed;
            }
            // The first connection must come about; only a lost one is worth waiting for.
            catch (Exception e) when (_begun && (e is ReeveUnreachableException or ReeveProtocolException
                || e is ReeveApiException { Problem.Code: "shutting-down" }))
            {
            }
            if (!lost)
            {
                lost = true;
                printer.End();
                run.Report("connection", $"{source.Label}: the connection is lost; waiting for the daemon. Ctrl-C leaves.");
            }
            await Task.Delay(pause, cancel).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    async Task BeginAsync(long lines, long? bytes, CancellationToken cancel)
    {
        int length;
        if (bytes is { } count)
        {
            length = (await source.ReadTail(count, cancel).ConfigureAwait(false)).Length;
            _fromStart = length < count;
        }
        else
        {
            (var text, _fromStart) = await source.ReadLinesAsync(lines, cancel).ConfigureAwait(false);
            length = text.Length;
        }
        _begun = true;
        // Counted in a first answer, asked for in a second: the log may have grown in between. All of a short log is
        // had by asking for more than it can have become. Of a long one the byte before the first line is asked for
        // too: normally a line's end, else the rest of a line that is left out rather than shown torn.
        if (_fromStart)
            await FollowAsync(length + Searched, skipFirstLine: false, cancel).ConfigureAwait(false);
        else if (bytes is not null || lines == 0)
            await FollowAsync(length, skipFirstLine: false, cancel).ConfigureAwait(false);
        else
            await FollowAsync(length + 1, skipFirstLine: true, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// How many bytes the log has grown by since the last ones put out; null: they are not in it any more.
    /// </summary>
    async Task<long?> FindMissedAsync(CancellationToken cancel)
    {
        var text = await source.ReadTail(Searched, cancel).ConfigureAwait(false);
        if (_lastLength == 0)
            return _fromStart ? text.Length : 0;
        var at = text.AsSpan().LastIndexOf(_last.AsSpan(0, _lastLength));
        return at < 0 ? null : text.Length - at - _lastLength;
    }

    async Task FollowAsync(long tail, bool skipFirstLine, CancellationToken cancel)
    {
        await foreach (var piece in source.Follow(tail, cancel).ConfigureAwait(false))
        {
            var text = piece;
            if (skipFirstLine)
            {
                var end = text.Span.IndexOf((byte)'\n');
                if (end < 0)
                    continue;
                text = text[(end + 1)..];
                skipFirstLine = false;
            }
            printer.Write(text.Span);
            Remember(text.Span);
            run.Out.Flush();
        }
    }

    void Remember(ReadOnlySpan<byte> text)
    {
        if (text.Length >= Remembered)
        {
            text[^Remembered..].CopyTo(_last);
            _lastLength = Remembered;
            return;
        }
        var kept = Math.Min(_lastLength, Remembered - text.Length);
        _last.AsSpan(_lastLength - kept, kept).CopyTo(_last);
        text.CopyTo(_last.AsSpan(kept));
        _lastLength = kept + text.Length;
    }
}
