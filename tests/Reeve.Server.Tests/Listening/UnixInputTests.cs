using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Reeve.Server.Listening;

namespace Reeve.Server.Tests.Listening;

/// <summary>What becomes of Host at a unix socket, whatever it is and however it is cut by reading.</summary>
public sealed class UnixInputTests
{
    private const string Ours = "Host: localhost\r\n";

    public static TheoryData<string, string> Requests => new()
    {
        { "GET / HTTP/1.1\r\nHost: /tmp/s.sock\r\nA: b\r\n\r\n", $"GET / HTTP/1.1\r\n{Ours}A: b\r\n\r\n" },
        { "GET / HTTP/1.1\r\nA: b\r\nhOsT:\xff\xe9\r\n\r\n", $"GET / HTTP/1.1\r\n{Ours}A: b\r\n\r\n" },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", $"GET / HTTP/1.1\r\n{Ours}\r\n" },
        { "GET / HTTP/1.1\r\n\r\n", $"GET / HTTP/1.1\r\n{Ours}\r\n" },
        { "\r\nGET / HTTP/1.0\r\n\r\n\r\nGET /\r\n\r\n", $"\r\nGET / HTTP/1.0\r\n{Ours}\r\n\r\nGET /\r\n{Ours}\r\n" },
        { "GET / HTTP/1.1\r\nHostile: a\r\nHos: b\r\nH: c\r\n\r\n", $"GET / HTTP/1.1\r\n{Ours}Hostile: a\r\nHos: b\r\nH: c\r\n\r\n" },
        {
            "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\nGET / HTTP/1.1\r\nHost: y\r\n\r\nGET /b HTTP/1.1\r\nHost: z\r\n\r\n",
            $"POST /a HTTP/1.1\r\n{Ours}Content-Length: 26\r\n\r\nGET / HTTP/1.1\r\nHost: y\r\n\r\nGET /b HTTP/1.1\r\n{Ours}\r\n"
        },
        {
            "POST /a HTTP/1.1\r\ncontent-length:0\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 1 \r\n\r\nHGET /c HTTP/1.1\r\nHost: \r\n\r\n",
            $"POST /a HTTP/1.1\r\n{Ours}content-length:0\r\n\r\nPOST /b HTTP/1.1\r\n{Ours}Content-Length: 1 \r\n\r\nHGET /c HTTP/1.1\r\n{Ours}\r\n"
        },
        {
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nHost: y\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: z\r\n\r\n",
            $"POST / HTTP/1.1\r\n{Ours}Transfer-Encoding: chunked\r\n\r\n9\r\nHost: y\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: z\r\n\r\n"
        },
        {
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nHost: x\r\n",
            $"POST / HTTP/1.1\r\n{Ours}Content-Length: 1\r\nContent-Length: 2\r\n\r\nHost: x\r\n"
        },
        { "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\nHost: x\r\n", $"POST / HTTP/1.1\r\n{Ours}Content-Length: -1\r\n\r\nHost: x\r\n" },
        { "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n", $"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n{Ours}\r\n" },
        { "nonsense\r\nHost: x\r\n", "nonsense\r\nHost: x\r\n" },
        { "GET / HTTP/1.1\r\nHost: x", $"GET / HTTP/1.1\r\n{Ours}Host: x" },
        { "GET / HT", "GET / HT" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Each_request_has_one_harmless_Host_and_the_rest_is_untouched(string sent, string seen)
    {
        for (var cut = 0; cut <= sent.Length; cut++)
            Assert.Equal(seen, await SeenAsync(sent[..cut], sent[cut..]));
        Assert.Equal(seen, await SeenAsync([.. sent.Select(c => c.ToString())]));
    }

    [Theory]
    [InlineData(8000, false)]
    [InlineData(9000, true)]
    public async Task A_Host_of_any_length_is_not_waited_for(int length, bool isShown)
    {
        var host = $"Host: {new string('x', length)}";

        var seen = await SeenAsync("GET / HTTP/1.1\r\n", host[..(length / 2)], host[(length / 2)..], "\r\n\r\n");

        Assert.Equal($"GET / HTTP/1.1\r\n{Ours}{(isShown ? host + "\r\n" : "")}\r\n", seen);
    }

    [Fact]
    public async Task A_reader_that_takes_no_lines_is_shown_everything()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestDaemon.Cancel);
        var reader = new UnixInput(pipe.Reader);

        var first = await reader.ReadAsync(TestDaemon.Cancel);
        reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        var second = await reader.ReadAsync(TestDaemon.Cancel);

        Assert.Equal("GET / HTTP/1.1\r\nHost: x\r\n\r\n", Encoding.Latin1.GetString(second.Buffer.ToArray()));
    }

    [Theory]
    [InlineData("Host: /tmp/x/s.sock\r\n")]
    [InlineData("Host: \xd0\xb6\r\n")]
    [InlineData("Host: a\r\nHost: b\r\n")]
    [InlineData("Host:\r\n")]
    [InlineData("")]
    public async Task A_unix_socket_answers_whatever_Host_says_and_TCP_does_not(string host)
    {
        await using var daemon = await TestDaemon.StartAsync();
        var post = $"POST /RPC2 HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n";
        var get = $"GET /ok.html HTTP/1.1\r\n{host}Connection: close\r\n\r\n";

        var answer = await daemon.RawUnixAsync(post + get);

        Assert.Contains("cannot read XML-RPC", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nOK", answer, StringComparison.Ordinal);
        if (host != "Host:\r\n")
            Assert.StartsWith("HTTP/1.1 400 ", await daemon.RawAsync(get), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_hold_at_a_unix_socket()
    {
        await using var daemon = await TestDaemon.StartAsync(limits: new() { RequestBody = 1000, RequestHeaders = 2000 });
        var large = new string('x', 2000);

        Assert.StartsWith(
            "HTTP/1.1 431 ", await daemon.RawUnixAsync($"GET / HTTP/1.1\r\nA: {large}\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 4", await daemon.RawUnixAsync($"GET / HTTP/1.1\r\nHost: {large}{large}{large}{large}{large}\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 413 ", await daemon.RawUnixAsync($"POST /RPC2 HTTP/1.1\r\nContent-Length: 2000\r\n\r\n{large}"), StringComparison.Ordinal);
        Assert.Contains(
            "\r\n\r\nOK",
            await daemon.RawUnixAsync($"POST /RPC2 HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{large[..1000]}GET /ok.html HTTP/1.1\r\n\r\n", "OK"),
            StringComparison.Ordinal);
    }

    // Reads as Kestrel does: takes whole lines, looks at the rest.
    private static async Task<string> SeenAsync(params string[] parts)
    {
        var pipe = new Pipe(new(minimumSegmentSize: 16, useSynchronizationContext: false));
        var reader = new UnixInput(pipe.Reader);
        var seen = new StringBuilder();
        var reading = ReadAsync();
        foreach (var part in parts)
            await pipe.Writer.WriteAsync(Encoding.Latin1.GetBytes(part), TestDaemon.Cancel);
        await pipe.Writer.CompleteAsync();
        await reading;
        return seen.ToString();

        async Task ReadAsync()
        {
            while (true)
            {
                var result = await reader.ReadAsync(TestDaemon.Cancel);
                var text = Encoding.Latin1.GetString(result.Buffer.ToArray());
                var taken = result.IsCompleted ? text.Length : text.LastIndexOf('\n') + 1;
                seen.Append(text[..taken]);
                reader.AdvanceTo(result.Buffer.GetPosition(taken), result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }
    }
}
