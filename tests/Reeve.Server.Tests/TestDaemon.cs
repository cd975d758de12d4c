using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Reeve.Client.XmlRpc;
using Reeve.Core.Configuration;
using Reeve.Core.Processes;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Spawning;
using Reeve.Server.Listening;
using Reeve.Visor.Logs;
using Reeve.Visor.Processes;

namespace Reeve.Server.Tests;

/// <summary>
/// A whole daemon in this process: keeper loop, supervisor and web host, on a unix socket and a TCP port.
/// </summary>
internal sealed partial class TestDaemon : IAsyncDisposable
{
    private readonly KeeperLoop _keeper;
    private readonly Thread _keeperThread;
    private readonly KeeperLink _link;
    private readonly LogEngine _logs;
    private readonly int _stoodInFor;

    private TestDaemon(DaemonConfiguration configuration, ServerCredentials? credentials, WebHostLimits? limits)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("reeve-server-").FullName;
        Configuration = configuration;
        SafeFileHandle? connection = null;
        var pid = 0;
        using var connected = new ManualResetEventSlim();
        Spawner.Prepare();
        _keeper = new(new()
        {
            // The keeper wants a visor process to watch. The visor is this process; a sleeper stands in for it.
            StartVisor = end =>
            {
                connection = Descriptor.Duplicate(end);
                var block = new ArrayBufferWriter<byte>();
                SpawnBlock.Encode(new() { File = "/bin/sleep", Arguments = ["sleep", "600"], Environment = [] }, block);
                using var none = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
                var number = Descriptor.Number(none);
                var result = Spawner.Spawn(block.WrittenSpan, number, number, number);
                pid = result.Pid;
                connected.Set();
                return result;
            },
            Time = TimeProvider.System,
            Session = 1,
            OpenFiles = Linux.Processes.ResourceLimits.Get(Linux.Processes.ResourceLimits.OpenFiles),
        });
        _keeperThread = new Thread(() => _keeper.Run()) { Name = "keeper" };
        _keeperThread.Start();
        connected.Wait(TestContext.Current.CancellationToken);
        _stoodInFor = pid;
        _link = new(connection!);
        _logs = new(new() { ChildLogDirectory = Directory });
        MainLogFile = Path.Combine(Directory, "main.log");
        AuditFile = Path.Combine(Directory, "audit.jsonl");
        Supervisor = new(new()
        {
            Keeper = _link,
            Handover = Handover.Receive(_link),
            Read = new(configuration, []),
            ReadAgain = () => Next!,
            Logs = _logs,
            MainLog = new(_logs, new() { Path = MainLogFile }),
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
        });
        Next = new(configuration, []);
        Unix = ListeningSocket.Bind(
            new UnixServerOptions { Section = "unix_http_server", File = Path.Combine(Directory, "s.sock"), Credentials = credentials },
            Supervisor.MainLog);
        var tcp = Linux.Listening.Listener.TryBindInet(System.Net.IPAddress.Loopback, 0, out var handle);
        Assert.Equal(0, tcp);
        Assert.Equal(0, Linux.Listening.Listener.TryListen(handle!, 16));
        using (var view = new Socket(new SafeSocketHandle(handle!.DangerousGetHandle(), ownsHandle: false)))
            Port = ((System.Net.IPEndPoint)view.LocalEndPoint!).Port;
        Tcp = ListeningSocket.Adopt(
            new InetServerOptions { Section = "inet_http_server", Host = "127.0.0.1", Port = Port, Credentials = credentials }, handle);
        Host = new(Supervisor, [Unix, Tcp], Supervisor.MainLog, AuditFile, limits: limits);
        Http = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new("http://localhost"),
        };
        if (credentials is not null)
        {
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}")));
        }
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Directory { get; }

    public DaemonConfiguration Configuration { get; }

    /// <summary>What the next reading of the configuration finds.</summary>
    public ConfigurationResult Next { get; set; }

    public string MainLogFile { get; }

    public string AuditFile { get; }

    public Supervisor Supervisor { get; }

    public ListeningSocket Unix { get; }

    public ListeningSocket Tcp { get; }

    public WebHost Host { get; }

    public HttpClient Http { get; }

    public int Port { get; }

    public string SocketFile => ((UnixServerOptions)Unix.Options).File;

    public static PluginOptions BuiltIn(string ns = "supervisor") =>
        new(ns, "supervisor.rpcinterface:make_main_rpcinterface", new Dictionary<string, string>());

    public static GroupOptions Program(string name, string command, Func<ProcessOptions, ProcessOptions>? change = null)
    {
        var options = new ProcessOptions { Name = name, Program = name, Command = command, StartSeconds = TimeSpan.Zero };
        return new() { Name = name, Processes = [change is null ? options : change(options)] };
    }

    /// <summary>
    /// Starts one with a program <c>cat</c> that runs, <c>off</c> that does not, and a group <c>two</c> of both kinds.
    /// </summary>
    public static Task<TestDaemon> StartAsync(
        Func<DaemonConfiguration, DaemonConfiguration>? change = null, ServerCredentials? credentials = null,
        WebHostLimits? limits = null)
    {
        var cat = Program("cat", "/bin/cat");
        var off = Program("off", "/bin/cat", o => o with { AutoStart = false, StandardOutput = new() { Target = OutputTarget.None } });
        var two = new GroupOptions
        {
            Name = "two",
            Processes =
            [
                cat.Processes[0] with { Name = "a", AutoStart = false },
                cat.Processes[0] with { Name = "b", AutoStart = false, Command = "/no/such/program" },
            ],
        };
        var configuration = new DaemonConfiguration { File = "/etc/test.conf", Groups = [cat, off, two], RpcInterfaces = [BuiltIn()] };
        return StartAsync(change is null ? configuration : change(configuration), credentials, limits);
    }

    /// <summary>Waits until the condition holds, woken by every event.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var events = Supervisor.Events.Subscribe(100, ended.Token);
        while (!condition())
            await events.ReadAsync(ended.Token);
        await ended.CancelAsync();
    }

    public ProcessSnapshot Process(string group, string name) =>
        Supervisor.FindProcess(group, name) ?? throw new InvalidOperationException($"there is no process {group}:{name}");

    public async Task<XmlRpcResponse> CallAsync(string method, params XmlRpcValue[] arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        XmlRpcWriter.WriteCall(buffer, method, arguments);
        using var answer = await Http.PostAsync("/RPC2", new ByteArrayContent(buffer.WrittenSpan.ToArray()), Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{method}: {answer.StatusCode}\n{(answer.IsSuccessStatusCode ? "" : MainLogText())}");
        Assert.Equal("text/xml", answer.Content.Headers.ContentType?.ToString());
        return XmlRpcReader.ReadResponse(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    public async Task<(int Status, JsonElement Json)> AskAsync(string method, string path, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = body };
        using var answer = await Http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public string MainLogText()
    {
        Supervisor.MainLog.Flush();
        return File.ReadAllText(MainLogFile);
    }

    /// <summary>Sends bytes as they are and reads until the server closes, or until the text has come.</summary>
    public async Task<string> RawAsync(string request, string? until = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, Cancel);
        return await RawAsync(client.GetStream(), request, until);
    }

    /// <summary>The same through the unix socket.</summary>
    public async Task<string> RawUnixAsync(string request, string? until = null)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), Cancel);
        using var stream = new NetworkStream(client);
        return await RawAsync(stream, request, until);
    }

    private static async Task<string> RawAsync(NetworkStream stream, string request, string? until)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Cancel);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (until is null || !answer.ToString().Contains(until, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, Cancel);
            if (count == 0)
                break;
            answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return answer.ToString();
    }

    /// <summary>Ends a process that this test started.</summary>
    public static void Kill(int pid) => Assert.Equal(0, kill(pid, 9));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        if (Supervisor.State == DaemonState.Running)
            await Supervisor.ShutdownAsync(restart: false);
        await Supervisor.Ended;
        _link.Finish(0);
        _link.Flush();
        Kill(_stoodInFor);
        _keeperThread.Join();
        Supervisor.Dispose();
        _link.Dispose();
        _keeper.Dispose();
        _logs.Dispose();
        Unix.Dispose();
        Tcp.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task<TestDaemon> StartAsync(
        DaemonConfiguration configuration, ServerCredentials? credentials, WebHostLimits? limits)
    {
        var daemon = new TestDaemon(configuration, credentials, limits);
        daemon.Supervisor.Begin();
        await daemon.Host.StartAsync(Cancel);
        if (daemon.Supervisor.FindProcess("cat", "cat") is not null)
            await daemon.UntilAsync(() => daemon.Process("cat", "cat").State == ProcessState.Running);
        return daemon;
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
