using Reeve.Core.Configuration;
using Reeve.Core.Processes;
using Reeve.Keeper;
using Reeve.Linux.Processes;
using Reeve.Visor.Logs;
using Reeve.Visor.Processes;

namespace Reeve.Visor.Tests.Processes;

/// <summary>Keeper and supervisor in this process; the supervisor can be killed, and the next one takes over.</summary>
internal sealed class TestDaemon : IAsyncDisposable
{
    private readonly TestKeeper _keeper = new();
    private KeeperLink _link;
    private LogEngine _logs;

    private TestDaemon(DaemonConfiguration configuration, string? journal, ulong? openFiles)
    {
        (Configuration, JournalFile) = (configuration, journal?.Replace("$HERE", Directory));
        OpenFiles = openFiles ?? ResourceLimits.Get(ResourceLimits.OpenFiles).Soft;
        (_link, _logs, Supervisor) = Make();
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("reeve-visor-").FullName;

    public DaemonConfiguration Configuration { get; set; }

    public string? JournalFile { get; }

    /// <summary>How many files the visor believes it may open.</summary>
    public ulong OpenFiles { get; }

    public Supervisor Supervisor { get; private set; }

    public static GroupOptions Program(string name, string command, Func<ProcessOptions, ProcessOptions>? change = null)
    {
        var options = new ProcessOptions
        {
            Name = name,
            Program = name,
            Command = command,
            StartSeconds = TimeSpan.Zero,
            StandardOutput = new() { Target = OutputTarget.None },
            StandardError = new() { Target = OutputTarget.None },
        };
        return new() { Name = name, Processes = [change is null ? options : change(options)] };
    }

    public static async Task<TestDaemon> StartAsync(params GroupOptions[] groups) => await StartAsync("$HERE/journal", groups);

    public static Task<TestDaemon> StartAsync(string? journal, params GroupOptions[] groups) => StartAsync(null, journal, groups);

    public static Task<TestDaemon> StartAsync(ulong? openFiles, string? journal, params GroupOptions[] groups)
    {
        var daemon = new TestDaemon(new() { File = "/etc/test.conf", Groups = groups }, journal, openFiles);
        daemon.Begin();
        return Task.FromResult(daemon);
    }

    public ProcessSnapshot Process(string name) => Supervisor.FindProcess(name, name)!;

    /// <summary>Ten seconds pass for the keeper.</summary>
    public void KeeperAdvances() => _keeper.Advance();

    /// <summary>Waits until the condition holds, woken by every event.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var events = Supervisor.Events.Subscribe(100, ended.Token);
        while (!condition())
            await events.ReadAsync(ended.Token);
        await ended.CancelAsync();
    }

    public Task UntilAsync(string name, ProcessState state) => UntilAsync(() => Process(name).State == state);

    /// <summary>The text of the main log so far.</summary>
    public string MainLogText()
    {
        Supervisor.MainLog.Flush();
        return File.ReadAllText(Path.Combine(Directory, "main.log"));
    }

    /// <summary>Kills the visor, lets something happen while there is none, and has the next one take over.</summary>
    public async Task ReplaceVisorAsync(Action? meanwhile = null)
    {
        await KillVisorAsync();
        await BringBackAsync(meanwhile);
    }

    /// <summary>After <see cref="KillVisorAsync"/>: lets something happen while there is no visor, then there is one.</summary>
    public Task BringBackAsync(Action? meanwhile = null)
    {
        // The first death is answered at once, the second only when the keeper's clock goes on.
        using (_keeper.Connect())
            _keeper.KillVisor();
        meanwhile?.Invoke();
        _keeper.GoOn();
        (_link, _logs, Supervisor) = Make();
        Begin();
        return Task.CompletedTask;
    }

    /// <summary>Kills the visor: it hears nothing any more.</summary>
    public async Task KillVisorAsync()
    {
        _keeper.KillVisor();
        await Assert.ThrowsAsync<EndOfStreamException>(() => Supervisor.Ended);
        Supervisor.Dispose();
        _link.Dispose();
        _logs.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (Supervisor.State == DaemonState.Running)
            await Supervisor.ShutdownAsync(restart: false);
        await Supervisor.Ended;
        _link.Finish(0);
        Assert.True(_link.FlushAll(TimeSpan.FromSeconds(30)));
        _keeper.Dispose();
        Supervisor.Dispose();
        _link.Dispose();
        _logs.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private (KeeperLink, LogEngine, Supervisor) Make()
    {
        var link = _keeper.Connect();
        var logs = new LogEngine(new() { ChildLogDirectory = Directory });
        return (link, logs, new(new()
        {
            Keeper = link,
            Handover = Handover.Receive(link),
            Read = new(Configuration, []),
            ReadAgain = () => new(Configuration, []),
            Logs = logs,
            MainLog = new(logs, new() { Path = Path.Combine(Directory, "main.log") }),
            JournalFile = JournalFile,
            OpenFiles = OpenFiles,
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
        }));
    }

    private void Begin()
    {
        Supervisor.Begin();
        Supervisor.Ready();
        _keeper.WaitUntilReady();
    }
}
