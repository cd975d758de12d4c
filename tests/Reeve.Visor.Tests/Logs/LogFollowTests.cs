using System.Text;
using System.Threading.Channels;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public sealed class LogFollowTests : IDisposable
{
    private readonly LogBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Following_begins_with_the_tail_and_goes_on_with_what_is_written()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        await feed.Write("0123456789").DrainAsync();

        using var follower = new Follower(log, tail: 4);
        await follower.Sees("6789");
        feed.Write("ab");
        await follower.Sees("ab");
        feed.Write("cd");
        await follower.Sees("cd");
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_waited_for()
    {
        var log = _bench.OpenFile("log");
        using var follower = new Follower(log, tail: 1000);

        using var feed = LogBench.Feed(log);
        feed.Write("hello");

        await follower.Sees("hello");
    }

    [Fact]
    public async Task Many_followers_get_every_byte_over_many_rotations()
    {
        const int lines = 20_000;
        var log = _bench.OpenFile("log", 1000, 200);
        var followers = Enumerable.Range(0, 10).Select(_ => new Follower(log, tail: 0)).ToArray();
        using var feed = LogBench.Feed(log);

        await Shell.RunAsync($"seq 1 {lines} > {feed.ShellPath}");

        var expected = string.Concat(Enumerable.Range(1, lines).Select(i => $"{i}\n"));
        foreach (var follower in followers)
        {
            await follower.Sees(expected);
            follower.Dispose();
        }
        Assert.True(File.Exists(_bench.In("log.100")));
    }

    [Fact]
    public async Task A_follower_that_falls_behind_gets_the_files_in_between()
    {
        var log = _bench.OpenFile("log", 10, 100);
        using var feed = LogBench.Feed(log);
        await using var follower = log.Reader!.FollowAsync(0, Cancel).GetAsyncEnumerator(Cancel);
        var first = follower.MoveNextAsync(); // Waits at the end of the first file.
        await feed.Write("0123456789abcdefghijABCDEFGHIJklm").DrainAsync();

        var seen = new StringBuilder();
        for (var more = await first; more; more = await follower.MoveNextAsync())
        {
            seen.Append(Encoding.ASCII.GetString(follower.Current.Span));
            if (seen.Length == 33)
                break;
        }

        Assert.Equal("0123456789abcdefghijABCDEFGHIJklm", seen.ToString());
    }

    [Fact]
    public async Task A_follower_that_nobody_reads_holds_nobody_up()
    {
        var log = _bench.OpenFile("log", 1000, 1);
        await using var follower = log.Reader!.FollowAsync(0, Cancel).GetAsyncEnumerator(Cancel);
        using var feed = LogBench.Feed(log);
        var first = follower.MoveNextAsync();
        await feed.Write("x").DrainAsync();
        Assert.True(await first);

        await Shell.RunAsync($"seq 1 100000 > {feed.ShellPath}");
        await feed.DrainAsync();

        // What is gone is gone: it goes on with the oldest file that is left, or with the rest of the one it holds.
        var seen = new StringBuilder();
        while (!seen.ToString().EndsWith("\n100000\n", StringComparison.Ordinal) && await follower.MoveNextAsync())
            seen.Append(Encoding.ASCII.GetString(follower.Current.Span));
        Assert.InRange(seen.Length, 1000, 3000);
    }

    [Fact]
    public async Task Renaming_and_reopening_shows_the_old_rest_and_then_the_new_beginning()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        await feed.Write("one ").DrainAsync();
        using var follower = new Follower(log, tail: 100);
        await follower.Sees("one ");

        File.Move(_bench.In("log"), _bench.In("moved"));
        await feed.Write("two ").DrainAsync();
        log.Reopen();
        await feed.Write("three").DrainAsync();

        await follower.Sees("two three");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Emptying_in_place_starts_at_the_new_beginning(bool byRotation)
    {
        var log = _bench.OpenFile("log", byRotation ? 10 : 0, 0);
        using var feed = LogBench.Feed(log);
        await feed.Write("01234").DrainAsync();
        using var follower = new Follower(log, tail: 100);
        await follower.Sees("01234");

        if (byRotation)
        {
            await feed.Write("56789").DrainAsync();
        }
        else
        {
            using var file = File.OpenWrite(_bench.In("log"));
            file.SetLength(0);
        }
        await feed.Write("new").DrainAsync();

        var text = await follower.SeesEnd("new");
        Assert.Contains(text, (string[])["new", "56789new", "5new", "56new", "567new", "5678new"]);
    }

    [Fact]
    public async Task Emptying_in_place_again_and_again_shows_nothing_twice_and_the_end()
    {
        const int lines = 200_000; // The last one fills a file, which is not emptied before there is more.
        var log = _bench.OpenFile("log", 7 * 1000, 0);
        using var follower = new Follower(log, tail: 0);
        using var feed = LogBench.Feed(log);

        await Shell.RunAsync($"seq -w 1 {lines} > {feed.ShellPath}");

        var text = await follower.SeesEnd($"{lines}\n");
        var seen = text.Split('\n').Where(l => l.Length == 6).Select(int.Parse).ToArray();
        Assert.Equal(seen.Order().Distinct(), seen);
    }

    [Fact]
    public async Task Clearing_starts_at_the_new_beginning()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        await feed.Write("old").DrainAsync();
        using var follower = new Follower(log, tail: 100);
        await follower.Sees("old");

        await log.ClearAsync();
        await feed.Write("brand new").DrainAsync();

        await follower.Sees("brand new");
    }

    [Fact]
    public async Task A_file_exchanged_while_the_process_was_down_is_followed()
    {
        var log = _bench.OpenFile("log");
        using (var first = LogBench.Feed(log))
        {
            await first.Write("old").DrainAsync();
            using var follower = new Follower(log, tail: 100);
            await follower.Sees("old");
            log.Reopen();
            File.Move(_bench.In("log"), _bench.In("moved"));
            log.Reopen();
            await first.Write("new").DrainAsync();
            await follower.Sees("new");
        }
    }

    [Fact]
    public async Task A_file_emptied_while_the_process_was_down_starts_at_the_new_beginning()
    {
        var log = _bench.OpenFile("log");
        using (var first = LogBench.Feed(log))
            await first.Write("0123456789").DrainAsync();
        using var follower = new Follower(log, tail: 100);
        await follower.Sees("0123456789");
        await _bench.Engine.RunAsync(log.File!.Release); // As at the end of the process.

        File.WriteAllText(_bench.In("log"), "");
        using var second = LogBench.Feed(log, pid: 2);
        await second.Write("new").DrainAsync();

        await follower.Sees("new");
    }

    [Fact]
    public async Task What_fills_a_file_that_is_emptied_in_place_is_seen()
    {
        var log = _bench.OpenFile("log", 10, 0);
        using var feed = LogBench.Feed(log);
        using var follower = new Follower(log, tail: 100);

        await feed.Write("0123456789").DrainAsync();
        await follower.Sees("0123456789");
        await feed.Write("abcdefghij").DrainAsync();
        await follower.Sees("abcdefghij");

        Assert.Equal("abcdefghij", _bench.Text("log"));
    }

    [Fact]
    public async Task Closing_the_log_ends_the_following_after_the_last_byte()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        using var follower = new Follower(log, tail: 0);
        feed.Write("last words");

        log.Close();

        await follower.Sees("last words");
        await follower.Ends();
    }

    [Fact]
    public async Task Cancelling_ends_the_following()
    {
        var log = _bench.OpenFile("log");
        using var cancel = new CancellationTokenSource();
        var next = log.Reader!.FollowAsync(0, cancel.Token).GetAsyncEnumerator(cancel.Token).MoveNextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>Follows, and lets a test wait for what it expects.</summary>
    private sealed class Follower : IDisposable
    {
        private readonly CancellationTokenSource _cancel =
            CancellationTokenSource.CreateLinkedTokenSource(LogFollowTests.Cancel);
        private readonly Channel<string> _chunks = Channel.CreateUnbounded<string>();

        public Follower(OutputLog log, long tail) => _ = RunAsync(log, tail);

        public async Task Sees(string text)
        {
            var seen = new StringBuilder();
            while (seen.Length < text.Length)
                seen.Append(await _chunks.Reader.ReadAsync(LogFollowTests.Cancel));
            Assert.Equal(text, seen.ToString());
        }

        public async Task<string> SeesEnd(string end)
        {
            var seen = "";
            while (!seen.EndsWith(end, StringComparison.Ordinal))
                seen += await _chunks.Reader.ReadAsync(LogFollowTests.Cancel);
            return seen;
        }

        public async Task Ends() => Assert.False(await _chunks.Reader.WaitToReadAsync(LogFollowTests.Cancel));

        public void Dispose() => _cancel.Cancel();

        private async Task RunAsync(OutputLog log, long tail)
        {
            try
            {
                await foreach (var chunk in log.Reader!.FollowAsync(tail, _cancel.Token))
                    _chunks.Writer.TryWrite(Encoding.ASCII.GetString(chunk.Span));
                _chunks.Writer.Complete();
            }
            catch (Exception e)
            {
                _chunks.Writer.Complete(e);
            }
        }
    }
}
