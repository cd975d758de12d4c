using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Reeve.Client.Model;

namespace Reeve.Cli.Tests;

/// <summary>A request as it came; the query's values are decoded, the first of a name wins.</summary>
public sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Query, string Head, string Body);

/// <summary>An answer: a status and a text, or a stream that goes on until it is completed.</summary>
public sealed record Answer(int Status, string Text, string Type = "application/json", ChannelReader<string>? Stream = null)
{
    public static Answer Problem(int status, string code, string detail) => new(status, JsonSerializer.Serialize(
        new Problem($"urn:reeve:{code}", code, status, detail, code), ModelJson.Default.Problem), "application/problem+json");
}

/// <summary>
/// A daemon of canned answers on a real unix socket. It knows processes, their logs and events; a test overrules any
/// answer through <see cref="Rule"/>.
/// </summary>
public sealed class FakeDaemon : IAsyncDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("reeve-cli-").FullName;
    readonly ConcurrentDictionary<Socket, byte> _connections = [];
    readonly ConcurrentQueue<Asked> _asked = [];
    readonly ConcurrentDictionary<string, Channel<string>> _streams = [];
    Socket? _listener;
    Task _accepting = Task.CompletedTask;

    public FakeDaemon(params Process[] processes)
    {
        Processes = [.. processes];
        SocketPath = Path.Combine(_directory, "d.sock");
        Start();
    }

    public string SocketPath { get; }

    public List<Process> Processes { get; }

    /// <summary>Log texts by <c>name/stdout</c>; the main log is <c>daemon</c>.</summary>
    public ConcurrentDictionary<string, string> Logs { get; } = [];

    /// <summary>Asked before anything else; null: the ordinary answer.</summary>
    public Func<Asked, Answer?> Rule { get; set; } = _ => null;

    public IEnumerable<Asked> Asked => _asked;

    /// <summary>What was asked for, without reads of the process list.</summary>
    public IEnumerable<string> Commands => _asked
        .Where(a => a.Method != "GET").Select(a => $"{a.Method} {a.Path}");

    /// <summary>The stream that a follower of a log, or of <c>events</c>, gets next.</summary>
    public Channel<string> StreamOf(string name) => _streams.GetOrAdd(name, _ => Channel.CreateUnbounded<string>());

    public static Process Process(string name, string state = "RUNNING", int priority = 999)
    {
        var (group, process) = name.Split(':') is [var g, var p] ? (g, p) : (name, name);
        var up = state is "RUNNING" or "STARTING" or "STOPPING";
        return new(name, group, process, state, up ? 4711 : null, up ? DateTimeOffset.UtcNow.AddSeconds(-3700) : null, null,
            up ? 3700 : null, 0, state == "FATAL" ? "no such file" : null, 0, null,
            up ? "pid 4711, uptime 1:01:40" : "Not started", "/tmp/out", "/tmp/err", priority, true, $"/bin/{process} --serve");
    }

    public void Start()
    {
        _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Dies: the socket's file goes first, then every connection.</summary>
    public async Task DieAsync()
    {
        File.Delete(SocketPath);
        _listener?.Dispose();
        await _accepting;
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        _streams.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        Directory.Delete(_directory, recursive: true);
    }

    async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                _connections[socket] = 0;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await ReadAsync(stream) is { } asked)
            {
                _asked.Enqueue(asked);
                var answer = Rule(asked) ?? Ordinary(asked);
                if (answer.Stream is null)
                {
                    var body = Encoding.UTF8.GetBytes(answer.Text);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 {answer.Status} X\r\nContent-Type: {answer.Type}\r\nContent-Length: {body.Length}\r\n\r\n"));
                    await stream.WriteAsync(body);
                    continue;
                }
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
                await foreach (var text in answer.Stream.ReadAllAsync())
                {
                    if (text.Length > 0)
                        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n"));
                }
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            _connections.TryRemove(socket, out _);
        }
    }

    Answer Ordinary(Asked asked)
    {
        var parts = asked.Path["/api/v1/".Length..].Split('/').Select(Uri.UnescapeDataString).ToArray();
        return (asked.Method, parts) switch
        {
            ("GET", ["daemon"]) => new(200, JsonSerializer.Serialize(
                new Daemon("supervisor", "0.1.0", 7, 8, "RUNNING", new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "/etc/s.conf", null,
                    Processes.Count, Processes.Count(p => p.State == "RUNNING")), ModelJson.Default.Daemon)),
            ("GET", ["processes"]) => new(200, JsonSerializer.Serialize(Processes, ModelJson.Default.IReadOnlyListProcess)),
            ("GET", ["events"]) => new(200, "", Stream: StreamOf("events")),
            ("GET", ["daemon", "log"]) => Log(asked, "daemon"),
            ("GET", ["processes", var name, "log", var stream]) => Log(asked, $"{name}/{stream}"),
            (_, ["processes", var name, "start" or "stop" or "restart" or "signal"]) =>
                new(200, JsonSerializer.Serialize(Processes.First(p => p.Name == name), ModelJson.Default.Process)),
            (_, ["groups", var group, "start" or "stop" or "restart" or "signal"]) => Many(p => p.Group == group),
            (_, ["start" or "stop" or "restart" or "signal"]) => Many(_ => true),
            (_, ["config", "reread" or "update"]) => new(200, """{"added":["a"],"changed":["b"],"removed":["c"]}"""),
            ("DELETE", _) or ("POST", ["processes", _, "stdin"]) or ("POST", ["daemon", _]) => new(204, ""),
            _ => Answer.Problem(404, "not-found", $"no {asked.Path}"),
        };
    }

    Answer Many(Func<Process, bool> which) => new(200, JsonSerializer.Serialize(
        Processes.Where(which).Select(p => new Result(p.Name, "ok", null)).ToList(), ModelJson.Default.IReadOnlyListResult));

    Answer Log(Asked asked, string name)
    {
        var text = Logs.GetValueOrDefault(name, "");
        var tail = int.Parse(asked.Query["tail"]);
        var end = text[Math.Max(0, text.Length - tail)..];
        if (!asked.Query.ContainsKey("follow"))
            return new(200, end, "text/plain");
        var stream = StreamOf(name);
        var joined = Channel.CreateUnbounded<string>();
        joined.Writer.TryWrite(end);
        _ = PumpAsync(stream.Reader, joined.Writer);
        return new(200, "", Stream: joined);
    }

    static async Task PumpAsync(ChannelReader<string> from, ChannelWriter<string> to)
    {
        await foreach (var text in from.ReadAllAsync())
            await to.WriteAsync(text);
        to.Complete();
    }

    static async Task<Asked?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 4 || !(bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n'))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            bytes.Add(one[0]);
        }
        var head = Encoding.UTF8.GetString([.. bytes]);
        var length = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length: "))?[16..];
        var body = new byte[int.Parse(length ?? "0")];
        await stream.ReadExactlyAsync(body);
        var line = head.Split(' ');
        var target = line[1].Split('?', 2);
        var query = new Dictionary<string, string>();
        foreach (var pair in (target.Length > 1 ? target[1] : "").Split('&', StringSplitOptions.RemoveEmptyEntries))
            query.TryAdd(pair.Split('=')[0], Uri.UnescapeDataString(pair.Split('=')[1]));
        return new(line[0], target[0], query, head, Encoding.UTF8.GetString(body));
    }
}
