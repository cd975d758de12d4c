using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Reeve.Server.Tests.Api;

/// <summary>What Supervisor's own paths answer to what is not a proper request.</summary>
public sealed class HttpTests
{
    private const string Call = "<?xml version='1.0'?><methodCall><methodName>supervisor.getPID</methodName></methodCall>";

    private static string Post(string path, string body, string version = "1.1", string more = "") =>
        $"POST {path} HTTP/{version}\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{more}\r\n{body}";

    [Theory]
    [InlineData("/RPC2")]
    [InlineData("/RPC2/")]
    [InlineData("/RPC2x?y")]
    public async Task A_call_is_answered_with_its_length(string path)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var answer = await daemon.RawAsync(Post(path, Call, more: "Connection: close\r\n"));

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        var (head, body) = (answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)], answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Contains($"\r\nContent-Length: {body.Length}", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/xml\r\n", head, StringComparison.Ordinal);
        Assert.StartsWith("<?xml version='1.0'?>", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_1_0_closes_unless_asked_to_keep_alive()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var closed = await daemon.RawAsync(Post("/RPC2", Call, version: "1.0"));
        var kept = await daemon.RawAsync(Post("/RPC2", Call, "1.0", "Connection: keep-alive\r\n") + Post("/RPC2", Call, "1.0"));

        Assert.Equal(2, closed.Split("HTTP/1.1 200").Length);
        Assert.Equal(3, kept.Split("HTTP/1.1 200").Length);
        Assert.DoesNotContain("chunked", kept, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "411")]
    [InlineData("POST /RPC2 HTTP/1.0\r\n\r\n", "400")]
    [InlineData("GET /RPC2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("PUT /RPC2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "400")]
    [InlineData("POST /logtail/cat HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "400")]
    [InlineData("HEAD /mainlogtail HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET /logtail HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /logtail/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /logtail/two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /logtail/cat/stdin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /logtail/off HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET / HTTP/9.9\r\nHost: x\r\n\r\n", "505")]
    [InlineData("nonsense\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", "400")]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", "400")]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "400")]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", "413")]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400")]
    public async Task A_wrong_request_gets_its_status(string request, string status)
    {
        await using var daemon = await TestDaemon.StartAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", await daemon.RawAsync(request), StringComparison.Ordinal);
        Assert.DoesNotContain("not foreseen", daemon.MainLogText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "unmarshallable")]
    [InlineData("hello", "unmarshallable")]
    [InlineData("<methodCall></methodCall>", "no method name")]
    [InlineData("<methodCall><methodName></methodName></methodCall>", "no method name")]
    [InlineData(
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><methodCall><methodName>&a;</methodName></methodCall>",
        "unmarshallable")]
    [InlineData("<methodCall><methodName>supervisor.shutdown</methodName>", "unmarshallable")]
    public async Task A_body_that_is_no_call_is_a_bad_request_with_the_reason(string body, string kind)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var answer = await daemon.RawAsync(Post("/RPC2", body, more: "Connection: close\r\n"));

        Assert.StartsWith("HTTP/1.1 400 Bad Request", answer, StringComparison.Ordinal);
        Assert.Contains("cannot read XML-RPC: ", answer, StringComparison.Ordinal);
        Assert.Contains(
            $"ERRO XML-RPC request data '{body[..Math.Min(body.Length, 100)]}' is invalid: {kind} (cannot read XML-RPC: ",
            daemon.MainLogText(), StringComparison.Ordinal);
        Assert.Equal(Visor.Processes.DaemonState.Running, daemon.Supervisor.State);
    }

    [Fact]
    public async Task Too_much_is_refused()
    {
        await using var daemon = await TestDaemon.StartAsync(limits: new() { RequestBody = 1000, RequestHeaders = 2000, RequestHeaderCount = 20 });

        Assert.StartsWith("HTTP/1.1 413 ", await daemon.RawAsync(Post("/RPC2", new string('x', 1001))), StringComparison.Ordinal);
        var api = await daemon.RawAsync(Post("/api/v1/processes/cat/stdin", new string('x', 1001)));
        Assert.StartsWith("HTTP/1.1 413 ", api, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/problem+json\r\n", api, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"bad-request\"", api, StringComparison.Ordinal);
        Assert.Contains("\"status\":413", api, StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 413 ",
            await daemon.RawAsync($"POST /RPC2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{new string('x', 1001)}\r\n0\r\n\r\n"),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 431 ", await daemon.RawAsync($"GET / HTTP/1.1\r\nHost: x\r\nA: {new string('x', 2000)}\r\n\r\n"), StringComparison.Ordinal);
        var many = string.Concat(Enumerable.Range(0, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"A{i}: x\r\n")));
        Assert.StartsWith("HTTP/1.1 431 ", await daemon.RawAsync($"GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 414 ", await daemon.RawAsync($"GET /{new string('x', 9000)} HTTP/1.1\r\nHost: x\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slow_headers_end_the_connection()
    {
        await using var daemon = await TestDaemon.StartAsync(limits: new() { RequestHeadersTime = TimeSpan.FromMilliseconds(100) });

        var answer = await daemon.RawAsync("GET / HTTP/1.1\r\nHost: ");

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_on_their_own_socket_only()
    {
        await using var daemon = await TestDaemon.StartAsync(limits: new() { Connections = 2 });
        using var first = new TcpClient();
        using var second = new TcpClient();
        foreach (var client in (TcpClient[])[first, second])
        {
            await client.ConnectAsync("127.0.0.1", daemon.Port, TestDaemon.Cancel);
            await client.GetStream().WriteAsync("GET /ok.html HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestDaemon.Cancel);
            Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[4096], TestDaemon.Cancel));
        }

        using var third = new TcpClient();
        await third.ConnectAsync("127.0.0.1", daemon.Port, TestDaemon.Cancel);
        int read;
        try
        {
            read = await third.GetStream().ReadAsync(new byte[10], TestDaemon.Cancel);
        }
        catch (IOException)
        {
            read = 0;
        }
        Assert.Equal(0, read);
        Assert.Equal("OK", await daemon.Http.GetStringAsync("/ok.html", TestDaemon.Cancel));
    }

    [Fact]
    public async Task The_log_stream_begins_with_the_last_1024_bytes_and_goes_on()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var line = new string('x', 2000);
        using (var written = new StreamReader(await daemon.Http.GetStreamAsync("/logtail/cat", TestDaemon.Cancel)))
        {
            await daemon.CallAsync("supervisor.sendProcessStdin", "cat", line + "\n");
            Assert.Equal(line, await written.ReadLineAsync(TestDaemon.Cancel));
        }

        using var answer = await daemon.Http.GetAsync("/logtail/cat%3Acat/stdout", HttpCompletionOption.ResponseHeadersRead, TestDaemon.Cancel);
        Assert.Equal("text/plain;charset=utf-8", answer.Content.Headers.ContentType?.ToString().Replace(" ", "", StringComparison.Ordinal));
        Assert.NotNull(answer.Content.Headers.LastModified);
        Assert.Equal(["no"], answer.Headers.GetValues("X-Accel-Buffering"));
        using (var other = await daemon.Http.GetStreamAsync("/logtailx/cat", TestDaemon.Cancel)) // Supervisor's dispatch.
            Assert.Equal('x', other.ReadByte());
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(TestDaemon.Cancel));
        Assert.Equal(new string('x', 1023), await stream.ReadLineAsync(TestDaemon.Cancel));
        await daemon.CallAsync("supervisor.sendProcessStdin", "cat", "more\n");
        Assert.Equal("more", await stream.ReadLineAsync(TestDaemon.Cancel));
        using var main = await daemon.Http.GetAsync("/mainlogtail", HttpCompletionOption.ResponseHeadersRead, TestDaemon.Cancel);
        Assert.False(main.Headers.Contains("X-Accel-Buffering"));
        using var mainLines = new StreamReader(await main.Content.ReadAsStreamAsync(TestDaemon.Cancel));
        Assert.NotNull(await mainLines.ReadLineAsync(TestDaemon.Cancel));
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_stops_waiting_only()
    {
        await using var daemon = await TestDaemon.StartAsync(c => c with
        {
            Groups = [TestDaemon.Program("slow", "/bin/sleep 60", o => o with { AutoStart = false, StartSeconds = TimeSpan.FromMinutes(1) })],
        });
        using (var client = new TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", daemon.Port, TestDaemon.Cancel);
            var call = Call.Replace("getPID</methodName>", "startProcess</methodName><params><param><value>slow</value></param></params>", StringComparison.Ordinal);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Post("/RPC2", call)), TestDaemon.Cancel);
            await daemon.UntilAsync(() => daemon.Process("slow", "slow").Pid != 0);
        }

        Assert.Equal(true, (await daemon.CallAsync("supervisor.stopProcess", "slow")).Value);
    }
}
