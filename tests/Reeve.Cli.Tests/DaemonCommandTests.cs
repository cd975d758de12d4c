using System.Net.Sockets;
using System.Text.Json;
using Reeve.Client.Model;

namespace Reeve.Cli.Tests;

public class DaemonCommandTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly Shell _shell = new();

    [Fact]
    public async Task Up_hands_the_request_over()
    {
        UpRequest? request = null;
        _shell.Up = r =>
        {
            request = r;
            return 7;
        };

        var ended = await _shell.RunAsync("up", "-d", "-c", "/etc/s.conf", "--loglevel=debug", "--identifier", "me");

        Assert.Equal((7, "/etc/s.conf", true), (ended.Code, request!.ConfigFile, request.Detach));
        Assert.Equal(
            new Dictionary<string, string> { ["loglevel"] = "debug", ["identifier"] = "me" }, request.Overrides.Values);
    }

    [Theory]
    [InlineData("up", "-u", "jo")]
    [InlineData("--user", "jo", "up")]
    public async Task Up_logs_in_nowhere(params string[] line)
    {
        _shell.Up = _ => throw new InvalidOperationException("it was started");

        var ended = await _shell.RunAsync(line);

        Assert.Equal((2, "reeve: -u logs in to a daemon that runs, and up starts one. Which user the daemon is to become goes "
            + "behind the command: reeve up --user NAME.\nreeve: 'reeve help up' says more.\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Up_becomes_the_user_that_is_named_behind_it()
    {
        UpRequest? request = null;
        _shell.Up = r =>
        {
            request = r;
            return 0;
        };

        await _shell.RunAsync("up", "--user", "jo");

        Assert.Equal(new Dictionary<string, string> { ["user"] = "jo" }, request!.Overrides.Values);
    }

    [Fact]
    public async Task Down_returns_when_the_daemon_is_gone()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        daemon.Rule = a =>
        {
            if (a.Path.EndsWith("/shutdown"))
                asked.SetResult();
            return null;
        };

        var running = _shell.RunAsync(daemon, "down");
        await asked.Task.WaitAsync(Cancel);
        Assert.False(running.IsCompleted);
        await daemon.DieAsync();

        Assert.Equal((0, $"the daemon at unix://{daemon.SocketPath} is down.\n", ""),
            ((await running).Code, (await running).Output, (await running).Error));
        Assert.Equal("/api/v1/events", daemon.Asked.First().Path);
    }

    [Fact]
    public async Task Down_without_a_daemon_says_so()
    {
        var ended = await _shell.RunAsync("-e", "/nowhere/r.sock", "down");

        Assert.Equal(4, ended.Code);
        Assert.Equal("reeve: cannot reach reeve at unix:///nowhere/r.sock: no such file. "
            + "Start it with 'reeve up', or name another endpoint with -e.\n", ended.Error);
    }

    [Fact]
    public async Task Reload_returns_when_the_daemon_runs_anew()
    {
        await using var daemon = new FakeDaemon();
        var restarted = false;
        daemon.Rule = asked =>
        {
            if (asked.Path.EndsWith("/reload"))
            {
                restarted = true;
                daemon.StreamOf("events").Writer.TryWrite(
                    """{"serial":1,"at":"2026-01-02T03:04:05+00:00","type":"SUPERVISOR_STATE_CHANGE_RUNNING","name":null,"body":""}""" + "\n");
            }
            return asked.Method == "GET" && asked.Path.EndsWith("/daemon")
                ? new(200, $$"""{"identifier":"s","version":"1","pid":1,"visorPid":2,"state":"RUNNING","startedAt":"2026-01-02T03:04:0{{(restarted ? 9 : 1)}}Z","configFile":null,"logFile":null,"processes":0,"running":0}""")
                : null;
        };

        var ended = await _shell.RunAsync(daemon, "reload");

        Assert.Equal((0, $"the daemon at unix://{daemon.SocketPath} has restarted.\n"), (ended.Code, ended.Output));
    }

    [Fact]
    public async Task Reload_asks_on_while_the_old_daemon_still_answers_that_it_ends()
    {
        await using var daemon = new FakeDaemon();
        var ending = 0;
        var restarted = false;
        daemon.Rule = asked =>
        {
            if (asked.Path.EndsWith("/reload"))
            {
                restarted = true;
                daemon.StreamOf("events").Writer.Complete();
            }
            if (asked.Method != "GET" || !asked.Path.EndsWith("/daemon"))
                return null;
            return restarted && ending++ < 2
                ? Answer.Problem(503, "shutting-down", "ask again when it is back")
                : new(200, $$"""{"identifier":"s","version":"1","pid":1,"visorPid":2,"state":"RUNNING","startedAt":"2026-01-02T03:04:0{{(restarted ? 9 : 1)}}Z","configFile":null,"logFile":null,"processes":0,"running":0}""");
        };

        var ended = await _shell.RunAsync(daemon, "reload");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal(3, ending);
    }

    [Fact]
    public async Task A_broken_file_keeps_the_daemon_from_reloading()
    {
        await using var daemon = new FakeDaemon();
        daemon.Rule = asked => asked.Path.EndsWith("/reload") ? Answer.Problem(409, "cant-reread", "s.conf:1: bad") : null;

        var ended = await _shell.RunAsync(daemon, "reload", "--no-wait");

        Assert.Equal((1, "reeve: s.conf:1: bad\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Version_tells_of_both_sides_and_of_a_daemon_that_is_not_there()
    {
        await using var daemon = new FakeDaemon();

        Assert.Equal("client 9.8.7\ndaemon 0.1.0 (pid 7)\n", (await new Shell().RunAsync(daemon, "version")).Output);
        Assert.Equal("""{"client":"9.8.7","daemon":"0.1.0"}""" + "\n", (await new Shell().RunAsync(daemon, "version", "--json")).Output);
        var alone = await new Shell().RunAsync("-e", "/nowhere/r.sock", "version");
        Assert.Equal((4, "client 9.8.7\n"), (alone.Code, alone.Output));
        Assert.StartsWith("reeve: cannot reach reeve at unix:///nowhere/r.sock: no such file.", alone.Error);
        alone = await new Shell().RunAsync("-e", "/nowhere/r.sock", "version", "--json");
        Assert.Equal((4, """{"client":"9.8.7","daemon":null}""" + "\n"), (alone.Code, alone.Output));
        Assert.Equal("unreachable", CodeOf(alone.Error));
        daemon.Rule = _ => Answer.Problem(401, "unauthorized", "who are you");
        alone = await new Shell().RunAsync(daemon, "version");
        Assert.Equal((5, "client 9.8.7\n"), (alone.Code, alone.Output));
        Assert.StartsWith("reeve: who are you", alone.Error);
    }

    /// <summary>The code of a text that is one problem document and nothing else.</summary>
    static string CodeOf(string text) => JsonSerializer.Deserialize(text, ModelJson.Default.Problem)!.Code;

    [Fact]
    public async Task With_json_what_is_done_is_an_object()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("console"));
        var endpoint = $"unix://{daemon.SocketPath}";

        Assert.Equal("""{"command":"write","code":"ok","detail":null}""" + "\n",
            (await new Shell { Input = "x" }.RunAsync(daemon, "write", "console", "--json")).Output);
        Assert.Equal("""{"command":"log","code":"ok","detail":"main log cleared"}""" + "\n",
            (await new Shell().RunAsync(daemon, "log", "--clear", "--json")).Output);
        Assert.Equal($$"""{"command":"reload","code":"ok","detail":"the daemon at {{endpoint}} restarts."}""" + "\n",
            (await new Shell().RunAsync(daemon, "reload", "--no-wait", "--json")).Output);
        Assert.Equal($$"""{"command":"down","code":"ok","detail":"the daemon at {{endpoint}} shuts down."}""" + "\n",
            (await new Shell().RunAsync(daemon, "down", "--no-wait", "--json")).Output);
        Assert.Equal("""{"command":"up","code":"ok","detail":null}""" + "\n",
            (await new Shell().RunAsync("up", "-d", "--json")).Output);
        Assert.Equal("""{"client":"9.8.7"}""" + "\n", (await new Shell().RunAsync("-V", "--json")).Output);
    }

    [Fact]
    public async Task With_json_a_start_that_fails_is_a_problem_document()
    {
        _shell.Up = request =>
        {
            request.Tell!("the port is in use\nand more");
            return 2;
        };

        var ended = await _shell.RunAsync("up", "-d", "--json");

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Equal(new("urn:reeve:cannot-start", "cannot-start", 0, "the port is in use\nand more", "cannot-start"),
            JsonSerializer.Deserialize(ended.Error, ModelJson.Default.Problem));
    }

    [Fact]
    public async Task Without_json_a_start_speaks_for_itself()
    {
        _shell.Up = request => request.Tell is null ? 0 : 1;

        Assert.Equal(new Ended(0, "", ""), await _shell.RunAsync("up", "-d"));
    }

    [Fact]
    public async Task With_json_no_command_at_all_is_a_problem_document()
    {
        var ended = await _shell.RunAsync("--json");

        Assert.Equal((2, ""), (ended.Code, ended.Output));
        Assert.Equal("usage", CodeOf(ended.Error));
    }

    [Fact]
    public async Task With_json_output_that_cannot_be_written_is_a_problem_document()
    {
        await using var daemon = new FakeDaemon();
        _shell.Output = new FullDisk();

        var ended = await _shell.RunAsync(daemon, "info", "--json");

        Assert.Equal((1, "output"), (ended.Code, CodeOf(ended.Error)));
    }

    sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device", 28);
    }

    [Fact]
    public async Task Info_tells_what_is_known()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));

        Assert.Contains("config file   /etc/s.conf\n", (await new Shell().RunAsync(daemon, "info")).Output);
        Assert.Contains("command       /bin/api --serve\n", (await new Shell().RunAsync(daemon, "info", "api")).Output);
    }

    [Theory]
    [InlineData("unauthorized", 5)]
    [InlineData("forbidden", 5)]
    [InlineData("failed", 1)]
    public async Task A_refusal_has_its_own_exit_code(string code, int expected)
    {
        await using var daemon = new FakeDaemon();
        daemon.Rule = _ => Answer.Problem(400, code, "not you");

        var ended = await _shell.RunAsync(daemon, "ps");

        Assert.Equal(expected, ended.Code);
        Assert.StartsWith("reeve: not you", ended.Error);
    }

    [Fact]
    public async Task With_json_an_error_is_a_problem_document()
    {
        var ended = await _shell.RunAsync("-e", "/nowhere/r.sock", "ps", "--json");

        Assert.StartsWith("""{"type":"urn:reeve:unreachable",""", ended.Error);
        Assert.Equal("", ended.Output);
    }

    [Theory]
    [InlineData("PROCESS_STAT", " Did you mean 'PROCESS_STATE'?")]
    [InlineData("tick_6", " Did you mean 'TICK_5'?")]
    [InlineData("BOGUS", "")]
    public async Task An_event_type_that_does_not_exist_is_told_with_its_nearest(string typed, string advice)
    {
        await using var daemon = new FakeDaemon();
        daemon.Rule = _ => Answer.Problem(400, "bad-request", "there is no such event type");

        var ended = await _shell.RunAsync(daemon, "events", "-t", "TICK," + typed);

        Assert.Equal((2, $"reeve: there is no event type '{typed}'.{advice}\nreeve: 'reeve help events' says more.\n"),
            (ended.Code, ended.Error));
    }

    [Theory]
    [InlineData(SocketError.AccessDenied, "cannot reach reeve at unix:///r.sock: permission denied. The socket belongs to another "
        + "user: use sudo, or set chmod and chown in [unix_http_server].")]
    [InlineData(SocketError.ConnectionRefused, "cannot reach reeve at unix:///r.sock: the socket is there, but nobody listens on "
        + "it. Start it with 'reeve up', or name another endpoint with -e.")]
    public async Task Advice_fits_the_reason(SocketError error, string text)
    {
        _shell.ConnectUnix = _ => throw new SocketException((int)error);

        var ended = await _shell.RunAsync("-e", "/r.sock", "ps");

        Assert.Equal((4, $"reeve: {text}\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Events_are_lines()
    {
        await using var daemon = new FakeDaemon();
        var events = daemon.StreamOf("events").Writer;
        events.TryWrite("""{"serial":1,"at":"2026-01-02T03:04:05+00:00","type":"TICK_5","name":null,"body":"when:5"}""" + "\n");
        events.Complete();

        var ended = await _shell.RunAsync(daemon, "events", "-t", "TICK");

        Assert.Equal("03:04:05.000 TICK_5 when:5\n", ended.Output);
        Assert.Equal((4, $"reeve: the daemon at unix://{daemon.SocketPath} has ended.\n"), (ended.Code, ended.Error));
        Assert.Equal("TICK", daemon.Asked.First().Query["type"]);
    }
}
