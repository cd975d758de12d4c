using System.Net.Sockets;
using System.Text;

namespace Reeve.Cli.Tests.Personalities;

/// <summary>Answers that a healthy daemon seldom gives: every fault to every command, told as by the original.</summary>
public sealed class FaultTests
{
    static readonly string[] s_lines =
    [
        "status", "status x", "start x", "start x:*", "start all", "stop x", "stop x:*", "stop all", "signal HUP x",
        "signal HUP x:*", "signal HUP all", "pid", "pid x", "pid all", "tail x", "maintail", "clear x", "clear all", "clear x:*",
        "reread", "update", "add x", "remove x", "avail", "reload\ny", "shutdown\ny", "version", "fg x",
    ];

    [Theory]
    [Trait("Peer", "Supervisor")]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(70)]
    [InlineData(90)]
    [InlineData(91)]
    [InlineData(92)]
    public async Task A_fault_is_told_as_by_the_original(int code)
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var server = new FaultServer(code, status: 200, version: "3.0");
        var input = string.Join('\n', s_lines) + "\n";

        var theirs = await RunOutcome.OfOriginal(["-s", server.Url], input, "/tmp", cancel);
        var ours = RunOutcome.OfOurs(["-s", server.Url], input, "/tmp");

        Assert.Equal(theirs, ours);
    }

    [Theory]
    [Trait("Peer", "Supervisor")]
    [InlineData(404, "3.0")]
    [InlineData(500, "3.0")]
    [InlineData(401, "3.0")]
    [InlineData(200, "9.9")]
    public async Task An_answer_that_is_none_is_told_as_by_the_original(int status, string version)
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var server = new FaultServer(1, status, version);
        foreach (var action in (string[])["status", "pid", "avail", "shutdown"])
        {
            var theirs = await RunOutcome.OfOriginal(["-s", server.Url, action], "", "/tmp", cancel);
            var ours = RunOutcome.OfOurs(["-s", server.Url, action], "", "/tmp");

            Assert.Equal(theirs, ours);
        }
    }

    [Theory]
    [InlineData("start x", 50, 7)]
    [InlineData("start x", 40, 7)]
    [InlineData("start x", 60, 0)]
    [InlineData("start x", 20, 1)]
    [InlineData("start x:*", 10, 2)]
    [InlineData("stop x", 70, 0)]
    [InlineData("stop x", 30, 1)]
    [InlineData("signal HUP x", 70, 7)]
    [InlineData("add x", 90, 0)]
    [InlineData("remove x", 91, 1)]
    [InlineData("shutdown", 6, 0)]
    [InlineData("reload", 6, 1)]
    [InlineData("reread", 92, 1)]
    [InlineData("clear x", 30, 1)]
    public async Task A_fault_gives_its_exit_code(string line, int code, int expected)
    {
        await using var server = new FaultServer(code, status: 200, version: "3.0");

        Assert.Equal(expected, RunOutcome.OfOurs(["-s", server.Url, line], "", "/tmp").ExitCode);
    }

    /// <summary>Answers getVersion, and every other method with one fault or one HTTP status.</summary>
    sealed class FaultServer : IAsyncDisposable
    {
        readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        readonly string _directory = Directory.CreateTempSubdirectory("flt").FullName;
        readonly CancellationTokenSource _stop = new();
        readonly Task _serving;
        readonly (int Code, int Status, string Version) _answer;

        public FaultServer(int code, int status, string version)
        {
            _answer = (code, status, version);
            _listener.Bind(new UnixDomainSocketEndPoint(_directory + "/s"));
            _listener.Listen();
            _serving = Serve();
        }

        public string Url => $"unix://{_directory}/s";

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _listener.Dispose();
            _stop.Dispose();
            Directory.Delete(_directory, recursive: true);
        }

        async Task Serve()
        {
            try
            {
                while (true)
                    _ = Answer(await _listener.AcceptAsync(_stop.Token));
            }
            catch (OperationCanceledException)
            {
            }
        }

        async Task Answer(Socket socket)
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            try
            {
                while (await reader.ReadLineAsync(_stop.Token) is not null)
                {
                    var length = 0;
                    while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                    {
                        if (header.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
                            length = int.Parse(header.Split(':')[1]);
                    }
                    var body = new char[length];
                    await reader.ReadBlockAsync(body, _stop.Token);
                    var answer = Encoding.UTF8.GetBytes(Body(new string(body)));
                    var head = $"HTTP/1.1 {_answer.Status} {Reason}\r\nContent-Type: text/xml\r\nContent-Length: {answer.Length}\r\n\r\n";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
                    await stream.WriteAsync(answer, _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has gone, or the test is over.
            }
        }

        string Reason => _answer.Status switch
        {
            401 => "Unauthorized",
            404 => "Not Found",
            500 => "Internal Server Error",
            _ => "OK",
        };

        string Body(string request)
        {
            if (_answer.Status != 200)
                return "";
            return request.Contains("supervisor.getVersion", StringComparison.Ordinal)
                ? $"<methodResponse><params><param><value><string>{_answer.Version}</string></value></param></params></methodResponse>"
                : "<methodResponse><fault><value><struct>"
                    + $"<member><name>faultCode</name><value><int>{_answer.Code}</int></value></member>"
                    + "<member><name>faultString</name><value><string>SOME: it's \"x\"</string></value></member>"
                    + "</struct></value></fault></methodResponse>";
        }
    }
}
