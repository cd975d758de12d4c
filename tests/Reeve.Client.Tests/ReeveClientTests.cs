using System.Text;

namespace Reeve.Client.Tests;

public class ReeveClientTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_becomes_its_record(bool blocking)
    {
        await using var server = new ScriptedServer(Samples.Ok(Samples.Daemon));
        using var client = new ReeveClient(server.Endpoint, new() { Blocking = blocking });

        var daemon = await client.GetDaemonAsync(Cancel);

        Assert.Equal((7, 8, "RUNNING", 2), (daemon.Pid, daemon.VisorPid, daemon.State, daemon.Processes));
        Assert.StartsWith("GET /api/v1/daemon HTTP/1.1\r\nHost: localhost\r\n", server.Requests[0]);
    }

    [Fact]
    public async Task A_blocking_call_is_over_when_it_returns()
    {
        await using var server = new ScriptedServer(Samples.Ok(Samples.Daemon));
        using var client = new ReeveClient(server.Endpoint, new() { Blocking = true });

        // On a thread of its own: blocking the test's would keep the server from answering.
        var completed = await Task.Run(() => client.GetDaemonAsync(Cancel).IsCompletedSuccessfully, Cancel);

        Assert.True(completed);
    }

    [Fact]
    public async Task Names_are_one_segment_of_the_path_whatever_they_hold()
    {
        await using var server = new ScriptedServer("HTTP/1.1 204 No Content\r\n\r\n");
        using var client = new ReeveClient(server.Endpoint);

        await client.ClearLogsAsync("a b:c/d?e#ü\r\nX: y", Cancel);

        Assert.StartsWith("DELETE /api/v1/processes/a%20b%3Ac%2Fd%3Fe%23%C3%BC%0D%0AX%3A%20y/log HTTP/1.1\r\n", server.Requests[0]);
    }

    [Fact]
    public async Task Credentials_go_along_as_basic_authentication()
    {
        await using var server = new ScriptedServer(Samples.Ok(Samples.Daemon));
        using var client = new ReeveClient(server.Endpoint with { UserName = "jo", Password = "p:ü" });

        await client.GetDaemonAsync(Cancel);

        var expected = Convert.ToBase64String(Encoding.UTF8.GetBytes("jo:p:ü"));
        Assert.Contains($"\r\nAuthorization: Basic {expected}\r\n", server.Requests[0]);
    }

    [Fact]
    public async Task One_connection_serves_requests_that_follow_each_other()
    {
        await using var server = new ScriptedServer(async (_, socket) =>
        {
            var buffer = new byte[4096];
            do
                await ScriptedServer.SendAsync(socket, Samples.Ok(Samples.Daemon));
            while (await socket.ReceiveAsync(buffer) > 0);
        });
        using var client = new ReeveClient(server.Endpoint);

        await client.GetDaemonAsync(Cancel);
        await client.GetDaemonAsync(Cancel);

        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_was_closed_while_idle_is_replaced(bool blocking)
    {
        await using var server = new ScriptedServer(Samples.Ok(Samples.Daemon));
        using var client = new ReeveClient(server.Endpoint, new() { Blocking = blocking });

        await client.GetDaemonAsync(Cancel);
        await client.GetDaemonAsync(Cancel);

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_problem_of_the_daemon_becomes_an_exception_with_its_code()
    {
        const string Json = """{"type":"urn:reeve:not-running","title":"Not running","status":409,"detail":"web is not running","code":"not-running"}""";
        await using var server = new ScriptedServer(
            $"HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: {Json.Length}\r\n\r\n{Json}");
        using var client = new ReeveClient(server.Endpoint);

        var e = await Assert.ThrowsAsync<ReeveApiException>(() => client.StopAsync("web", true, Cancel));

        Assert.Equal(("not-running", "web is not running"), (e.Problem.Code, e.Message));
    }

    [Theory]
    [InlineData("401 Unauthorized", "unauthorized")]
    [InlineData("403 Forbidden", "forbidden")]
    [InlineData("404 Not Found", "not-found")]
    [InlineData("500 Oops", "failed")]
    public async Task An_error_that_is_no_problem_document_is_told_by_its_status(string status, string code)
    {
        await using var server = new ScriptedServer($"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<hr>");
        using var client = new ReeveClient(server.Endpoint);

        var e = await Assert.ThrowsAsync<ReeveApiException>(() => client.GetDaemonAsync(Cancel));

        Assert.Equal(code, e.Problem.Code);
        Assert.Contains(server.Endpoint.ToString(), e.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_missing_socket_is_named(bool blocking)
    {
        var endpoint = ReeveEndpoint.Unix($"/tmp/reeve-none-{Guid.NewGuid():N}");
        using var client = new ReeveClient(endpoint, new() { Blocking = blocking });

        var e = await Assert.ThrowsAsync<ReeveUnreachableException>(() => client.GetDaemonAsync(Cancel));

        Assert.Equal($"cannot reach reeve at {endpoint}: no such file.", e.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_port_without_a_listener_is_refused(bool blocking)
    {
        // Bound and never listening: nobody else can take the port meanwhile.
        using var taken = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.IPv6Loopback, 0));
        var port = ((System.Net.IPEndPoint)taken.LocalEndPoint!).Port;
        using var client = new ReeveClient(ReeveEndpoint.Parse($"http://[::1]:{port}"), new() { Blocking = blocking });

        var e = await Assert.ThrowsAsync<ReeveUnreachableException>(() => client.GetDaemonAsync(Cancel));

        Assert.Equal($"cannot reach reeve at http://[::1]:{port}: connection refused; nobody listens on that port.", e.Message);
    }

    [Fact]
    public async Task A_socket_whose_daemon_died_says_so()
    {
        var path = $"/tmp/reeve-dead-{Guid.NewGuid():N}";
        using (var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, default))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
            // Bound but not listening, as a file that was left behind.
            using var client = new ReeveClient(ReeveEndpoint.Unix(path));
            var e = await Assert.ThrowsAsync<ReeveUnreachableException>(() => client.GetDaemonAsync(Cancel));
            Assert.Equal($"cannot reach reeve at unix://{path}: the socket is there, but nobody listens on it.", e.Message);
        }
        File.Delete(path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_daemon_that_accepts_and_never_speaks_is_given_up(bool blocking)
    {
        var release = new TaskCompletionSource();
        await using var server = new ScriptedServer((_, _) => release.Task);
        using var client = new ReeveClient(
            server.Endpoint, new() { Blocking = blocking, AnswerTimeout = TimeSpan.FromMilliseconds(50) });

        var e = await Assert.ThrowsAsync<ReeveProtocolException>(() => client.GetDaemonAsync(Cancel));

        release.SetResult();
        Assert.Contains("does not speak", e.Message);
    }

    [Fact]
    public async Task Events_come_one_by_one_however_the_stream_is_cut()
    {
        var text = Samples.Event(1) + "\n" + Samples.Event(2) + Samples.Event(3);
        // One byte a chunk: every cut there can be.
        var chunks = text.Select(c => c.ToString()).Append("").ToArray();
        await using var server = new ScriptedServer(Samples.Chunked(chunks)[..^2] + "\r\n");
        using var client = new ReeveClient(server.Endpoint);

        var serials = new List<long>();
        await foreach (var e in client.GetEventsAsync(["TICK", "PROCESS_STATE"], cancel: Cancel))
            serials.Add(e.Serial);

        Assert.Equal([1L, 2, 3], serials);
        Assert.StartsWith("GET /api/v1/events?type=TICK&type=PROCESS_STATE HTTP/1.1", server.Requests[0]);
    }

    [Fact]
    public async Task Following_ends_when_it_is_cancelled()
    {
        var release = new TaskCompletionSource();
        await using var server = new ScriptedServer(async (_, socket) =>
        {
            await ScriptedServer.SendAsync(socket, Samples.Chunked("first\n"));
            await release.Task;
        });
        using var client = new ReeveClient(server.Endpoint);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var seen = "";
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in client.FollowLogAsync("web", LogStream.Stdout, 100, leave.Token))
            {
                seen += Encoding.UTF8.GetString(piece.Span);
                await leave.CancelAsync();
            }
        });
        release.SetResult();

        Assert.Equal("first\n", seen);
        Assert.StartsWith("GET /api/v1/processes/web/log/stdout?tail=100&follow=true HTTP/1.1", server.Requests[0]);
    }
}
