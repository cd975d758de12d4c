namespace Scenarios.Harness;

/// <summary>
/// A daemon of one side, running in a directory of its own. Everything it starts carries a variable with that directory,
/// so that at the end exactly its own processes can be ended, however they were orphaned.
/// </summary>
sealed class Daemon : IAsyncDisposable
{
    const string Mark = "SCENARIO_HOME";

    readonly bool _ownsScratch;
    Command? _command;

    Daemon(Side side, Scratch scratch, bool ownsScratch)
    {
        Side = side;
        Scratch = scratch;
        _ownsScratch = ownsScratch;
        Rpc = new XmlRpc(Socket);
    }

    public Side Side { get; }

    public Scratch Scratch { get; }

    /// <summary>The configuration file's usual name; its directory is <c>%(here)s</c>.</summary>
    public string Configuration => Scratch.Path("supervisord.conf");

    public string Socket => Scratch.Path("s.sock");

    public string MainLog => Scratch.Path("main.log");

    public XmlRpc Rpc { get; }

    /// <summary>The daemon's process as started in the foreground.</summary>
    public Command Process => _command ?? throw new InvalidOperationException("the daemon is not in the foreground");

    /// <summary>The sections nearly every scenario begins with.</summary>
    public static string Preamble(string supervisord = "", string socket = "") => $"""
        [unix_http_server]
        file=%(here)s/s.sock
        {socket}
        [supervisord]
        logfile=%(here)s/main.log
        pidfile=%(here)s/main.pid
        childlogdir=%(here)s
        identifier=side
        {supervisord}
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://%(here)s/s.sock

        """;

    /// <summary>Writes the file, starts in the foreground and waits until it answers.</summary>
    public static async Task<Daemon> Start(Side side, string configuration, params string[] arguments)
    {
        var scratch = new Scratch();
        scratch.Write("supervisord.conf", configuration);
        return await StartIn(side, scratch, ownsScratch: true, arguments);
    }

    /// <summary>As <see cref="Start"/>, in a directory that is already laid out.</summary>
    public static async Task<Daemon> StartIn(Side side, Scratch scratch, bool ownsScratch, params string[] arguments)
    {
        var daemon = new Daemon(side, scratch, ownsScratch);
        try
        {
            daemon.Launch(["-n", .. arguments]);
            await daemon.Answers();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>As <see cref="Start"/>, by a shell whose script ends by putting the daemon into its place:
    /// <c>exec "$0" -n -c "$1"</c>.</summary>
    public static async Task<Daemon> StartByShell(Side side, string configuration, string script)
    {
        var scratch = new Scratch();
        scratch.Write("supervisord.conf", configuration);
        var daemon = new Daemon(side, scratch, ownsScratch: true);
        try
        {
            daemon._command = new Command(
                "/bin/sh", ["-c", script, side.Supervisord, daemon.Configuration], scratch.Root, daemon.Environment);
            await daemon.Answers();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>A daemon that detaches itself: returns when its parent has ended and it answers.</summary>
    public static Task<(Daemon Daemon, Said Parent)> Detach(Side side, string configuration, params string[] arguments) =>
        Detach(side, configuration, _ => { }, arguments);

    /// <summary>As above, with a directory that is prepared first.</summary>
    public static async Task<(Daemon Daemon, Said Parent)> Detach(
        Side side, string configuration, Action<Scratch> prepare, params string[] arguments)
    {
        var scratch = new Scratch();
        scratch.Write("supervisord.conf", configuration);
        prepare(scratch);
        var daemon = new Daemon(side, scratch, ownsScratch: true);
        try
        {
            var parent = await daemon.RunDaemon(arguments);
            await daemon.Answers();
            return (daemon, parent);
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the daemon's program with this file to its end: a refusal, or a parent that detached.</summary>
    public Task<Said> RunDaemon(params string[] arguments) =>
        Command.Run(Side.Supervisord, ["-c", Configuration, .. arguments], Scratch.Root, environment: Environment);

    /// <summary>Runs <paramref name="client"/>'s supervisorctl against this daemon.</summary>
    public Task<Said> Ctl(Side client, string line, string input = "") =>
        Command.Run(client.Supervisorctl, ["-c", Configuration, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            Scratch.Root, input);

    /// <summary>Starts a supervisorctl that is to be typed to or interrupted.</summary>
    public Command OpenCtl(Side client, string line) =>
        new(client.Supervisorctl, ["-c", Configuration, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)], Scratch.Root);

    public Task Answers() => Fact.That("the daemon answers", async () =>
    {
        if (_command is { HasExited: true })
            throw new InvalidOperationException($"{Side.Supervisord} ended at once: {await _command.Ended()}");
        return await Rpc.TryCall("supervisor.getState") is not null;
    }, Diagnosis);

    public async Task<string> StateOf(string name) => (await Rpc.Process(name))["statename"];

    public async Task<int> PidOf(string name) => int.Parse((await Rpc.Process(name))["pid"]);

    /// <summary>It runs again, as another process. One question: between two the daemon may have begun to restart.</summary>
    public Task Replaced(string name, int pid) => Fact.That($"{name} was replaced", async () =>
        await Rpc.Process(name) is var now && now["statename"] == "RUNNING" && now["pid"] != pid.ToString(), Diagnosis);

    public Task Until(string name, string state) =>
        Fact.That($"{name} is {state}", async () => await StateOf(name) == state, Diagnosis);

    /// <summary>Waits until no process is on its way to another state.</summary>
    public Task Settled() => Fact.That("every process has settled", async () =>
        await Rpc.TryCall("supervisor.getAllProcessInfo") is { } all && !all.Descendants("value").Any(
            value => value.Value is "STARTING" or "STOPPING" or "BACKOFF"), Diagnosis);

    public Task Logs(string line) => Fact.FileHas(MainLog, line);

    /// <summary>Pids of everything this daemon and its children started and that is still alive.</summary>
    public int[] Living() => [.. Processes.WithEnvironment($"{Mark}={Scratch.Root}").Where(Processes.Alive)];

    public async ValueTask DisposeAsync()
    {
        // The daemon first, with a chance to end in order; then whatever it left behind.
        if (_command is { HasExited: false })
        {
            Processes.Signal(_command.Pid, "KILL");
            await _command.Ended();
        }

        for (var round = 0; Living() is { Length: > 0 } left && round < 200; round++)
        {
            foreach (var pid in left)
                Processes.Signal(pid, "KILL");
            await Task.Delay(5);
        }

        if (_command is not null)
            await _command.DisposeAsync();
        Rpc.Dispose();
        if (_ownsScratch)
            Scratch.Dispose();
    }

    void Launch(string[] arguments) => _command = new Command(Side.Supervisord,
        ["-c", Configuration, .. arguments], Scratch.Root, Environment);

    /// <summary>Beside the mark: places of its own for what Reeve otherwise keeps in one place for a user.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        [Mark] = Scratch.Root,
        ["REEVE_SOCKET"] = Scratch.Path("reeve.sock"),
        ["REEVE_STATE"] = Scratch.Path("state"),
    };

    string Diagnosis() =>
        $"--- {Side.Name} main log\n{Fact.Text(MainLog)}\n--- its output\n{_command?.Out}{_command?.Error}";
}
