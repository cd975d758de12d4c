using System.Text.Json;
using Reeve.Client.Model;

namespace Reeve.Cli.Tests;

public class ActionTests
{
    readonly Shell _shell = new();

    [Fact]
    public async Task One_process_is_started_and_its_outcome_told()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api", "STOPPED"));

        var ended = await _shell.RunAsync(daemon, "start", "api");

        Assert.Equal((0, "api: started\n", ""), (ended.Code, ended.Output, ended.Error));
        Assert.Equal("true", daemon.Asked.Last().Query["wait"]);
    }

    [Fact]
    public async Task Several_are_asked_for_side_by_side_and_told_as_they_end()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("slow", "STOPPED", 1), FakeDaemon.Process("fast", "STOPPED", 2));
        using var fastIsTold = new ManualResetEventSlim();
        daemon.Rule = asked =>
        {
            if (asked.Path == "/api/v1/processes/slow/start")
                fastIsTold.Wait(TestContext.Current.CancellationToken);
            return null;
        };

        var running = _shell.RunAsync(daemon, "start", "slow", "fast");
        await _shell.Out.WaitForAsync("fast: started\n");
        fastIsTold.Set();

        Assert.Equal("fast: started\nslow: started\n", (await running).Output);
    }

    [Fact]
    public async Task A_failure_is_told_and_the_others_go_on()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("bad", "STOPPED"), FakeDaemon.Process("good", "STOPPED"));
        daemon.Rule = asked => asked.Path == "/api/v1/processes/bad/start"
            ? Answer.Problem(409, "abnormal-termination", "bad exited with 1 within startsecs")
            : null;

        var ended = await _shell.RunAsync(daemon, "start", "bad", "good");

        Assert.Equal((1, "good: started\n"), (ended.Code, ended.Output));
        Assert.Contains("reeve: cannot start bad: bad exited with 1 within startsecs See 'reeve tail --both bad'.\n", ended.Error);
        Assert.Contains("reeve: 1 of 2 started, 1 failed.\n", ended.Error);
    }

    [Fact]
    public async Task What_was_so_already_is_not_counted_as_done()
    {
        await using var daemon = new FakeDaemon(
            FakeDaemon.Process("up"), FakeDaemon.Process("bad", "STOPPED"), FakeDaemon.Process("good", "STOPPED"));
        daemon.Rule = asked => asked.Path switch
        {
            "/api/v1/processes/bad/start" => Answer.Problem(500, "spawn-error", "no"),
            "/api/v1/processes/up/start" => Answer.Problem(409, "already-started", "it is so"),
            _ => null,
        };

        var ended = await _shell.RunAsync(daemon, "start", "up", "bad", "good");

        Assert.EndsWith("reeve: 1 of 3 started, 1 already running, 1 failed.\n", ended.Error);
    }

    [Fact]
    public async Task The_same_failure_is_told_alike_for_one_and_for_all()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("bad", "FATAL"));
        daemon.Rule = asked => asked.Path switch
        {
            "/api/v1/processes/bad/start" => new(404, """
                {"type":"urn:reeve:no-file","title":"No such file","status":404,"detail":"No such file: can't find command 'x'","code":"no-file"}
                """, "application/problem+json"),
            "/api/v1/start" => new(200, """[{"name":"bad","code":"no-file","detail":"NO_FILE: can't find command 'x'"}]"""),
            _ => null,
        };

        var one = await new Shell().RunAsync(daemon, "start", "bad");
        var all = await new Shell().RunAsync(daemon, "start", "all");

        Assert.Equal("reeve: cannot start bad: can't find command 'x'\n", one.Error);
        Assert.Equal(one, all);
        Assert.Equal(
            await new Shell().RunAsync(daemon, "start", "bad", "--json"), await new Shell().RunAsync(daemon, "start", "all", "--json"));
    }

    [Theory]
    [InlineData("start", "already-started", "api: already running\n")]
    [InlineData("stop", "not-running", "api: not running\n")]
    public async Task What_is_so_already_is_no_failure(string verb, string code, string text)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Rule = asked => asked.Method == "POST" ? Answer.Problem(409, code, "it is so") : null;

        var ended = await _shell.RunAsync(daemon, verb, "api");

        Assert.Equal((0, text, ""), (ended.Code, ended.Output, ended.Error));
    }

    [Fact]
    public async Task A_group_and_everything_are_one_request_each()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("web:a"), FakeDaemon.Process("web:b"), FakeDaemon.Process("db"));

        await new Shell().RunAsync(daemon, "stop", "web:*", "web:a", "db");
        await new Shell().RunAsync(daemon, "restart", "all", "db");

        Assert.Equal(
            ["POST /api/v1/groups/web/stop", "POST /api/v1/processes/db/stop", "POST /api/v1/restart"],
            daemon.Commands.Order());
    }

    [Fact]
    public async Task Of_a_group_each_is_told_when_its_event_comes_and_only_once()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("web:a"), FakeDaemon.Process("web:b"));
        using var firstIsTold = new ManualResetEventSlim();
        daemon.Rule = asked =>
        {
            if (asked.Path == "/api/v1/groups/web/stop")
                firstIsTold.Wait(TestContext.Current.CancellationToken);
            return null;
        };
        var running = _shell.RunAsync(daemon, "stop", "web:*");
        foreach (var name in new[] { "other", "web:a" })
        {
            await daemon.StreamOf("events").Writer.WriteAsync(
                $$"""{"serial":1,"at":"2026-01-02T03:04:05+00:00","type":"PROCESS_STATE_STOPPED","name":"{{name}}","body":""}""" + "\n",
                TestContext.Current.CancellationToken);
        }
        await _shell.Out.WaitForAsync("web:a: stopped\n");
        firstIsTold.Set();

        Assert.Equal("web:a: stopped\nweb:b: stopped\n", (await running).Output);
    }

    [Fact]
    public async Task What_a_request_for_all_leaves_down_is_told()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("up"), FakeDaemon.Process("bad", "FATAL"));
        daemon.Rule = asked => asked.Path == "/api/v1/start" ? new(200, "[]") : null;

        var ended = await _shell.RunAsync(daemon, "start", "all");

        Assert.Equal((1, "", "reeve: cannot start bad: it is FATAL: no such file\n"), (ended.Code, ended.Output, ended.Error));
    }

    [Fact]
    public async Task Json_has_one_result_for_each()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"), FakeDaemon.Process("b"));
        daemon.Rule = asked => asked.Path == "/api/v1/processes/b/stop" ? Answer.Problem(409, "failed", "no") : null;

        var ended = await _shell.RunAsync(daemon, "stop", "a", "b", "--json");

        var results = JsonSerializer.Deserialize(ended.Output, ModelJson.Default.IReadOnlyListResult)!;
        Assert.Equal([new Result("a", "ok", null), new Result("b", "failed", "no")], results.OrderBy(r => r.Name));
        Assert.Equal((1, ""), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task No_wait_asks_and_leaves()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api", "STOPPED"));

        var ended = await _shell.RunAsync(daemon, "start", "--no-wait", "api");

        Assert.Equal("api: start requested\n", ended.Output);
        Assert.Equal("false", daemon.Asked.Last().Query["wait"]);
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("0")]
    public async Task A_signal_goes_by_its_name_or_number(string signal)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));

        var ended = await _shell.RunAsync(daemon, "signal", signal, "api");

        Assert.Equal((0, $"api: sent {signal}\n"), (ended.Code, ended.Output));
        Assert.Equal(signal, daemon.Asked.Last().Query["signal"]);
    }

    [Fact]
    public async Task Ctrl_C_leaves_a_wait()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api", "STOPPED"));
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;
        daemon.Rule = asked =>
        {
            if (asked.Method == "POST")
                ctrlC.Cancel();
            return asked.Method == "POST" ? new(200, "", Stream: daemon.StreamOf("never")) : null;
        };

        Assert.Equal(130, (await _shell.RunAsync(daemon, "start", "api")).Code);
    }

    [Fact]
    public async Task A_long_wait_shows_on_a_terminal_what_it_is_for()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api", "STOPPED"));
        using var shown = new ManualResetEventSlim();
        daemon.Rule = asked =>
        {
            if (asked.Method == "POST")
                shown.Wait(TestContext.Current.CancellationToken);
            return null;
        };
        _shell.Terminal = true;
        var running = _shell.RunAsync(daemon, "start", "api", "--color", "never");
        await _shell.Err.WaitForAsync("\r\e[Kstarting api (");
        shown.Set();

        Assert.Equal("api: started\n", (await running).Output);
        Assert.EndsWith("\r\e[K", (await running).Error);
    }

    [Fact]
    public async Task Input_goes_to_the_process_in_order_and_whole()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("console"));
        _shell.Input = new string('a', 100_000) + "end\n";

        Assert.Equal(0, (await _shell.RunAsync(daemon, "write", "console")).Code);

        Assert.Equal(_shell.Input, string.Concat(daemon.Asked.Where(a => a.Path.EndsWith("/stdin")).Select(a => a.Body)));
    }
}
