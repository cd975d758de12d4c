using Microsoft.Extensions.Logging;
using Reeve.Core.Configuration;
using Reeve.Core.Processes;
using Reeve.Keeper;
using Reeve.Visor.Events;
using Reeve.Visor.Journal;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Processes;

/// <summary>The life of the daemon on the loop's thread: its groups, news of the keeper, taking over, ending.</summary>
internal sealed class Daemon : IDisposable
{
    private static readonly Dictionary<(string Group, string Name), ProcessEntry> NoEntries = [];

    /// <summary>What the visor needs for itself: about 40 at rest, and some connections.</summary>
    private const ulong OwnDescriptors = 80;

    private readonly SupervisorSetup _setup;
    private readonly ProcessParts _parts;
    private readonly ProcessOutputEvents _outputs;
    private readonly VisorJournal _journal;
    private readonly Dictionary<ChildId, ManagedProcess> _children = [];
    private OrderedShutdown? _shutdown;
    private ActiveGroups _groups = ActiveGroups.None;
    private long _lastChild;
    private int _reading;
    private int _state = (int)DaemonState.Running;

    public Daemon(SupervisorSetup setup, EventBus events)
    {
        _setup = setup;
        Configuration = setup.Read.Configuration!;
        Problems = setup.Read.Problems;
        Logger = setup.MainLog;
        Loop = new(setup.Keeper, setup.Time, defect => Log.Trouble(Logger, $"a defect of Reeve, please report it: {defect}"));
        Events = events;
        _outputs = new(events, Logger);
        _journal = new(new(setup.JournalFile, setup.Keeper), setup.Time, problem => Log.Trouble(Logger, problem));
        _parts = new()
        {
            Loop = Loop,
            Keeper = setup.Keeper,
            Logger = Logger,
            Events = events,
            Children = new(setup.Environment) { Common = Configuration.Environment, ServerUrl = setup.ServerUrl },
            Clock = setup.Time.GetLocalNow,
            Closing = () => State != DaemonState.Running,
            OpenLog = OpenLog,
            HasRoomFor = HasRoomFor,
            NewChild = NewChild,
            ForgetChild = child => _children.Remove(child),
            Record = Record,
            StateChanged = _ => _shutdown?.StateChanged(),
        };
    }

    public VisorLoop Loop { get; }

    public ILogger Logger { get; }

    public EventBus Events { get; }

    /// <summary>Readable from any thread.</summary>
    public ActiveGroups Groups => Volatile.Read(ref _groups);

    /// <summary>Readable from any thread.</summary>
    public DaemonState State => (DaemonState)Volatile.Read(ref _state);

    /// <summary>Last read with success; readable from any thread.</summary>
    public DaemonConfiguration Configuration { get; private set; }

    /// <summary>Of the last reading, failed or not.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; private set; }

    /// <summary>Groups removed since the file was last read.</summary>
    public ActiveGroups Removed { get; private set; } = ActiveGroups.None;

    /// <summary>A group made from the file as it was last read, removed or not; null: none such.</summary>
    public ActiveGroup? FindOfLastReading(string group) =>
        (Groups.Find(group) ?? Removed.Find(group)) is { } found && found.Reading == _reading ? found : null;

    /// <summary>Makes the configured groups active, or takes over those of the visor before.</summary>
    public void Begin()
    {
        if (_setup.Handover.IsFresh)
            BeginAnew();
        else
            TakeOver();
    }

    public ChildPreparation Children => _parts.Children;

    /// <summary>Groups of a configuration that this version can run.</summary>
    public static IReadOnlyList<GroupOptions> Runnable(DaemonConfiguration configuration) =>
        [.. configuration.Groups.Where(g => g.Kind == GroupKind.Program)];

