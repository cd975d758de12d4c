using System.Net;
using System.Text;
using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>Plain HTTP as scripts with curl see it: status, kind of content, refusals, log streams.</summary>
public sealed class HttpTests
{
    const string Call = "<?xml version='1.0'?><methodCall><methodName>supervisor.getState</methodName></methodCall>";

    [Fact]
    public Task Requests_are_answered_with_Supervisors_status() => Transcript.Compare(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble() + """
            [program:ten]
            command=sh -c 'printf 0123456789; exec cat'
            startsecs=0
            stdout_logfile=%(here)s/ten.out

            [program:silent]
            command=sleep 1000
            startsecs=0
            stdout_logfile=NONE
            """);
        await Fact.FileHas(daemon.Scratch.Path("ten.out"), "0123456789");
        var record = new Transcript(daemon.Scratch);
        foreach (var (method, path, body) in new (string, string, string?)[]
                 {
                     ("POST", "/RPC2", Call), ("POST", "/RPC2/", Call), ("POST", "/RPC2", "no xml"), ("POST", "/RPC2", "<a/>"),
                     ("POST", "/RPC2", "<methodCall><methodName></methodName></methodCall>"),
                     ("POST", "/RPC2", "<methodCall><params/></methodCall>"), ("GET", "/RPC2", null),
                     ("GET", "/logtail/nosuch", null), ("GET", "/logtail/silent", null), ("GET", "/logtail/ten/bogus", null),
                     ("GET", "/logtail/ten/stdout/more", null), ("GET", "/logtail/", null), ("POST", "/logtail/ten", ""),
                     ("GET", "/no/such/page", null),
                 })
            record.Add($"{method} {path} {body}", await Ask(daemon.Rpc.Http, method, path, body));
        return record;
    }, []);

    [Fact]
    public Task A_log_stream_begins_with_the_end_of_the_log_and_goes_on() => Transcript.Compare(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble() + """
            [program:reader]
            command=sh -c 'seq 1000 1999; exec cat'
            startsecs=0
            stdout_logfile=%(here)s/reader.out
            """);
        await Fact.FileHas(daemon.Scratch.Path("reader.out"), "1999\n");
        var record = new Transcript(daemon.Scratch);
        using var answer = await daemon.Rpc.Http.GetAsync("/logtail/reader/stdout",
            HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        record.Add("headers", $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType} "
            + $"chunked: {answer.Headers.TransferEncodingChunked} Last-Modified: {answer.Content.Headers.LastModified is not null} "
            + $"X-Accel-Buffering: {string.Join(',', answer.Headers.TryGetValues("X-Accel-Buffering", out var values) ? values : [])}");
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        record.Add("the last 1024 bytes", await ReadTo(stream, "1999\n"));
        await daemon.Rpc.Call("supervisor.sendProcessStdin", "reader", "what comes\n");
        record.Add("what comes", await ReadTo(stream, "what comes\n"));
        File.Move(daemon.Scratch.Path("reader.out"), daemon.Scratch.Path("reader.old"));
        daemon.Process.Signal("USR2");
        await Fact.That("the log is there again", () => File.Exists(daemon.Scratch.Path("reader.out")));
        await daemon.Rpc.Call("supervisor.sendProcessStdin", "reader", "after rotation\n");
        record.Add("after rotation", await ReadTo(stream, "after rotation\n"));
        return record;
    }, []);

    /// <summary>A user name and no colon.</summary>
    const string NoColon = "Basic dXNlcg==";

    /// <summary>500 reads as a pid in a transcript.</summary>
    static readonly Difference[] HalfCredentials =
    [
        .. from step in new[] { "POST /RPC2", "GET /logtail/nosuch", "GET /nosuch" }
           select new Difference(step, "PID", "401 Basic realm=\"default\"",
               "credentials that cannot be decoded are wrong credentials, not an error of the server"),
    ];

    [Theory]
    [InlineData(null)]
    [InlineData("Basic dXNlcjpzZWNyZXQ=")]
    [InlineData("Basic dXNlcjp3cm9uZw==")]
    [InlineData(NoColon)]
    [InlineData("Bearer secret")]
    public Task A_password_guards_every_path(string? authorization) => Transcript.Compare(async side =>
    {
        var port = Ports.Free();
        await using var daemon = await Daemon.Start(side, Daemon.Preamble() + $"""
            [inet_http_server]
            port=127.0.0.1:{port}
            username=user
            password=secret
            """);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var record = new Transcript(daemon.Scratch);
        foreach (var (method, path, body) in new[] { ("POST", "/RPC2", Call), ("GET", "/logtail/nosuch", null), ("GET", "/nosuch", null) })
            record.Add($"{method} {path}", await Ask(http, method, path, body, authorization));
        return record;
    }, authorization == NoColon ? HalfCredentials : []);

    static async Task<string> Ask(HttpClient http, string method, string path, string? body, string? authorization = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "text/xml");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = $"{(int)answer.StatusCode}";
        if (answer.StatusCode == HttpStatusCode.OK)
            text += $" {answer.Content.Headers.ContentType}\n{await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
        if (answer.Headers.WwwAuthenticate.Count > 0)
            text += $" {answer.Headers.WwwAuthenticate}";
        return text;
    }

    static async Task<string> ReadTo(Stream stream, string end)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, limit.Token);
            Assert.True(count > 0, $"the stream ended before '{end}': {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
