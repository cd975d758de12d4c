using System.Net;
using System.Text;
using System.Text.Json;
using Reeve.Core.Configuration;
using Reeve.Core.Processes;

namespace Reeve.Server.Tests.Api;

public sealed class ApiTests
{
    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    [Fact]
    public async Task The_daemon_is_described()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var (status, json) = await daemon.AskAsync("GET", "/api/v1/daemon");

        Assert.Equal(200, status);
        Assert.Equal("supervisor", Text(json, "identifier"));
        Assert.Equal("RUNNING", Text(json, "state"));
        Assert.Equal("/etc/test.conf", Text(json, "configFile"));
        Assert.Equal(daemon.MainLogFile, Text(json, "logFile"));
        Assert.Equal(daemon.Supervisor.Pid, json.GetProperty("pid").GetInt32());
        Assert.Equal(4, json.GetProperty("processes").GetInt32());
        Assert.Equal(1, json.GetProperty("running").GetInt32());
    }

    [Fact]
    public async Task Processes_are_listed_whole_by_group_or_one_by_one()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var (_, all) = await daemon.AskAsync("GET", "/api/v1/processes");
        var (_, two) = await daemon.AskAsync("GET", "/api/v1/processes?group=two");
        var (_, cat) = await daemon.AskAsync("GET", "/api/v1/processes/cat");
        var (_, escaped) = await daemon.AskAsync("GET", "/api/v1/processes/two%3Aa");
        var (_, groups) = await daemon.AskAsync("GET", "/api/v1/groups");

        Assert.Equal(["cat", "off", "two:a", "two:b"], all.EnumerateArray().Select(p => Text(p, "name")));
        Assert.Equal(["two:a", "two:b"], two.EnumerateArray().Select(p => Text(p, "name")));
        Assert.Equal("RUNNING", Text(cat, "state"));
        Assert.Equal("/bin/cat", Text(cat, "command"));
        Assert.True(cat.GetProperty("uptimeSeconds").GetDouble() >= 0);
        Assert.Equal("a", Text(escaped, "process"));
        Assert.Equal(JsonValueKind.Null, escaped.GetProperty("pid").ValueKind);
        Assert.Equal(["cat", "off", "two"], groups.EnumerateArray().Select(g => Text(g, "name")).Order());
    }

    [Fact]
    public async Task A_process_is_started_restarted_signalled_and_stopped()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var (status, started) = await daemon.AskAsync("POST", "/api/v1/processes/off/start");
        Assert.Equal((200, "RUNNING"), (status, Text(started, "state")));
        var (_, restarted) = await daemon.AskAsync("POST", "/api/v1/processes/off:off/restart?wait=true");
        Assert.Equal("RUNNING", Text(restarted, "state"));
        Assert.NotEqual(started.GetProperty("pid").GetInt32(), restarted.GetProperty("pid").GetInt32());
        Assert.Equal(200, (await daemon.AskAsync("POST", "/api/v1/processes/off/signal?signal=WINCH")).Status);
        var (_, stopped) = await daemon.AskAsync("POST", "/api/v1/processes/off/stop?wait");
        Assert.Equal("STOPPED", Text(stopped, "state"));
    }

    [Fact]
    public async Task Many_answer_with_a_result_for_each()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var (status, results) = await daemon.AskAsync("POST", "/api/v1/groups/two/start");

        Assert.Equal(200, status);
        var byName = results.EnumerateArray().ToDictionary(r => Text(r, "name")!);
        Assert.Equal("ok", Text(byName["two:a"], "code"));
        Assert.Equal("no-file", Text(byName["two:b"], "code"));
        Assert.NotNull(Text(byName["two:b"], "detail"));
        var before = daemon.Process("two", "a").Pid;
        var (_, restarted) = await daemon.AskAsync("POST", "/api/v1/groups/two/restart");
        Assert.Equal(2, restarted.GetArrayLength());
        Assert.NotEqual(before, daemon.Process("two", "a").Pid);
        Assert.Equal(2, (await daemon.AskAsync("POST", "/api/v1/signal?signal=WINCH")).Json.GetArrayLength());
        Assert.Equal(2, (await daemon.AskAsync("POST", "/api/v1/stop")).Json.GetArrayLength());
        Assert.Equal(ProcessState.Stopped, daemon.Process("cat", "cat").State);
        Assert.Equal(4, (await daemon.AskAsync("POST", "/api/v1/start")).Json.GetArrayLength());
    }

    [Fact]
    public async Task A_start_that_fails_says_why_and_the_process_how_it_ended()
    {
        await using var daemon = await TestDaemon.StartAsync(c => c with
        {
            Groups = [TestDaemon.Program("early", "/bin/sh -c 'kill -SEGV $$'", o => o with
            {
                AutoStart = false, StartSeconds = TimeSpan.FromMinutes(1), StartRetries = 0,
            })],
        });
        const string Why = "terminated by SIGSEGV";

        var (status, problem) = await daemon.AskAsync("POST", "/api/v1/processes/early/start");
        await daemon.UntilAsync(() => daemon.Process("early", "early").State == ProcessState.Fatal);
        var (_, process) = await daemon.AskAsync("GET", "/api/v1/processes/early");
        var (_, results) = await daemon.AskAsync("POST", "/api/v1/groups/early/start");
        var call = await daemon.CallAsync("supervisor.startProcess", "early");

        Assert.Equal((500, "spawn-error"), (status, Text(problem, "code")));
        Assert.StartsWith(Why, Text(problem, "detail"), StringComparison.Ordinal);
        Assert.StartsWith(Why, Text(process, "lastExit"), StringComparison.Ordinal);
        Assert.StartsWith(Why, Text(results[0], "detail"), StringComparison.Ordinal);
        Assert.Equal("SPAWN_ERROR: early", call.Fault?.Text);
    }

    [Fact]
    public async Task The_logs_of_a_process_that_is_down_are_emptied_but_not_by_XML_RPC()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var log = daemon.Process("cat", "cat").StandardOutputLog!;
        await daemon.AskAsync("POST", "/api/v1/processes/cat/stop");
        await File.WriteAllTextAsync(log, "old", TestDaemon.Cancel);

        Assert.Equal(true, (await daemon.CallAsync("supervisor.clearProcessLogs", "cat")).Value);
        Assert.Equal("old", await File.ReadAllTextAsync(log, TestDaemon.Cancel));
        Assert.Equal(204, (await daemon.AskAsync("DELETE", "/api/v1/processes/cat/log")).Status);

        Assert.Equal("", await File.ReadAllTextAsync(log, TestDaemon.Cancel));
    }

    [Fact]
    public async Task What_is_no_plain_file_is_no_log_and_one_not_made_yet_is_none_either()
    {
        var folder = Directory.CreateTempSubdirectory("reeve-nofile-").FullName;
        var fifo = Path.Combine(folder, "fifo");
        using (var made = System.Diagnostics.Process.Start("mkfifo", fifo))
            await made.WaitForExitAsync(TestDaemon.Cancel);
        GroupOptions Logging(string name, string path) => TestDaemon.Program(name, "/bin/cat", o => o with
        {
            AutoStart = false,
            StandardOutput = new() { Target = OutputTarget.File, Path = path },
        });
        await using (var daemon = await TestDaemon.StartAsync(c => c with
        {
            Groups = [.. c.Groups, Logging("fifo", fifo), Logging("none", Path.Combine(folder, "none"))],
        }))
        {
            foreach (var name in (string[])["fifo", "none"])
            {
                foreach (var query in (string[])["", "?tail=5", "?tail=0", "?offset=0"])
                {
                    var (status, problem) = await daemon.AskAsync("GET", $"/api/v1/processes/{name}/log/stdout{query}");
                    Assert.Equal((404, "no-file"), (status, Text(problem, "code")));
                }
                var fault = (await daemon.CallAsync("supervisor.readProcessStdoutLog", name, 0, 0)).Fault;
                Assert.Equal(new(20, $"NO_FILE: {Path.Combine(folder, name)}"), fault);
                using var stream = await daemon.Http.GetAsync($"/logtail/{name}", TestDaemon.Cancel);
                Assert.Equal(HttpStatusCode.NotFound, stream.StatusCode);
            }
            Assert.Equal(404, (await daemon.AskAsync("GET", "/api/v1/processes/fifo/log/stdout?follow")).Status);
            using var follow = await daemon.Http.GetAsync(
                "/api/v1/processes/none/log/stdout?follow", HttpCompletionOption.ResponseHeadersRead, TestDaemon.Cancel);
            Assert.Equal(HttpStatusCode.OK, follow.StatusCode);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_log_is_read_in_ranges_and_emptied()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using (var follow = new StreamReader(await daemon.Http.GetStreamAsync("/api/v1/processes/cat/log/stdout?follow", TestDaemon.Cancel)))
        {
            Assert.Equal(204, (await daemon.AskAsync("POST", "/api/v1/processes/cat/stdin", new ByteArrayContent("0123456789\n"u8.ToArray()))).Status);
            Assert.Equal("0123456789", await follow.ReadLineAsync(TestDaemon.Cancel));
        }

        const string Log = "/api/v1/processes/cat/log/stdout";
        Assert.Equal("0123456789\n", await daemon.Http.GetStringAsync(Log, TestDaemon.Cancel));
        Assert.Equal("789\n", await daemon.Http.GetStringAsync($"{Log}?tail=4", TestDaemon.Cancel));
        Assert.Equal("", await daemon.Http.GetStringAsync($"{Log}?tail=0", TestDaemon.Cancel));
        Assert.Equal("234", await daemon.Http.GetStringAsync($"{Log}?offset=2&length=3", TestDaemon.Cancel));
        Assert.Equal("89\n", await daemon.Http.GetStringAsync($"{Log}?offset=-3", TestDaemon.Cancel));
        Assert.Equal("", await daemon.Http.GetStringAsync("/api/v1/processes/cat/log/stderr", TestDaemon.Cancel));
        Assert.Equal(204, (await daemon.AskAsync("DELETE", "/api/v1/processes/cat/log")).Status);
        Assert.Equal("", await daemon.Http.GetStringAsync(Log, TestDaemon.Cancel));
        Assert.Contains("spawned: 'cat'", await daemon.Http.GetStringAsync("/api/v1/daemon/log?tail=100000", TestDaemon.Cancel), StringComparison.Ordinal);
        Assert.Equal(204, (await daemon.AskAsync("DELETE", "/api/v1/daemon/log")).Status);
        Assert.DoesNotContain("spawned", await daemon.Http.GetStringAsync("/api/v1/daemon/log", TestDaemon.Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_removes_changes_and_adds_in_one_operation()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var cat = daemon.Configuration.Groups[0];
        var before = daemon.Process("cat", "cat").Pid;
        daemon.Next = new(
            daemon.Configuration with
            {
                Groups =
                [
                    cat with { Processes = [cat.Processes[0] with { Priority = 5 }] },
                    daemon.Configuration.Groups[2], TestDaemon.Program("new", "/bin/cat"),
                ],
            },
            []);

        var (status, only) = await daemon.AskAsync("POST", "/api/v1/config/update?group=new&group=two");
        Assert.Equal(200, status);
        Assert.Equal(["new"], only.GetProperty("added").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(0, only.GetProperty("changed").GetArrayLength());
        Assert.Equal(before, daemon.Process("cat", "cat").Pid);
        var (_, rest) = await daemon.AskAsync("POST", "/api/v1/config/update");

        Assert.Equal(["cat"], rest.GetProperty("changed").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(["off"], rest.GetProperty("removed").EnumerateArray().Select(n => n.GetString()));
        Assert.Null(daemon.Supervisor.FindGroup("off"));
        await daemon.UntilAsync(() => daemon.Process("cat", "cat").State == ProcessState.Running);
        Assert.NotEqual(before, daemon.Process("cat", "cat").Pid);
        Assert.Equal(5, daemon.Process("cat", "cat").Options.Priority);
        var (_, nothing) = await daemon.AskAsync("POST", "/api/v1/config/update");
        Assert.Equal(0, nothing.GetProperty("added").GetArrayLength() + nothing.GetProperty("changed").GetArrayLength());
    }

    [Fact]
    public async Task A_broken_configuration_is_a_conflict_and_shown()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Next = new(null, [new(ProblemSeverity.Error, "/etc/test.conf", 3, "program:x", "cannot read it")]);

        foreach (var path in (string[])["config/reread", "config/update", "daemon/reload"])
        {
            var (status, problem) = await daemon.AskAsync("POST", $"/api/v1/{path}");
            Assert.Equal((409, "cant-reread"), (status, Text(problem, "code")));
        }
        var (_, config) = await daemon.AskAsync("GET", "/api/v1/config");
        Assert.Equal("cannot read it", Text(config.GetProperty("problems")[0], "text"));
        Assert.Equal("error", Text(config.GetProperty("problems")[0], "severity"));
        Assert.Equal(ProcessState.Running, daemon.Process("cat", "cat").State);
    }

    [Fact]
    public async Task Groups_are_removed_when_stopped_and_added_again()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var (status, problem) = await daemon.AskAsync("DELETE", "/api/v1/groups/cat");
        Assert.Equal((409, "still-running"), (status, Text(problem, "code")));
        Assert.Equal(204, (await daemon.AskAsync("DELETE", "/api/v1/groups/cat?stop=true")).Status);
        Assert.Equal(404, (await daemon.AskAsync("GET", "/api/v1/processes/cat")).Status);
        Assert.Equal(204, (await daemon.AskAsync("POST", "/api/v1/groups/cat/add")).Status);
        Assert.Equal(409, (await daemon.AskAsync("POST", "/api/v1/groups/cat/add")).Status);
    }

    [Fact]
    public async Task Events_come_as_lines_of_JSON()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var lines = new StreamReader(await daemon.Http.GetStreamAsync("/api/v1/events?type=PROCESS_STATE", TestDaemon.Cancel));

        await daemon.AskAsync("POST", "/api/v1/processes/off/start");

        var starting = JsonDocument.Parse((await lines.ReadLineAsync(TestDaemon.Cancel))!).RootElement;
        var running = JsonDocument.Parse((await lines.ReadLineAsync(TestDaemon.Cancel))!).RootElement;
        Assert.Equal("PROCESS_STATE_STARTING", Text(starting, "type"));
        Assert.Equal("off", Text(starting, "name"));
        Assert.Equal("processname:off groupname:off from_state:STOPPED tries:0", Text(starting, "body"));
        Assert.Equal("PROCESS_STATE_RUNNING", Text(running, "type"));
        Assert.True(running.GetProperty("serial").GetInt64() > starting.GetProperty("serial").GetInt64());
    }

    [Fact]
    public async Task Streams_end_in_good_order_when_the_server_ends()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var lines = new StreamReader(await daemon.Http.GetStreamAsync("/api/v1/events", TestDaemon.Cancel));
        using var log = new StreamReader(await daemon.Http.GetStreamAsync("/mainlogtail", TestDaemon.Cancel));

        await daemon.Host.StopAsync(TestDaemon.Cancel);

        await lines.ReadToEndAsync(TestDaemon.Cancel);
        await log.ReadToEndAsync(TestDaemon.Cancel);
    }

    [Fact]
    public async Task What_is_being_sent_when_the_server_ends_is_sent_to_its_end()
    {
        await using var daemon = await TestDaemon.StartAsync();
        // More than the buffers between the two hold: the server waits in the middle of a write.
        var written = new byte[16 * 1024 * 1024];
        Array.Fill(written, (byte)'x');
        await File.WriteAllBytesAsync(daemon.Process("cat", "cat").StandardOutputLog!, written, TestDaemon.Cancel);
        using var follow = await daemon.Http.GetStreamAsync($"/api/v1/processes/cat/log/stdout?follow=true&tail={written.Length}", TestDaemon.Cancel);
        using var whole = await daemon.Http.GetStreamAsync("/api/v1/processes/cat/log/stdout?offset=0", TestDaemon.Cancel);

        var stopped = daemon.Host.StopAsync(TestDaemon.Cancel);
        using var followed = new MemoryStream();
        await follow.CopyToAsync(followed, TestDaemon.Cancel);
        using var received = new MemoryStream();
        await whole.CopyToAsync(received, TestDaemon.Cancel);
        await stopped;

        Assert.True(followed.Length is > 0 and <= 16 * 1024 * 1024);
        Assert.Equal(written.Length, received.Length);
    }

    public static TheoryData<string, string, int, string> Refusals => new()
    {
        { "GET", "/api/v1/nothing", 404, "not-found" },
        { "GET", "/nothing", 404, "not-found" },
        { "GET", "/api/v1/processes/", 404, "not-found" },
        { "GET", "/api/v1/processes/x", 404, "bad-name" },
        { "GET", "/api/v1/processes/two", 404, "bad-name" },
        { "GET", "/api/v1/processes/%01%FF", 404, "bad-name" },
        { "GET", "/api/v1/processes/..%2F..%2Fetc%2Fpasswd", 404, "bad-name" },
        { "GET", "/api/v1/processes?group=x", 404, "bad-name" },
        { "GET", "/api/v1/processes?grup=two", 400, "bad-request" },
        { "DELETE", "/api/v1/processes", 405, "bad-request" },
        { "GET", "/api/v1/processes/cat/start", 405, "bad-request" },
        { "PUT", "/api/v1/daemon/shutdown", 405, "bad-request" },
        { "POST", "/api/v1/processes/two:*/start", 404, "bad-name" },
        { "POST", "/api/v1/processes/cat/start", 409, "already-started" },
        { "POST", "/api/v1/processes/off/start?wait=perhaps", 400, "bad-request" },
        { "POST", "/api/v1/processes/off/start?wait=true&wait=true", 400, "bad-request" },
        { "POST", "/api/v1/processes/two:b/start", 404, "no-file" },
        { "POST", "/api/v1/processes/off/stop", 409, "not-running" },
        { "POST", "/api/v1/processes/cat/signal", 400, "bad-request" },
        { "POST", "/api/v1/processes/cat/signal?signal=FOO", 400, "bad-signal" },
        { "POST", "/api/v1/groups/cat/signal?signal=FOO", 400, "bad-signal" },
        { "POST", "/api/v1/processes/off/stdin", 409, "not-running" },
        { "POST", "/api/v1/groups/x/start", 404, "bad-name" },
        { "POST", "/api/v1/config/update?group=x", 404, "bad-name" },
        { "DELETE", "/api/v1/groups/x", 404, "bad-name" },
        { "GET", "/api/v1/processes/cat/log/stdin", 404, "not-found" },
        { "GET", "/api/v1/processes/off/log/stdout", 404, "no-file" },
        { "GET", "/api/v1/processes/cat/log/stdout?tail=-1", 400, "bad-arguments" },
        { "GET", "/api/v1/processes/cat/log/stdout?tail=1e9", 400, "bad-request" },
        { "GET", "/api/v1/processes/cat/log/stdout?tail=99999999999999", 400, "bad-arguments" },
        { "GET", "/api/v1/processes/cat/log/stdout?tail=9999999999999999999999", 400, "bad-request" },
        { "GET", "/api/v1/processes/cat/log/stdout?offset=-1&length=1", 400, "bad-arguments" },
        { "GET", "/api/v1/processes/cat/log/stdout?follow=true&offset=0", 400, "bad-arguments" },
        { "GET", "/api/v1/events?type=NOTHING", 400, "bad-request" },
    };

    [Fact]
    public async Task Every_refusal_says_why_and_changes_nothing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var pid = daemon.Process("cat", "cat").Pid;
        foreach (var row in Refusals)
        {
            var (method, path, status, code) = row.Data;
            using var request = new HttpRequestMessage(new(method), path);
            using var answer = await daemon.Http.SendAsync(request, TestDaemon.Cancel);
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestDaemon.Cancel)).RootElement;
            Assert.Equal((path, status, code), (path, (int)answer.StatusCode, Text(problem, "code")));
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(status, problem.GetProperty("status").GetInt32());
            Assert.False(string.IsNullOrEmpty(Text(problem, "detail")), path);
        }
        Assert.Equal(pid, daemon.Process("cat", "cat").Pid);
        Assert.Equal(ProcessState.Stopped, daemon.Process("off", "off").State);
    }

    [Fact]
    public async Task HEAD_answers_as_GET_without_a_body()
    {
        await using var daemon = await TestDaemon.StartAsync();
        foreach (var path in (string[])["/", "/ok.html", "/api/v1/daemon", "/openapi.json", "/api/v1/events", "/api/v1/processes/cat/log/stdout?follow"])
        {
            using var answer = await daemon.Http.SendAsync(new(HttpMethod.Head, path), TestDaemon.Cancel);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestDaemon.Cancel));
        }
        Assert.Equal("OK", await daemon.Http.GetStringAsync("/ok.html", TestDaemon.Cancel));
        Assert.Contains("/openapi.json", await daemon.Http.GetStringAsync("/", TestDaemon.Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_have_a_length_and_forbid_guessing_their_type()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var answer = await daemon.Http.GetAsync("/api/v1/processes", HttpCompletionOption.ResponseHeadersRead, TestDaemon.Cancel);

        Assert.NotNull(answer.Content.Headers.ContentLength);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Random_requests_never_break_the_server()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var random = new Random(20261121);
        string[] parts = ["api", "v1", "processes", "cat", "groups", "two", "%2", "%00", "..", "*", "log", "stdout", "RPC2", "logtail", "", "?tail=", "&", "=", "%C3%28", "x"];
        for (var round = 0; round < 300; round++)
        {
            var path = new StringBuilder();
            for (var i = random.Next(1, 8); i > 0; i--)
                path.Append('/').Append(parts[random.Next(parts.Length)]);
            var answer = await daemon.RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", until: "\r\n\r\n");
            Assert.Matches("^HTTP/1.1 (200|4\\d\\d) ", answer);
        }
        Assert.DoesNotContain("not foreseen", daemon.MainLogText(), StringComparison.Ordinal);
    }
}
