using Reeve.Core.Configuration;
using Reeve.Core.Processes;
using Reeve.Visor.Events;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Processes;

/// <summary>All groups and processes of this daemon, and everything that can be asked of them.</summary>
/// <remarks>Thread-safe: readers get snapshots, requests are carried out one by one by the process loop.</remarks>
public sealed class Supervisor : IDisposable
{
    private readonly SupervisorSetup _setup;
    private readonly Daemon _daemon;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes it; nothing runs before <see cref="Begin"/>.</summary>
    public Supervisor(SupervisorSetup setup)
    {
        _setup = setup;
        StartedAt = setup.Time.GetLocalNow();
        Events = new(setup.Time);
        _daemon = new(setup, Events);
        var ticks = new TickClock(_daemon.Loop, Events, setup.Time);
        Events.Subscribed += () => _daemon.Loop.Post(ticks.Begin);
    }

    /// <summary>Pid to the outside: the keeper's.</summary>
    public int Pid => _setup.Handover.Welcome.KeeperPid;

    /// <summary>Name of this daemon.</summary>
    public string Identifier => _daemon.Configuration.Identifier;

    /// <summary>What the daemon is doing.</summary>
    public DaemonState State => _daemon.State;

    /// <summary>When this visor began, wall clock.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>The configuration last read with success; not necessarily what runs (see <see cref="RereadAsync"/>).</summary>
    public DaemonConfiguration Configuration => _daemon.Configuration;

    /// <summary>Findings of the last reading of the configuration, failed or not.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => _daemon.Problems;

    /// <summary>The active groups, by priority then name.</summary>
    public IReadOnlyList<GroupSnapshot> Groups => [.. _daemon.Groups.InOrder.Select(g => g.ToSnapshot())];

    /// <summary>Everything that happens.</summary>
    public EventBus Events { get; }

    /// <summary>The main log.</summary>
    public MainLog MainLog => _setup.MainLog;

    /// <summary>Completes when everything is stopped; <see cref="State"/> says whether to end or to begin anew.</summary>
    /// <remarks>Fails with <see cref="EndOfStreamException"/> when the keeper is gone: nothing may be touched then.</remarks>
    public Task Ended => _ended.Task;

    /// <summary>Starts what is configured, or takes over what runs, and the thread that looks after it.</summary>
    public void Begin()
    {
        _daemon.Begin();
        // In the background: when something else of this visor fails, it must not be what keeps it from ending.
        new Thread(Run) { Name = "processes", IsBackground = true }.Start();
    }

    /// <summary>Says to whoever launched the daemon that it serves now.</summary>
    public void Ready() => _daemon.Loop.Post(_setup.Keeper.Ready);

    /// <summary>An active group; null: none such.</summary>
    public GroupSnapshot? FindGroup(string group) => _daemon.Groups.Find(group)?.ToSnapshot();

    /// <summary>A process of an active group; null: none such.</summary>
    public ProcessSnapshot? FindProcess(string group, string process) => Find(group, process)?.Snapshot;

    /// <summary>The log of one stream: read, tail, follow, clear. Null: no such process. A stream without a file has a path of null.</summary>
    public OutputLog? FindLog(string group, string process, OutputStream stream) =>
        Find(group, process) is { } found ? stream == OutputStream.Output ? found.Output : found.Error : null;

    /// <summary>Path of a log as Supervisor's getAllConfigInfo knows it: of groups made from the file as it was last read.</summary>
    public string? FindConfiguredLog(string group, string process, OutputStream stream) =>
        _daemon.FindOfLastReading(group)?.Find(process) is { } found
            ? stream == OutputStream.Output ? found.Output.Path : found.Error.Path
            : null;

    /// <summary>Starts one process. With <paramref name="wait"/> the answer comes when it is RUNNING or failed.</summary>
    public Task<Outcome> StartAsync(string group, string process, bool wait, CancellationToken cancel) =>
        Ask(group, process, p => Start(p, wait), cancel);

    /// <summary>Stops one process. With <paramref name="wait"/> the answer comes when it has ended.</summary>
    public Task<Outcome> StopAsync(string group, string process, bool wait, CancellationToken cancel) =>
        Ask(group, process, p => Stop(p, wait), cancel);

    /// <summary>Stops, when it runs, and starts anew; answers as <see cref="StartAsync"/>. Reeve's own.</summary>
    /// <remarks>
    /// What has begun goes on to its end, whether the caller leaves or the visor dies. What could not be started again is not
    /// stopped.
    /// </remarks>
    public Task<Outcome> RestartAsync(string group, string process, bool wait, CancellationToken cancel) =>
        Ask(group, process, p => Restart(p, wait), cancel);

    /// <summary>Sends a signal.</summary>
    public Task<Outcome> SignalAsync(string group, string process, int signal, CancellationToken cancel) =>
        Ask(group, process, p => Task.FromResult(Signal(p, signal)), cancel);