    public void Read(ConfigurationResult read)
    {
        Problems = read.Problems;
        if (read.Configuration is not { } configuration)
            return;
        Configuration = configuration;
        _reading++;
        Removed = ActiveGroups.None;
        // What a reading brings into force; sockets and the main log stay those of the start, also for the next visor.
        StoredConfiguration.Save(
            _setup.Read.Configuration! with { Groups = configuration.Groups, Environment = configuration.Environment }, _setup.Keeper);
        _parts.Children.Common = configuration.Environment;
    }

    public void Add(GroupOptions options)
    {
        var group = Make(options, NoEntries);
        Volatile.Write(ref _groups, _groups.With(group));
        foreach (var process in group.Processes)
            _journal.Append(AboutToStart(process));
        RecordGroups();
        Events.Publish(new GroupEvent(options.Name, Added: true));
        Autostart(group);
    }

    public void Remove(ActiveGroup group)
    {
        foreach (var process in group.Processes)
            process.Close();
        Volatile.Write(ref _groups, _groups.Without(group.Name));
        Removed = Removed.Without(group.Name).With(group);
        RecordGroups();
        Events.Publish(new GroupEvent(group.Name, Added: false));
    }

    public void Dispose()
    {
        _journal.Dispose();
        Loop.Dispose();
    }

    /// <summary>An operator's decision was carried out: it goes to the disk, not only to the page cache.</summary>
    public void Decided() => _journal.Force();

    /// <summary>Begins to end. A restart under way may turn into a shutdown, not the other way round.</summary>
    public void Shutdown(bool restart)
    {
        var already = State != DaemonState.Running;
        Volatile.Write(ref _state, (int)(restart ? DaemonState.Restarting : DaemonState.Shutdown));
        MarkEnding(restart);
        if (already)
            return;
        Events.Publish(new DaemonStateEvent(Running: false));
        _shutdown = new(_groups, Loop, Logger, Loop.End);
        _shutdown.Begin();
    }

    private void MarkEnding(bool restart)
    {
        try
        {
            Handover.MarkEnding(_setup.Keeper, restart);
        }
        catch (IOException e)
        {
            // Out of descriptors: what is lost is only that the next visor goes on with it, should this one die.
            Log.Trouble(Logger, e.Message);
        }
    }

    /// <summary>The keeper is gone: nothing may be touched any more, and nobody is left waiting.</summary>
    public void Abandon()
    {
        Volatile.Write(ref _state, (int)DaemonState.Shutdown);
        foreach (var process in _groups.Processes)
            process.Abandon();
    }

    public void OnNews(KeeperMessage message)
    {
        switch (message)
        {
            case KeeperMessage.Spawned news when _children.TryGetValue(news.Id, out var process):
                process.OnSpawned(news);
                break;
            case KeeperMessage.SpawnFailed news when _children.Remove(news.Id, out var process):
                process.OnSpawnFailed(news.Stage, news.Errno);
                break;
            case KeeperMessage.Exited news when _children.TryGetValue(news.Id, out var process):
                Log.ChildQuit(Logger);
                process.OnExited(news.Status);
                break;
            case KeeperMessage.SignalFailed news when _children.TryGetValue(news.Id, out var process):
                process.OnSignalFailed(
                    $"cannot send {SignalNames.NameOf(news.Signal)} to {process.Options.Name}: {Linux.Errno.Describe(news.Errno)}");
                break;
            case KeeperMessage.OrphanReaped news:
                Log.OrphanReaped(Logger, news.Pid, Log.How(news.Status));
                break;
            case KeeperMessage.SignalReceived news:
                OnSignal(news.Signal);
                // Not before: of a visor that dies over it, the next one hears again.
                _setup.Keeper.SignalSeen(news.Signal);
                break;
        }
    }

    private void OnSignal(int signal)
    {
        switch (SignalNames.NameOf(signal))
        {
            case "SIGHUP" when State != DaemonState.Running:
                Log.RestartIgnored(Logger);
                break;
            case "SIGHUP":
                Log.RestartRequest(Logger);
                Restart(Logger);
                break;
            case "SIGUSR2":
                Log.ReopenRequest(Logger);
                _setup.MainLog.Reopen();
                Log.Reopened(Logger);
                foreach (var process in _groups.Processes)
                {
                    process.Output.Reopen();
                    process.Error.Reopen();
                }
                break;
            case var name:
                Log.ExitRequest(Logger, name);
                Shutdown(restart: false);
                break;
        }
    }

