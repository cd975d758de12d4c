namespace Reeve.Client.Tests;

/// <summary>Servers that break the protocol, by malice or by dying.</summary>
public class HostileAnswerTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Broken => new()
    {
        { "", "closed the connection without an answer" },
        { "SSH-2.0-OpenSSH_9.2\r\n\r\n", "not HTTP: it begins with 'SSH-2.0-OpenSSH_9.2'" },
        { "HTTP/1.1 2", "in the middle of an answer" },
        { "HTTP/1.1 abc OK\r\n\r\n", "not HTTP" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}", "in the middle of an answer" },
        { "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", "bad Content-Length: '-1'" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "bad Content-Length" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "bad Content-Length: '3'" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", "both a Content-Length and chunks" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "unknown encoding: 'gzip'" },
        { "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "a header without a name" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 70000000\r\n\r\n", "more than 67108864 bytes" },
        { "HTTP/1.1 101 Switching\r\n\r\n", "changed the protocol" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "no size" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", "no size" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n{", "no size" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + new string('0', 5000), "no size" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}X\r\n", "longer than it says" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", "in the middle of an answer" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "in the middle of an answer" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", "is null" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "not what was expected" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "not what was expected" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{\"", "not what was expected" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "not what was expected" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_answer_is_an_error_that_says_what_is_wrong(string answer, string reason)
    {
        await using var server = new ScriptedServer(answer);
        using var client = new ReeveClient(server.Endpoint);

        var e = await Assert.ThrowsAsync<ReeveProtocolException>(() => client.GetDaemonAsync(Cancel));

        Assert.Contains(reason, e.Message);
    }

    [Fact]
    public async Task A_head_without_end_is_given_up()
    {
        await using var server = new ScriptedServer(
            "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"X-Long: {new string('x', 1000)}\r\n", 100)));
        using var client = new ReeveClient(server.Endpoint);

        var e = await Assert.ThrowsAsync<ReeveProtocolException>(() => client.GetDaemonAsync(Cancel));

        Assert.Contains("more than 32768 bytes", e.Message);
    }

    [Fact]
    public async Task Too_many_headers_are_refused()
    {
        await using var server = new ScriptedServer(
            "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 101)) + "\r\n");
        using var client = new ReeveClient(server.Endpoint);

        var e = await Assert.ThrowsAsync<ReeveProtocolException>(() => client.GetDaemonAsync(Cancel));

        Assert.Contains("more than 100 headers", e.Message);
    }

    [Fact]
    public async Task A_null_where_a_name_must_be_is_refused_before_anybody_reads_it()
    {
        await using var server = new ScriptedServer(Samples.Ok(Samples.Daemon.Replace("\"supervisor\"", "null")));
        using var client = new ReeveClient(server.Endpoint);

        var e = await Assert.ThrowsAsync<ReeveProtocolException>(() => client.GetDaemonAsync(Cancel));

        Assert.Contains("$.identifier", e.Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")]
    public async Task Interim_answers_are_passed_over(string interim)
    {
        await using var server = new ScriptedServer(interim + Samples.Ok(Samples.Daemon));
        using var client = new ReeveClient(server.Endpoint);

        Assert.Equal(7, (await client.GetDaemonAsync(Cancel)).Pid);
    }

    [Fact]
    public async Task An_answer_may_end_with_the_connection_and_its_lines_with_bare_newlines()
    {
        await using var server = new ScriptedServer("HTTP/1.0 200 OK\nContent-Type: application/json\n\n" + Samples.Daemon);
        using var client = new ReeveClient(server.Endpoint);

        Assert.Equal(7, (await client.GetDaemonAsync(Cancel)).Pid);
    }

    [Fact]
    public async Task Chunk_extensions_and_trailers_are_skipped()
    {
        var half = Samples.Daemon.Length / 2;
        await using var server = new ScriptedServer(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + $"{half:X};name=value\r\n{Samples.Daemon[..half]}\r\n{Samples.Daemon.Length - half:x}\r\n{Samples.Daemon[half..]}\r\n0\r\nX-Sum: 1\r\n\r\n");
        using var client = new ReeveClient(server.Endpoint);

        Assert.Equal(7, (await client.GetDaemonAsync(Cancel)).Pid);
    }

    [Fact]
    public async Task A_stream_cut_in_the_middle_gives_what_came_and_then_fails()
    {
        await using var server = new ScriptedServer(Samples.Chunked("all of it\n")[..^6]);
        using var client = new ReeveClient(server.Endpoint);

        var seen = 0;
        await Assert.ThrowsAsync<ReeveProtocolException>(async () =>
        {
            await foreach (var piece in client.FollowMainLogAsync(10, Cancel))
                seen += piece.Length;
        });

        Assert.Equal("all of".Length, seen);
    }

    [Fact]
    public async Task An_event_that_is_none_is_refused()
    {
        await using var server = new ScriptedServer(Samples.Chunked("{\"serial\":1}\n"));
        using var client = new ReeveClient(server.Endpoint);

        await Assert.ThrowsAsync<ReeveProtocolException>(async () =>
        {
            await foreach (var _ in client.GetEventsAsync([], cancel: Cancel))
                Assert.Fail("it is no event");
        });
    }
}