    /// <summary>Starts all members of a group (null: of all groups) that are not running.</summary>
    /// <returns>Immediate failures first, then the others in order of completion.</returns>
    public Task<Outcome<IReadOnlyList<ProcessOutcome>>> StartManyAsync(string? group, bool wait, CancellationToken cancel) =>
        AskMany(group, p => !p.IsUp, p => Start(p, wait), cancel);

    /// <summary>Stops all members of a group (null: of all groups) that are running.</summary>
    public Task<Outcome<IReadOnlyList<ProcessOutcome>>> StopManyAsync(string? group, bool wait, CancellationToken cancel) =>
        AskMany(group, p => p.IsUp, p => Stop(p, wait), cancel);

    /// <summary>Signals all members of a group (null: of all groups) that can be signalled.</summary>
    public Task<Outcome<IReadOnlyList<ProcessOutcome>>> SignalManyAsync(string? group, int signal, CancellationToken cancel) =>
        AskMany(group, CanSignal, p => Task.FromResult(Signal(p, signal)), cancel);

    /// <summary>Writes to a process's stdin. The text stays queued when the pipe is full, up to 1 MiB.</summary>
    public Task<Outcome> WriteInputAsync(string group, string process, ReadOnlyMemory<byte> text, CancellationToken cancel) =>
        Ask(group, process, p => Task.FromResult(
            p.State is ProcessState.Starting or ProcessState.Running ? p.Write(text) : new(OutcomeKind.NotRunning)), cancel);

    /// <summary>Empties both logs of a process.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="process">Its name.</param>
    /// <param name="evenIfDown">False: of a process that is down nothing is emptied, as in Supervisor.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public Task<Outcome> ClearLogsAsync(string group, string process, bool evenIfDown, CancellationToken cancel) =>
        Ask(group, process, async p =>
        {
            if (p.Snapshot.Pid == 0 && !evenIfDown)
                return Outcome.Done;
            try
            {
                await p.Output.ClearAsync().ConfigureAwait(false);
                await p.Error.ClearAsync().ConfigureAwait(false);
                return Outcome.Done;
            }
            catch (IOException e)
            {
                return new(OutcomeKind.Failed, e.Message);
            }
        }, cancel);

