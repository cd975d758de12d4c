using System.Text.Json;
using Reeve.Client.Model;

namespace Reeve.Cli.Tests;

public class PsTests
{
    readonly Shell _shell = new();

    [Fact]
    public async Task The_table_is_aligned_and_says_what_runs_and_why_the_rest_does_not()
    {
        await using var daemon = new FakeDaemon(
            FakeDaemon.Process("api"), FakeDaemon.Process("web:one", "STOPPED"), FakeDaemon.Process("web:second", "FATAL"));

        var ended = await _shell.RunAsync(daemon, "ps");

        Assert.Equal("""
            NAME        STATE    PID   UPTIME  DETAIL
            api         RUNNING  4711  1h01m   /bin/api --serve
            web:one     STOPPED  -     -       Not started
            web:second  FATAL    -     -       no such file

            """, ended.Output);
        Assert.Equal(("", 0), (ended.Error, ended.Code));
    }

    [Fact]
    public async Task What_is_down_says_how_it_ended_and_what_failed_since_says_why()
    {
        var ended = DateTimeOffset.UtcNow.AddMinutes(-90);
        await using var daemon = new FakeDaemon(
            FakeDaemon.Process("done", "EXITED") with
            {
                StartedAt = ended.AddHours(-1),
                StoppedAt = ended,
                ExitStatus = -1,
                SpawnError = "Bad exit code -1",
                LastExit = "terminated by SIGSEGV",
            },
            FakeDaemon.Process("early", "FATAL") with
            {
                StartedAt = ended.AddSeconds(-1),
                StoppedAt = ended,
                SpawnError = "Exited too quickly",
                LastExit = "exit status 3",
            },
            FakeDaemon.Process("gone", "FATAL") with
            {
                StartedAt = ended.AddSeconds(1),
                StoppedAt = ended,
                SpawnError = "no such file",
                LastExit = "exit status 0",
            });

        Assert.Equal("""
            NAME   STATE   PID  UPTIME  DETAIL
            done   EXITED  -    -       terminated by SIGSEGV, 1h30m ago
            early  FATAL   -    -       exit status 3: Exited too quickly
            gone   FATAL   -    -       no such file

            """, (await _shell.RunAsync(daemon, "ps")).Output);
    }

    [Theory]
    [InlineData(0, "api")]
    [InlineData(0, "api:api")]
    [InlineData(3, "web:one")]
    [InlineData(3, "web:*")]
    [InlineData(3, "web:")]
    [InlineData(3, "all")]
    [InlineData(0, "a*")]
    [InlineData(0, "web:tw?")]
    [InlineData(3, "*one")]
    public async Task With_names_the_exit_code_says_whether_all_of_them_run(int code, string pattern)
    {
        await using var daemon = new FakeDaemon(
            FakeDaemon.Process("api"), FakeDaemon.Process("web:one", "EXITED"), FakeDaemon.Process("web:two"));

        Assert.Equal(code, (await _shell.RunAsync(daemon, "ps", pattern)).Code);
    }

    [Theory]
    [InlineData("apo", "no process matches 'apo'. Did you mean 'api'?")]
    [InlineData("one", "no process matches 'one'. Did you mean 'web:one'?")]
    [InlineData("web", "no process is called 'web', but a group is: write 'web:*' for all of it.")]
    [InlineData("wbe:*", "no process matches 'wbe:*'. Did you mean 'web:*'?")]
    [InlineData("zzzzzz", "no process matches 'zzzzzz'. 'reeve ps' lists them.")]
    public async Task A_name_that_matches_nothing_is_told_with_its_nearest(string typed, string text)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"), FakeDaemon.Process("web:one"));

        var ended = await _shell.RunAsync(daemon, "ps", typed);