    /// <summary>Restarts with the file as it is now; one that is broken, or asks for what cannot be had, changes nothing.</summary>
    /// <returns>Why not; null: it has begun.</returns>
    public string? Restart(ILogger logger)
    {
        var read = _setup.ReadAgain();
        var reason = read.Configuration is null
            ? string.Join(" ", read.Problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => p.ToString()))
            : _setup.Rehearse(read.Configuration);
        if (reason is null)
        {
            Shutdown(restart: true);
            return null;
        }
        Problems = read.Problems;
        Log.RestartRefused(logger, reason);
        return reason;
    }

    private void BeginAnew()
    {
        var left = _setup.Handover.Children;
        _lastChild = left.Count == 0 ? 0 : left.Max(c => c.Id.Value);
        LeaveAlone(left);
        Volatile.Write(ref _groups, ActiveGroups.None.With(Runnable(Configuration).Select(options => Make(options, NoEntries))));
        // Should this visor die before it has started them all, the next one goes on with it.
        RecordEverything(AboutToStart);
        Handover.RemoveMarks(_setup.Keeper);
        foreach (var group in _groups.InOrder)
            Events.Publish(new GroupEvent(group.Name, Added: true));
        Events.Publish(new DaemonStateEvent(Running: true));
        foreach (var group in _groups.InOrder)
            Autostart(group);
    }

    private void TakeOver()
    {
        var (groups, entries) = Remembered();
        var children = _setup.Handover.Children.ToDictionary(c => c.Id);
        _lastChild = Math.Max(
            children.Count == 0 ? 0 : children.Keys.Max(c => c.Value), entries.Count == 0 ? 0 : entries.Values.Max(e => e.Child));
        Volatile.Write(ref _groups, ActiveGroups.None.With(groups.Select(o => Make(o, WithLabels(entries, children)))));
        RecordEverything();
        foreach (var process in _groups.Processes)
        {
            if (!children.Remove(process.Child, out var child))
            {
                process.TakeOverWithoutChild();
                continue;
            }
            _children.Add(process.Child, process);
            process.TakeOver(child);
        }
        LeaveAlone(children.Values);
        Log.TookOver(Logger, _children.Count);
        if (_setup.Handover.Ending is { } restart)
            Shutdown(restart);
    }

    /// <summary>The groups that were active, and how their processes were; without a journal the configured ones.</summary>
    private JournalContent Remembered()
    {
        if (!_setup.Handover.Stored.TryGetValue(JournalFiles.StoredName, out var earlier))
            return new(Runnable(Configuration), NoEntries);
        using (earlier)
            return VisorJournal.Read(earlier, _setup.Handover.Welcome.Session) ?? new(Runnable(Configuration), NoEntries);
    }

    /// <summary>What runs and whose is not known by its id is known by what was written on it at its start.</summary>
    /// <remarks>So is everything without a journal, and what a full disk kept out of it.</remarks>
    private static Dictionary<(string Group, string Name), ProcessEntry> WithLabels(
        IReadOnlyDictionary<(string Group, string Name), ProcessEntry> entries,
        Dictionary<ChildId, KeeperMessage.Kept> children)
    {
        var all = new Dictionary<(string, string), ProcessEntry>(entries);
        foreach (var child in children.Values.OrderBy(c => c.Id.Value))
        {
            if (child.Label.Split('\n') is not [var group, var name] || (child.Exit is not null && entries.Count > 0))
                continue;
            var known = entries.GetValueOrDefault((group, name));
            if (known is not null && children.ContainsKey(new(known.Child)))
                continue;
            all[(group, name)] = (known ?? new() { Group = group, Name = name, Status = "" }) with
            {
                Status = nameof(ProcessStatus.Running),
                Failures = 0,
                Child = child.Id.Value,
                Pid = child.Pid,
                StartedAt = child.StartedAt,
            };
        }
        return all;
    }

    /// <summary>Children of nobody: those that have ended are history, the others are told of.</summary>
    private void LeaveAlone(IEnumerable<KeeperMessage.Kept> children)
    {
        foreach (var stray in children)
        {
            stray.Pipes.Input?.Dispose();
            stray.Pipes.Output?.Dispose();
            stray.Pipes.Error?.Dispose();
            if (stray.Exit is null)
                Log.Stray(Logger, stray.Label.Replace('\n', ':'), stray.Pid);
            else
                _setup.Keeper.Forget(stray.Id);
        }
    }

    private ActiveGroup Make(GroupOptions options, IReadOnlyDictionary<(string Group, string Name), ProcessEntry> entries) => new(
        options,
        [.. options.Processes.Select(p => new ManagedProcess(p, options.Name, _parts, entries.GetValueOrDefault((options.Name, p.Name))))],
        _reading);

    private static void Autostart(ActiveGroup group)
    {
        foreach (var process in group.Processes.Where(p => p.Options.AutoStart))
            _ = process.Start(wait: false);
    }

    private OutputLog OpenLog(ManagedProcess process, OutputStream stream, string? reuse)
    {
        var o = process.Options;
        var isOutput = stream == OutputStream.Output;
        var output = isOutput ? o.StandardOutput : o.StandardError;
        if (!isOutput && o.RedirectStandardError)
            output = new() { Target = OutputTarget.None };
        var settings = new OutputLogSettings(
            o.Name, isOutput ? "stdout" : "stderr", output, Configuration.StripAnsi,
            ObserveAll: Configuration.LogLevel >= DaemonLogLevel.Debug);
        var observer = _outputs.Observer(process.Group, o.Name, stream, output.EventsEnabled);
        try
        {
            return _setup.Logs.Open(settings, reuse, observer);
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            // A path that is none: its output has nowhere to go, but it runs.
            Log.Trouble(Logger, $"cannot log {settings.Stream} of '{o.Name}': {e.Message}");
            return _setup.Logs.Open(
                settings with { Options = output with { Target = OutputTarget.None } }, null, observer);
        }
    }

    /// <summary>
    /// A visor without a descriptor left could neither answer nor stop anything, and the next one not even begin: rather
    /// one program less.
    /// </summary>
    private bool HasRoomFor(ManagedProcess process)
    {
        const int mostOfOne = 5;
        var room = _setup.OpenFiles - Math.Min(_setup.OpenFiles, OwnDescriptors + (ulong)process.Descriptors);
        return (ulong)(_children.Count * mostOfOne) <= room
            || (ulong)_children.Values.Sum(p => p.Descriptors) <= room;
    }

    private ChildId NewChild(ManagedProcess process)
    {
        var child = new ChildId(++_lastChild);
        _children.Add(child, process);
        return child;
    }

    private void Record(ManagedProcess process)
    {
        _journal.Append(process.ToEntry());
        RewriteIfWanted();
    }

    private void RewriteIfWanted()
    {
        if (_journal.WantsRewrite)
            RecordEverything();
    }

    private void RecordGroups()
    {
        _journal.Append([.. _groups.InOrder.Select(g => g.Options)]);
        RewriteIfWanted();
        _journal.Force();
    }

    private void RecordEverything(Func<ManagedProcess, ProcessEntry>? entry = null) => _journal.Rewrite(
        _setup.Handover.Welcome.Session,
        [.. _groups.InOrder.Select(g => g.Options)],
        _groups.Processes.Select(entry ?? (p => p.ToEntry())));

    /// <summary>How the next visor has to find a process that this one is about to make known.</summary>
    private static ProcessEntry AboutToStart(ManagedProcess process) => process.Options.AutoStart
        ? process.ToEntry() with { Status = nameof(ProcessStatus.Spawning) }
        : process.ToEntry();
}