    /// <summary>Reads the file anew, says what differs from the active groups; nothing is started or stopped.</summary>
    public async Task<Outcome<ConfigurationChanges>> RereadAsync(CancellationToken cancel)
    {
        var read = await Task.Run(_setup.ReadAgain, cancel).ConfigureAwait(false);
        return await _daemon.Loop.Ask<Outcome<ConfigurationChanges>>(() =>
        {
            if (State != DaemonState.Running)
                return new Outcome(OutcomeKind.ShuttingDown);
            _daemon.Read(read);
            if (read.Configuration is null)
            {
                var first = ConfigurationResult.FirstError(read.Problems)!;
                return new Outcome(OutcomeKind.CannotReread, first.SupervisorText ?? first.ToString(), first.ToString());
            }
            return ConfigurationChanges.Between(
                [.. _daemon.Groups.InOrder.Select(g => g.Options)], Daemon.Runnable(read.Configuration));
        }).WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Makes a group of <see cref="Configuration"/> active; its autostart members start.</summary>
    public Task<Outcome> AddGroupAsync(string group, CancellationToken cancel) => _daemon.Loop.Ask(() =>
    {
        if (State != DaemonState.Running)
            return new(OutcomeKind.ShuttingDown);
        if (Daemon.Runnable(Configuration).FirstOrDefault(g => g.Name == group) is not { } options)
            return new(OutcomeKind.BadName);
        if (_daemon.Groups.Find(group) is not null)
            return new(OutcomeKind.AlreadyAdded);
        _daemon.Add(options);
        return Outcome.Done;
    }).WaitAsync(cancel);

    /// <summary>Removes a group whose members are all stopped.</summary>
    public Task<Outcome> RemoveGroupAsync(string group, CancellationToken cancel) => _daemon.Loop.Ask(() =>
    {
        if (State != DaemonState.Running)
            return new(OutcomeKind.ShuttingDown);
        if (_daemon.Groups.Find(group) is not { } found)
            return new(OutcomeKind.BadName);
        if (!found.IsDown)
            return new(OutcomeKind.StillRunning);
        _daemon.Remove(found);
        return Outcome.Done;
    }).WaitAsync(cancel);

    /// <summary>Sends a REMOTE_COMMUNICATION event.</summary>
    public void SendRemoteCommunication(string type, string data) => Events.Publish(new RemoteCommunicationEvent(type, data));

    /// <summary>Begins the ordered shutdown, or with <paramref name="restart"/> the restart in place. Answers at once.</summary>
    /// <returns>SHUTDOWN_STATE when one is under way; CANT_REREAD when a restart would find a broken file.</returns>
    public Task<Outcome> ShutdownAsync(bool restart) => _daemon.Loop.Ask(() =>
    {
        if (State != DaemonState.Running)
            return new(OutcomeKind.ShuttingDown);
        if (restart)
            return _daemon.Restart(_daemon.Logger) is { } reason ? new(OutcomeKind.CannotReread, reason) : Outcome.Done;
        _daemon.Shutdown(restart: false);
        return Outcome.Done;
    });

    /// <summary>After <see cref="Ended"/>.</summary>
    public void Dispose() => _daemon.Dispose();

    private void Run()
    {
        try
        {
            _daemon.Loop.Run(_daemon.OnNews);
            _daemon.Loop.Over();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            // Nobody will answer any more: those who wait are told so, and nothing new is begun.
            _daemon.Abandon();
            _daemon.Loop.Over();
            _ended.SetException(e);
        }
    }

    private Task<Outcome> Start(ManagedProcess process, bool wait)
    {
        var found = _daemon.Children.FindCommand(process.Options);
        if (found.Status.Kind is OutcomeKind.NoFile or OutcomeKind.NotExecutable)
            return Task.FromResult(found.Status);
        switch (process.State)
        {
            case ProcessState.Starting or ProcessState.Running or ProcessState.Backoff:
                return Task.FromResult(new Outcome(OutcomeKind.AlreadyStarted));
            case ProcessState.Unknown:
                return Task.FromResult(new Outcome(OutcomeKind.Failed, $"{process.Options.Name} is in an unknown process state"));
            case ProcessState.Stopping:
                return Task.FromResult(wait ? new Outcome(OutcomeKind.AbnormalTermination) : Outcome.Done);
        }
        return Decided(process.Start(wait));
    }

    private Task<Outcome> Restart(ManagedProcess process, bool wait)
    {
        if (!process.IsUp)
            return Start(process, wait);
        var found = _daemon.Children.FindCommand(process.Options);
        return found.Status.Kind is OutcomeKind.NoFile or OutcomeKind.NotExecutable
            ? Task.FromResult(found.Status)
            : Decided(process.Restart(wait));
    }

    private Task<Outcome> Stop(ManagedProcess process, bool wait)
    {
        if (!process.IsUp)
            return Task.FromResult(new Outcome(OutcomeKind.NotRunning));
        var stopped = process.Stop();
        return Decided(wait ? stopped : Task.FromResult(Outcome.Done));
    }

    private Task<Outcome> Decided(Task<Outcome> answer)
    {
        _daemon.Decided();
        return answer;
    }

    private static bool CanSignal(ManagedProcess process) =>
        process.State is ProcessState.Starting or ProcessState.Running or ProcessState.Stopping && process.Snapshot.Pid != 0;

    private static Outcome Signal(ManagedProcess process, int signal)
    {
        if (!CanSignal(process))
            return new(OutcomeKind.NotRunning);
        process.Signal(signal);
        return Outcome.Done;
    }

    private ManagedProcess? Find(string group, string process) => _daemon.Groups.Find(group)?.Find(process);

    private Task<Outcome> Ask(string group, string process, Func<ManagedProcess, Task<Outcome>> request, CancellationToken cancel) =>
        _daemon.Loop.Ask(() =>
        {
            if (State != DaemonState.Running)
                return Task.FromResult(new Outcome(OutcomeKind.ShuttingDown));
            return Find(group, process) is { } found ? request(found) : Task.FromResult(new Outcome(OutcomeKind.BadName));
        }).WaitAsync(cancel);

    private async Task<Outcome<IReadOnlyList<ProcessOutcome>>> AskMany(
        string? group, Func<ManagedProcess, bool> concerned, Func<ManagedProcess, Task<Outcome>> request, CancellationToken cancel)
    {
        var outcomes = new List<ProcessOutcome>();
        var pending = new List<Task>();
        var refused = await _daemon.Loop.Ask(() =>
        {
            if (State != DaemonState.Running)
                return new(OutcomeKind.ShuttingDown);
            if (group is not null && _daemon.Groups.Find(group) is null)
                return new(OutcomeKind.BadName);
            var members = group is null ? _daemon.Groups.Processes : _daemon.Groups.Find(group)!.Processes;
            foreach (var member in members.Where(concerned).ToList())
                pending.Add(CollectAsync(member, request(member)));
            return Outcome.Done;
        }).WaitAsync(cancel).ConfigureAwait(false);
        if (!refused.IsDone)
            return refused;
        await Task.WhenAll(pending).WaitAsync(cancel).ConfigureAwait(false);
        return outcomes;

        async Task CollectAsync(ManagedProcess member, Task<Outcome> answer)
        {
            var outcome = await answer.ConfigureAwait(false);
            lock (outcomes)
                outcomes.Add(new(member.Group, member.Options.Name, outcome));
        }
    }
}
