using System.Text;
using Microsoft.Extensions.Logging;
using Reeve.Core.Configuration;
using Reeve.Linux.Files;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public sealed class MainLogTests : IDisposable
{
    private readonly LogBench _bench = new();

    private MainLogOptions Options => new() { Path = _bench.In("main"), Time = _bench.Clock };

    [Theory]
    [InlineData(LogLevel.Critical, "CRIT")]
    [InlineData(LogLevel.Error, "ERRO")]
    [InlineData(LogLevel.Warning, "WARN")]
    [InlineData(LogLevel.Information, "INFO")]
    [InlineData(LogLevel.Debug, "DEBG")]
    [InlineData(LogLevel.Trace, "TRAC")]
    public void A_line_looks_like_Supervisors(LogLevel level, string name)
    {
        var log = new MainLog(_bench.Engine, Options with { Level = DaemonLogLevel.Blather });

        log.Log(level, default, 12, null, (pid, _) => $"spawned: 'x' with pid {pid}");
        log.Flush();

        Assert.Equal($"2024-02-03 06:05:06,078 {name} spawned: 'x' with pid 12\n", _bench.Text("main"));
    }

    [Fact]
    public void Lines_below_the_level_are_dropped_and_the_level_can_change()
    {
        var log = new MainLog(_bench.Engine, Options);
        log.Write(LogLevel.Debug, "no");
        log.Write(LogLevel.Information, "yes");
        log.Level = DaemonLogLevel.Critical;
        log.Write(LogLevel.Error, "no");
        log.Level = DaemonLogLevel.Debug;
        log.Write(LogLevel.Debug, "yes too");
        log.Write(LogLevel.Trace, "no");
        log.Flush();

        Assert.Equal(["INFO yes", "DEBG yes too"], Lines());
        Assert.False(log.IsEnabled(LogLevel.None));
    }

    [Fact]
    public void Newlines_stay_and_what_commands_a_terminal_is_spelled_out()
    {
        var log = new MainLog(_bench.Engine, Options);
        log.Write(LogLevel.Information, "'x' stdout output:\ntab\tred \e[31m cr \r del \x7f csi \u009b é 🙂");
        log.Flush();

        Assert.EndsWith(
            @"INFO 'x' stdout output:" + "\ntab\tred " + @"\x1b[31m cr \x0d del \x7f csi \x9b é 🙂" + "\n",
            _bench.Text("main"));
    }

    [Fact]
    public void An_exception_is_part_of_the_text()
    {
        var log = new MainLog(_bench.Engine, Options);
        log.Log(LogLevel.Error, default, "it failed", new InvalidOperationException("reason"), (text, _) => text);
        log.Flush();

        Assert.Contains("ERRO it failed\nSystem.InvalidOperationException: reason\n", _bench.Text("main"));
    }

    [Fact]
    public void Rotation_leaves_lines_whole()
    {
        var log = new MainLog(_bench.Engine, Options with { MaxBytes = 100, Backups = 2 });
        for (var i = 0; i < 10; i++)
            log.Write(LogLevel.Information, $"line {i}");
        log.Flush();

        // Each line is 36 bytes: the third fills the file.
        Assert.Equal(["INFO line 9"], Lines());
        Assert.Equal(["INFO line 6", "INFO line 7", "INFO line 8"], Lines("main.1"));
        Assert.Equal(["INFO line 3", "INFO line 4", "INFO line 5"], Lines("main.2"));
        Assert.False(File.Exists(_bench.In("main.3")));
    }

    [Fact]
    public void Lines_of_many_threads_are_whole_and_complete()
    {
        var log = new MainLog(_bench.Engine, Options with { MaxBytes = 0 });
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 1000; i++)
                log.Write(LogLevel.Information, $"thread {thread} line {i}");
        });
        log.Flush();

        var lines = Lines();
        for (var thread = 0; thread < 4; thread++)
        {
            Assert.Equal(
                Enumerable.Range(0, 1000).Select(i => $"INFO thread {thread} line {i}"),
                lines.Where(l => l.StartsWith($"INFO thread {thread} ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_refused_with_the_reason()
    {
        var e = Assert.Throws<IOException>(
            () => new MainLog(_bench.Engine, Options with { Path = "/nonexistent/x.log" }));

        Assert.Equal(
            "cannot open the main log '/nonexistent/x.log': No such file or directory. " +
            "Name a file that can be written (logfile=, -l).", e.Message);
    }

    [Fact]
    public async Task Clearing_and_reopening_begin_a_new_file()
    {
        var log = new MainLog(_bench.Engine, Options);
        log.Write(LogLevel.Information, "one");
        log.Flush();
        Assert.True((await log.ClearAsync()).IsDone);
        log.Write(LogLevel.Information, "two");
        log.Flush();
        Assert.Equal(["INFO two"], Lines());

        File.Move(_bench.In("main"), _bench.In("moved"));
        Assert.Equal(new Outcome(OutcomeKind.NoFile, log.Path), await log.ClearAsync());
        log.Reopen();
        log.Write(LogLevel.Information, "three");
        log.Flush();
        Assert.Equal(["INFO three"], Lines());
        Assert.Equal(_bench.Read("main"), log.Reader!.Read(0, 0).Value);
    }

    [Fact]
    public async Task Without_a_file_there_is_nothing_to_read_or_clear()
    {
        var log = new MainLog(_bench.Engine, new());
        log.Write(LogLevel.Information, "into the void");
        log.Flush();

        Assert.Null(log.Path);
        Assert.Null(log.Reader);
        Assert.Equal(OutcomeKind.NoFile, (await log.ClearAsync()).Kind);
    }

    [Fact]
    public void A_log_that_stalls_drops_the_oldest_lines_and_says_how_many()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        var number = Linux.Descriptors.Descriptor.Number(write);
        var log = new MainLog(_bench.Engine, Options with { Path = $"/dev/fd/{number}" });
        write.Dispose();
        Assert.Null(log.Reader);
        const int count = 30_000; // Some 3 MB, into a pipe of 64 KiB and a queue of 1 MiB.
        var padding = new string('.', 60);
        for (var i = 0; i < count; i++)
            log.Write(LogLevel.Information, $"line {i} {padding}");
        log.Flush(); // Does not wait for the reader.

        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (!text.ToString().Contains($"line {count - 1} ", StringComparison.Ordinal))
            text.Append(Encoding.UTF8.GetString(buffer, 0, Pipe.Read(read, buffer).Bytes));
        read.Dispose();

        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var told = lines.Where(l => l.Contains(" WARN ")).Sum(l => int.Parse(l.Split(' ')[3]));
        Assert.True(told > 0);
        Assert.Equal(count, told + lines.Count(l => l.Contains(" INFO ")));
    }

    [Fact]
    public void A_full_disk_of_the_main_log_holds_nobody_up()
    {
        var log = new MainLog(_bench.Engine, Options with { Path = "/dev/full" });
        log.Write(LogLevel.Information, "lost");
        log.Flush();

        Assert.Contains("No space left on device", Assert.Single(_bench.Troubles));
    }

    [Fact]
    public void The_end_of_the_engine_writes_what_is_queued()
    {
        var log = new MainLog(_bench.Engine, Options);
        for (var i = 0; i < 100; i++)
            log.Write(LogLevel.Information, $"line {i}");
        _bench.Engine.Dispose();
        log.Write(LogLevel.Information, "too late");
        log.Flush();

        Assert.Equal(100, Lines().Count);
    }

    [Fact]
    public async Task Trouble_of_child_logs_can_go_to_the_main_log()
    {
        MainLog? main = null;
        using var bench = new LogBench(o => o with { Trouble = (level, text) => main?.Write(level, text) });
        main = new(bench.Engine, new() { Path = bench.In("main") });
        using var feed = LogBench.Feed(bench.OpenFile("missing/log"));

        await feed.Write("x").DrainAsync();
        main.Flush();

        Assert.Contains(
            $"CRIT cannot write log '{bench.In("missing/log")}': No such file or directory", bench.Text("main"));
    }

    public void Dispose() => _bench.Dispose();

    private List<string> Lines(string name = "main") =>
        [.. _bench.Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[24..])];
}
