using System.Security.Cryptography;
using System.Text;
using Reeve.Core.Processes;
using Reeve.Linux;
using Reeve.Linux.Files;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public sealed class OutputLogTests : IDisposable
{
    private readonly LogBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_of_a_child_is_in_the_file_byte_for_byte()
    {
        var log = _bench.OpenFile("log");
        using (var feed = LogBench.Feed(log))
        {
            await Shell.RunAsync($"seq 1 200000 > {feed.ShellPath}");
            await feed.DrainAsync();
        }

        var expected = string.Concat(Enumerable.Range(1, 200_000).Select(i => $"{i}\n"));
        Assert.Equal(expected, _bench.Text("log"));
        Assert.Empty(_bench.Troubles);
    }

    [Fact]
    public async Task An_explicit_file_is_made_at_the_first_pipe_and_appended_to()
    {
        File.WriteAllText(_bench.In("old"), "before ");
        var log = _bench.OpenFile("new");
        var old = _bench.OpenFile("old");
        Assert.False(File.Exists(_bench.In("new")));

        using var feed = LogBench.Feed(log);
        using var oldFeed = LogBench.Feed(old);
        await feed.DrainAsync();
        await oldFeed.Write("after").DrainAsync();

        Assert.Equal("", _bench.Text("new"));
        Assert.Equal("before after", _bench.Text("old"));
    }

    [Fact]
    public async Task An_AUTO_file_is_there_at_once_for_its_owner_only()
    {
        var log = _bench.Open(new());

        Assert.Matches(@"^web-stdout---supervisor-[a-z0-9_]{8}\.log$", Path.GetFileName(log.Path));
        Assert.Equal(0b110_000_000, LogBench.Mode(log.Path!));

        using var feed = LogBench.Feed(log);
        await feed.Write("hello").DrainAsync();
        Assert.Equal("hello", File.ReadAllText(log.Path!));
    }

    [Fact]
    public async Task An_AUTO_file_is_gone_on_with()
    {
        var first = _bench.Open(new());
        File.WriteAllText(first.Path!, "one ");

        var second = _bench.Open(new(), reuse: first.Path);
        using var feed = LogBench.Feed(second);
        await feed.Write("two").DrainAsync();

        Assert.Equal(first.Path, second.Path);
        Assert.Equal("one two", File.ReadAllText(first.Path!));
    }

    [Fact]
    public async Task An_AUTO_file_is_not_written_through_a_link()
    {
        File.WriteAllText(_bench.In("victim"), "safe");
        File.CreateSymbolicLink(_bench.In("auto.log"), _bench.In("victim"));

        var log = _bench.Open(new(), reuse: _bench.In("auto.log"));
        using var feed = LogBench.Feed(log);
        await feed.Write("evil").DrainAsync();

        Assert.Equal("safe", _bench.Text("victim"));
        Assert.NotEmpty(_bench.Troubles);
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_stream_without_a_file()
    {
        var recorder = new Recorder();
        var log = _bench.Open(new() { Target = OutputTarget.None, EventsEnabled = true }, recorder);
        using var feed = LogBench.Feed(log, pid: 7);

        await feed.Write("hello").DrainAsync();

        Assert.Null(log.Path);
        Assert.Null(log.Reader);
        Assert.Equal((7, "hello"), Assert.Single(recorder.Output));
        Assert.Empty(Directory.GetFileSystemEntries(_bench.Folder));
    }

    [Fact]
    public async Task A_stream_that_nobody_wants_is_read_all_the_same()
    {
        using var feed = LogBench.Feed(_bench.Open(new() { Target = OutputTarget.None }));

        await Shell.RunAsync($"head -c 10000000 /dev/zero > {feed.ShellPath}");

        await feed.DrainAsync();
        Assert.Equal(0, Pipe.Available(feed.End));
    }

    [Fact]
    public async Task Captured_sections_and_escapes_stay_out_of_the_file()
    {
        var recorder = new Recorder();
        var log = _bench.Open(
            new() { Target = OutputTarget.File, Path = _bench.In("log"), CaptureMaxBytes = 1000, EventsEnabled = true },
            recorder, stripAnsi: true);
        using var feed = LogBench.Feed(log, pid: 3);

        const string output = "a\e[31mb<!--XSUPERVISOR:BEGIN-->secret\e[0m!<!--XSUPERVISOR:END-->c";
        foreach (var octet in Encoding.ASCII.GetBytes(output))
            await feed.Write([octet]).DrainAsync();
        // Every drain gave up hope of a token: that is told apart from output that merely pauses.
        Assert.Empty(recorder.Captured);

        await feed.Write("\n" + output).DrainAsync();

        Assert.EndsWith("\nabc", _bench.Text("log"));
        Assert.Equal((3, "secret!"), Assert.Single(recorder.Captured));
        Assert.EndsWith("absecret!c", recorder.AllOutput);
    }

    [Fact]
    public async Task What_looks_like_the_beginning_of_a_token_is_not_lost_at_the_end()
    {
        var log = _bench.Open(
            new() { Target = OutputTarget.File, Path = _bench.In("log"), CaptureMaxBytes = 10 }, stripAnsi: true);
        using (var feed = LogBench.Feed(log))
            feed.Write("done \e<!--XSUPERVISOR:BEGI");

        _bench.Engine.Dispose();

        Assert.Equal("done \e<!--XSUPERVISOR:BEGI", _bench.Text("log"));
    }

    [Fact]
    public async Task Debug_level_observes_without_events()
    {
        var recorder = new Recorder();
        var log = _bench.Open(
            new() { Target = OutputTarget.File, Path = _bench.In("log") }, recorder, observeAll: true);
        using var feed = LogBench.Feed(log);

        await feed.Write("seen").DrainAsync();

        Assert.Equal(("seen", "seen"), (recorder.AllOutput, _bench.Text("log")));
    }

    [Fact]
    public async Task An_observer_that_throws_costs_neither_the_process_nor_the_others()
    {
        var log = _bench.Open(new() { Target = OutputTarget.None, EventsEnabled = true }, new Thrower());
        using var feed = LogBench.Feed(log);
        using var other = LogBench.Feed(_bench.OpenFile("other"));

        await feed.Write("one").DrainAsync();
        await feed.Write("two").DrainAsync();
        await other.Write("fine").DrainAsync();

        Assert.Equal(0, Pipe.Available(feed.End));
        Assert.Equal("fine", _bench.Text("other"));
        Assert.Contains("cannot log stdout of 'web'", Assert.Single(_bench.Troubles));
    }

    [Fact]
    public async Task An_earlier_pipe_is_read_until_its_end()
    {
        var log = _bench.OpenFile("log");
        using var orphan = LogBench.Feed(log, pid: 1);
        using var current = LogBench.Feed(log, pid: 2);

        await orphan.Write("from the orphan, ").DrainAsync();
        await current.Write("from its successor").DrainAsync();

        Assert.Equal("from the orphan, from its successor", _bench.Text("log"));
    }

    [Fact]
    public async Task Of_five_earlier_pipes_the_oldest_is_closed_with_nothing_lost()
    {
        var log = _bench.OpenFile("log");
        var feeds = Enumerable.Range(0, 5).Select(pid => LogBench.Feed(log, pid)).ToArray();
        feeds[0].Write("last words");

        using var sixth = LogBench.Feed(log, pid: 5);
        await sixth.DrainAsync();

        Assert.Equal("last words", _bench.Text("log"));
        // A process that another test starts has copies of all descriptors until its exec.
        Assert.True(SpinWait.SpinUntil(() => Pipe.Write(feeds[0].End, "x"u8).Errno == Errno.EPIPE, TimeSpan.FromSeconds(30)));
        Assert.Equal(0, Pipe.Write(feeds[1].End, "x"u8).Errno);
        foreach (var feed in feeds)
            feed.Dispose();
    }

    [Fact]
    public async Task Closing_a_log_keeps_what_was_written_and_the_file()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        feed.Write("the end");

        log.Close();
        await feed.DrainAsync();

        Assert.Equal("the end", _bench.Text("log"));
        Assert.Equal(Errno.EPIPE, Pipe.Write(feed.End, "x"u8).Errno);
    }

    [Fact]
    public void Ending_the_engine_moves_what_the_pipes_hold()
    {
        var feeds = Enumerable.Range(0, 20)
            .Select(i => LogBench.Feed(_bench.OpenFile($"log{i}")).Write($"rest {i}")).ToArray();

        _bench.Engine.Dispose();

        for (var i = 0; i < feeds.Length; i++)
        {
            Assert.Equal($"rest {i}", _bench.Text($"log{i}"));
            feeds[i].Dispose();
        }
    }

    [Fact]
    public async Task After_the_end_of_the_engine_nothing_hangs()
    {
        var log = _bench.OpenFile("log");
        var feed = LogBench.Feed(log);
        _bench.Engine.Dispose();
        _bench.Engine.Dispose();

        await feed.DrainAsync();
        using var late = LogBench.Feed(log);
        Assert.Equal(Errno.EPIPE, Pipe.Write(late.End, "x"u8).Errno);
        await Assert.ThrowsAsync<ObjectDisposedException>(log.ClearAsync);
        feed.Dispose();
    }

    [Fact]
    public async Task A_stopped_process_holds_no_descriptor()
    {
        var log = _bench.OpenFile("log");
        var feed = LogBench.Feed(log);
        await feed.Write("x").DrainAsync();
        Assert.True(IsOpen(_bench.In("log")));

        feed.Dispose();
        await foreach (var _ in Until(() => !IsOpen(_bench.In("log"))))
            await feed.DrainAsync();
    }

    [Fact]
    public async Task Clearing_begins_the_file_anew()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        await feed.Write("old").DrainAsync();

        await log.ClearAsync();
        Assert.Equal("", _bench.Text("log"));

        await feed.Write("new").DrainAsync();
        Assert.Equal("new", _bench.Text("log"));
    }

    [Fact]
    public async Task Clearing_where_the_folder_is_gone_fails_and_the_process_goes_on()
    {
        Directory.CreateDirectory(_bench.In("folder"));
        var log = _bench.OpenFile("folder/log");
        using var feed = LogBench.Feed(log);
        await feed.DrainAsync();
        Directory.Delete(_bench.In("folder"), recursive: true);

        await Assert.ThrowsAnyAsync<IOException>(log.ClearAsync);

        await feed.Write("still taken").DrainAsync();
        Assert.Equal(0, Pipe.Available(feed.End));
    }

    [Fact]
    public async Task Clearing_a_device_leaves_the_device()
    {
        var log = _bench.Open(new() { Target = OutputTarget.File, Path = "/dev/null" });
        using var feed = LogBench.Feed(log);
        await feed.DrainAsync();

        await log.ClearAsync();

        Assert.True(File.Exists("/dev/null"));
        Assert.Null(log.Reader);
    }

    [Fact]
    public async Task Reopening_leaves_a_renamed_file_behind()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        await feed.Write("one").DrainAsync();
        File.Move(_bench.In("log"), _bench.In("moved"));
        await feed.Write(" two").DrainAsync();

        log.Reopen();
        await feed.Write("three").DrainAsync();

        Assert.Equal(("one two", "three"), (_bench.Text("moved"), _bench.Text("log")));
    }

    [Fact]
    public async Task A_file_emptied_by_others_is_gone_on_with_from_its_new_end()
    {
        var log = _bench.OpenFile("log");
        using var feed = LogBench.Feed(log);
        await feed.Write("copied and truncated").DrainAsync();
        using (var file = File.OpenWrite(_bench.In("log")))
            file.SetLength(0);

        await feed.Write("new").DrainAsync();

        Assert.Equal("new", _bench.Text("log"));
    }

    [Fact]
    public async Task Two_streams_of_one_file_do_not_write_over_each_other()
    {
        var (one, two) = (_bench.OpenFile("log", 100, 1), _bench.OpenFile("log", 100, 1));
        using var feed = LogBench.Feed(one);
        using var other = LogBench.Feed(two);

        for (var i = 0; i < 17; i++)
        {
            await feed.Write($"out {i:00000}\n").DrainAsync();
            await other.Write($"err {i:00000}\n").DrainAsync();
        }

        Assert.Equal(100, _bench.Read("log.1").Length);
        Assert.Equal(
            Enumerable.Range(10, 7).SelectMany(i => (string[])[$"out {i:00000}", $"err {i:00000}"]),
            (_bench.Text("log.1") + _bench.Text("log")).Split('\n', StringSplitOptions.RemoveEmptyEntries));

        one.Close();
        await other.Write("goes on").DrainAsync();
        Assert.EndsWith("goes on", _bench.Text("log"));
    }

    [Fact]
    public async Task A_log_that_cannot_be_opened_costs_its_output_only()
    {
        var log = _bench.OpenFile("missing/log");
        using var feed = LogBench.Feed(log);

        await Shell.RunAsync($"head -c 1000000 /dev/zero > {feed.ShellPath}");
        await feed.DrainAsync();
        Assert.Contains("No such file or directory", Assert.Single(_bench.Troubles));

        Directory.CreateDirectory(_bench.In("missing"));
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await feed.Write("back").DrainAsync();

        Assert.Equal("back", _bench.Text("missing/log"));
        Assert.Contains("is written again; 1000000 bytes were lost", _bench.Troubles.Last());
    }

    [Fact]
    public async Task A_thousand_children_are_logged_at_once()
    {
        const int count = 1000, size = 5000;
        var feeds = Enumerable.Range(0, count)
            .Select(i => LogBench.Feed(_bench.OpenFile($"log{i}", 2000, 5), i)).ToArray();
        var content = feeds.Select((_, i) => Encoding.ASCII.GetBytes(new string((char)('a' + i % 26), size))).ToArray();

        Parallel.For(0, count, new() { CancellationToken = Cancel }, i =>
        {
            for (var at = 0; at < size; at += 1000)
                feeds[i].Write(content[i].AsSpan(at, 1000));
        });

        for (var i = 0; i < count; i++)
        {
            await feeds[i].DrainAsync();
            feeds[i].Dispose();
            byte[] logged = [.. _bench.Read($"log{i}.2"), .. _bench.Read($"log{i}.1"), .. _bench.Read($"log{i}")];
            Assert.Equal(content[i], logged);
        }
        Assert.Empty(_bench.Troubles);
    }

    [Fact]
    public async Task A_child_killed_in_the_middle_of_writing_loses_nothing_it_had_written()
    {
        var log = _bench.OpenFile("log", 1_000_000, 500);
        using var feed = LogBench.Feed(log);
        using var child = Shell.Start($"exec seq 1 100000000 > {feed.ShellPath}");
        await foreach (var _ in log.Reader!.FollowAsync(0, Cancel))
        {
            if (File.Exists(_bench.In("log.3")))
                break;
        }

        child.Kill();
        await child.WaitForExitAsync(Cancel);
        await feed.DrainAsync();

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long total = 0;
        foreach (var file in _bench.Backups("log").Append(_bench.In("log")))
        {
            var data = File.ReadAllBytes(file);
            Assert.True(file.EndsWith("log", StringComparison.Ordinal) || data.Length == 1_000_000);
            hash.AppendData(data);
            total += data.Length;
        }
        await Shell.RunAsync($"seq 1 100000000 | head -c {total} > {_bench.In("expected")}");
        await using var expected = File.OpenRead(_bench.In("expected"));
        Assert.Equal(await SHA256.HashDataAsync(expected, Cancel), hash.GetHashAndReset());
    }

    public void Dispose() => _bench.Dispose();

    private static bool IsOpen(string path) => Directory.GetFileSystemEntries("/proc/self/fd")
        .Any(fd => new FileInfo(fd).LinkTarget == path);

    // Turns as often as the engine is asked, until a fact is there; the test's own time limit ends it.
    private static async IAsyncEnumerable<int> Until(Func<bool> fact)
    {
        for (var turn = 0; !fact(); turn++)
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return turn;
        }
    }

    private sealed class Thrower : IOutputObserver
    {
        public void OnOutput(OutputLog log, int pid, ReadOnlySpan<byte> data) => throw new ArithmeticException();

        public void OnCaptured(OutputLog log, int pid, ReadOnlySpan<byte> data) => throw new ArithmeticException();
    }
}