        Assert.Equal((1, $"reeve: {text}\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Json_is_the_model_itself()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));

        var ended = await _shell.RunAsync(daemon, "ps", "--json");

        Assert.Equal(daemon.Processes, JsonSerializer.Deserialize(ended.Output, ModelJson.Default.IReadOnlyListProcess)!);
    }

    [Fact]
    public async Task Colours_come_on_a_terminal_only_and_go_with_NO_COLOR()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));

        Assert.DoesNotContain("\e[", (await new Shell().RunAsync(daemon, "ps")).Output);
        Assert.Contains("\e[32mRUNNING\e[0m", (await new Shell { Terminal = true }.RunAsync(daemon, "ps")).Output);
        Assert.Contains("\e[32m", (await new Shell().RunAsync(daemon, "ps", "--color=always")).Output);
        Assert.DoesNotContain("\e[", (await new Shell { Terminal = true }.RunAsync(daemon, "ps", "--color", "never")).Output);
        Assert.DoesNotContain("\e[", (await new Shell { Terminal = true, Variables = { ["NO_COLOR"] = "1" } }.RunAsync(daemon, "ps")).Output);
        Assert.DoesNotContain("\e[", (await new Shell { Terminal = true, Variables = { ["TERM"] = "dumb" } }.RunAsync(daemon, "ps")).Output);
    }

    [Fact]
    public async Task On_a_terminal_lines_are_cut_to_its_width()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api") with { Command = new string('x', 200) });
        _shell.Terminal = true;
        _shell.Width = 60;

        var ended = await _shell.RunAsync(daemon, "ps", "--color", "never");

        Assert.All(ended.Output.Split('\n'), line => Assert.True(line.Length <= 60, line));
        Assert.Contains("x…\n", ended.Output);
    }

    [Theory]
    [InlineData(30, "api   RUNNING  4711  1h01m   …")]
    [InlineData(29, "api   RUNNING  4711  1h01m")]
    [InlineData(24, "api   RUNNING  4711  1h…")]
    [InlineData(2, "a…")]
    [InlineData(1, "…")]
    public async Task A_narrow_terminal_cuts_whatever_column_it_ends_in(int width, string row)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        _shell.Terminal = true;
        _shell.Width = width;

        var ended = await _shell.RunAsync(daemon, "ps", "--color", "never");

        Assert.Equal(row, ended.Output.Split('\n')[1]);
        Assert.All(ended.Output.Split('\n'), line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public async Task Wide_characters_take_two_columns()
    {
        await using var daemon = new FakeDaemon(
            FakeDaemon.Process("日本") with { Command = "日本語" }, FakeDaemon.Process("e\u0301t\u0301e\u0301"));
        _shell.Terminal = true;
        _shell.Width = 35;

        Assert.Equal(
            "NAME  STATE    PID   UPTIME  DETAIL\n"
            + "日本  RUNNING  4711  1h01m   日本語\n"
            + "e\u0301t\u0301e\u0301   RUNNING  4711  1h01m   /bin/…\n",
            (await _shell.RunAsync(daemon, "ps", "--color", "never")).Output);
    }

    [Fact]
    public async Task What_a_program_wrote_cannot_command_the_terminal()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api", "FATAL") with { SpawnError = "\e]0;owned\a\n" });

        var ended = await _shell.RunAsync(daemon, "ps");

        Assert.Contains(@"\x1b]0;owned\x07\n", ended.Output);
        Assert.DoesNotContain('\e', ended.Output);
    }

    [Fact]
    public async Task Several_endpoints_make_one_table_and_a_missing_one_is_named()
    {
        await using var first = new FakeDaemon(FakeDaemon.Process("api"));
        await using var second = new FakeDaemon(FakeDaemon.Process("db"));

        var ended = await _shell.RunAsync("-e", first.SocketPath, "-e", second.SocketPath, "-e", "/nowhere/r.sock", "ps");

        Assert.Contains($"unix://{first.SocketPath}  api", ended.Output);
        Assert.Contains($"unix://{second.SocketPath}  db", ended.Output);
        Assert.Equal("reeve: cannot reach reeve at unix:///nowhere/r.sock: no such file.\n", ended.Error);
        Assert.Equal(4, ended.Code);
    }

    [Fact]
    public async Task Watching_shows_a_change_when_the_daemon_reports_it()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;
        var running = _shell.RunAsync(daemon, "ps", "-w");
        await _shell.Out.WaitForAsync("RUNNING");

        daemon.Processes[0] = FakeDaemon.Process("api", "EXITED");
        await daemon.StreamOf("events").Writer.WriteAsync(
            """{"serial":1,"at":"2026-01-02T03:04:05+00:00","type":"PROCESS_STATE_EXITED","name":"api","body":""}""" + "\n",
            TestContext.Current.CancellationToken);
        await _shell.Out.WaitForAsync("EXITED");
        await ctrlC.CancelAsync();

        Assert.Equal((130, ""), ((await running).Code, (await running).Error));
    }

    [Fact]
    public async Task Ctrl_C_ends_watching_on_a_terminal_and_gives_the_screen_back()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;
        _shell.Terminal = true;

        var running = _shell.RunAsync(daemon, "ps", "-w", "--color", "never");
        await _shell.Out.WaitForAsync("RUNNING");
        await ctrlC.CancelAsync();

        Assert.Equal((130, ""), ((await running).Code, (await running).Error));
        Assert.StartsWith("\e[?1049h\e[?25l\e[H\e[KNAME", (await running).Output);
        Assert.EndsWith("\r\n\e[J\e[?25h\e[?1049l", (await running).Output);
    }

    [Fact]
    public async Task What_fails_while_watching_is_told_and_not_how()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        _shell.Terminal = true;
        var running = _shell.RunAsync(daemon, "ps", "-w", "--color", "never");
        await _shell.Out.WaitForAsync("RUNNING");

        daemon.Rule = asked => asked.Path.EndsWith("/processes") ? Answer.Problem(500, "failed", "it is broken") : null;
        await daemon.StreamOf("events").Writer.WriteAsync(
            """{"serial":1,"at":"2026-01-02T03:04:05+00:00","type":"PROCESS_STATE_EXITED","name":"api","body":""}""" + "\n",
            TestContext.Current.CancellationToken);

        Assert.Equal((1, "reeve: it is broken\n"), ((await running).Code, (await running).Error));
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_watching_quietly()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        _shell.Output = new ClosedPipe();

        var ended = await _shell.RunAsync(daemon, "ps", "-w");

        Assert.Equal((141, ""), (ended.Code, ended.Error));
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(3, 9)]
    public async Task Watching_shows_as_many_rows_as_the_terminal_has_and_counts_the_rest(int height, int processes)
    {
        await using var daemon = new FakeDaemon(
            [.. Enumerable.Range(1, processes).Select(n => FakeDaemon.Process($"p{n}"))]);
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;
        _shell.Terminal = true;
        _shell.Height = height;

        var running = _shell.RunAsync(daemon, "ps", "-w", "--color", "never");
        await _shell.Out.WaitForAsync("p1");
        await ctrlC.CancelAsync();

        var rows = (await running).Output.Split("\e[H")[1].Split("\e[?25h")[0].Split("\r\n");
        Assert.Equal(height, rows.Length);
        var shown = processes + 1 <= height ? processes : height - 2;
        Assert.All(Enumerable.Range(1, shown), n => Assert.StartsWith($"\e[Kp{n} ", rows[n]));
        if (shown < processes)
            Assert.Equal($"\e[K… and {processes - shown} more", rows[^1]);
        else
            Assert.StartsWith($"\e[Kp{processes} ", rows[^1]);
    }

    [Fact]
    public async Task Watching_is_for_one_endpoint()
    {
        var ended = await _shell.RunAsync("-e", "/a", "-e", "/b", "ps", "-w");

        Assert.Equal((2, "reeve: ps -w works on one endpoint, but 2 are named with -e.\nreeve: 'reeve help ps' says more.\n"),
            (ended.Code, ended.Error));
    }
}
