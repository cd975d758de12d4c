using Microsoft.Extensions.Logging;
using Reeve.Core.Configuration;
using Reeve.Keeper;
using Reeve.Launching;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Signals;
using Reeve.Server;
using Reeve.Visor.Configuration;
using Reeve.Visor.Journal;
using Reeve.Visor.Logs;
using Reeve.Visor.Processes;

namespace Reeve;

/// <summary>The visor: puts the rooms of the daemon together, in the order in which its start can be observed.</summary>
internal sealed class VisorRole
{
    private const int UsageError = 2;
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(10);
    private readonly LaunchPlan _plan;
    private readonly KeeperLink _keeper = KeeperLink.Connect();
    private readonly Handover _handover;
    private readonly MachineSource _source;

    private VisorRole(LaunchPlan plan)
    {
        _plan = plan;
        _source = new(plan.BaseDirectory, MachineSource.OwnEnvironment());
        _handover = Handover.Receive(_keeper);
    }

    /// <summary>Runs until the daemon ends, or until it is to begin anew.</summary>
    /// <returns>Exit code; 2 before the first start is complete, for a refusal.</returns>
    public static int Run(LaunchPlan plan)
    {
        // Signals meant for the daemon reach the keeper, which passes them on; one sent to the whole process group or cgroup
        // must not end the visor besides. A limit on file sizes is the log's business.
        SignalCatcher.Set(
            SignalAction.Ignore, Signal.PIPE, Signal.XFSZ, Signal.TERM, Signal.INT, Signal.QUIT, Signal.HUP, Signal.USR1, Signal.USR2,
            Signal.ALRM);
        try
        {
            return new VisorRole(plan).RunAsync().GetAwaiter().GetResult();
        }
        catch (EndOfStreamException)
        {
            // The keeper is gone, and with it the right to touch anything.
            return 1;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"Error: {e.Message}");
            Console.Error.WriteLine(Launcher.HelpHint);
            return UsageError;
        }
    }

    private async Task<int> RunAsync()
    {
        var read = ReadConfiguration();
        if (read.Configuration is not { } configuration)
        {
            Console.Error.WriteLine($"Error: {read.Problems.First(p => p.Severity == ProblemSeverity.Error)}");
            return UsageError;
        }
        var pidFile = _source.FullPath(configuration.PidFile);
        var state = StateDirectory.OfDaemon(configuration.Identifier, pidFile);

        // Nothing of a daemon that runs already may be touched: its sockets and its pid file are asked first.
        using var logs = new LogEngine(new()
        {
            ChildLogDirectory = configuration.ChildLogDirectory,
            Identifier = configuration.Identifier,
            Trouble = OnTrouble,
        });
        var early = new EarlyLog();
        using var sockets = ListeningSockets.Open(configuration, _handover, _keeper, early);
        PidFile pid;
        MainLog log;
        try
        {
            pid = PidFile.Lock(pidFile, _handover, _keeper);
            log = _log = TryOpenMainLog(configuration, logs, early);
        }
        catch (IOException) when (_handover.IsFresh)
        {
            sockets.Close(_keeper);
            throw;
        }
        using var locked = pid;
        StoredConfiguration.Save(configuration, _keeper);
        if (_handover.IsFresh)
            WriteNotes(log, read.Problems);
        early.Replay(log);
        if (state is null)
            LaunchLog.NoStateDirectory(log);
        if (_handover.IsFresh && !configuration.NoCleanup)
            logs.CleanUp(new HashSet<string>());

        using var supervisor = new Supervisor(new()
        {
            Keeper = _keeper,
            Handover = _handover,
            Read = read,
            ReadAgain = () => _plan.Read(_source),
            Logs = logs,
            MainLog = log,
            ServerUrl = ServerUrl(configuration),
            JournalFile = state is null ? null : Path.Combine(state, StateDirectory.JournalName),
            Environment = _source.Environment,
        });
        await using var host = new WebHost(
            supervisor, sockets.All, log, state is null ? null : Path.Combine(state, "audit.log"));
        if (_handover.IsFresh)
        {
            host.Announce();
            if (!_plan.Foreground)
                LaunchLog.Daemonizing(log);
            pid.Write(_handover.Welcome.KeeperPid, log);
            LaunchLog.Started(log, _handover.Welcome.KeeperPid);
        }
        supervisor.Begin();
        await host.StartAsync(CancellationToken.None);
        supervisor.Ready();
        if (!_plan.Foreground)
            StandardDescriptors.PointToNull();

        await supervisor.Ended;
        await host.StopAsync(CancellationToken.None);
        sockets.Close(_keeper);
        pid.Remove(_keeper);
        if (supervisor.State == DaemonState.Shutdown && state is not null)
            StateDirectory.CleanUp(state);
        log.Flush();
        if (supervisor.State == DaemonState.Restarting)
            Handover.MarkFreshStart(_keeper);
        else
            _keeper.Finish(0);
        // What the keeper does not hear it takes for a crash.
        _keeper.FlushAll(LastWordsPatience);
        return 0;
    }

    private MainLog? _log;

    private void OnTrouble(LogLevel level, string text) => _log?.Log(level, default, text, null, static (t, _) => t);

    /// <summary>The file; or, taking over, what was in force when the visor before died.</summary>
    private ConfigurationResult ReadConfiguration()
    {
        if (!_handover.IsFresh && StoredConfiguration.Load(_handover.Stored) is { } inForce)
            return new(inForce, []);
        return _plan.Read(_source);
    }

    /// <summary>Processes that run need somebody who looks after them more than a log.</summary>
    private MainLog TryOpenMainLog(DaemonConfiguration configuration, LogEngine logs, EarlyLog early)
    {
        try
        {
            return OpenMainLog(configuration, logs);
        }
        catch (IOException e) when (!_handover.IsFresh)
        {
            LaunchLog.NoMainLog(early, e.Message);
            return OpenMainLog(configuration with { LogFile = null }, logs);
        }
    }

    private MainLog OpenMainLog(DaemonConfiguration configuration, LogEngine logs)
    {
        var syslog = string.Equals(configuration.LogFile, "syslog", StringComparison.OrdinalIgnoreCase);
        return new(logs, new()
        {
            Path = syslog || configuration.LogFile is null ? null : _source.FullPath(configuration.LogFile),
            Syslog = syslog,
            MaxBytes = configuration.LogFileMaxBytes,
            Backups = configuration.LogFileBackups,
            Level = configuration.LogLevel,
            Echo = _plan.Foreground && !configuration.Silent,
        });
    }

    private void WriteNotes(MainLog log, IReadOnlyList<ConfigurationProblem> problems)
    {
        // Supervisor's order: what is critical, then warnings, then the rest.
        var notes = _plan.Notes.Select(n => n.Line).Concat(problems.Select(p => (Level: Level(p.Severity), Text: p.SupervisorText ?? p.ToString())));
        foreach (var (level, text) in notes.OrderByDescending(n => n.Level))
            log.Log(level, default, text, null, static (t, _) => t);

        static LogLevel Level(ProblemSeverity severity) =>
            severity == ProblemSeverity.Warning ? LogLevel.Warning : LogLevel.Information;
    }

    /// <summary>Value of SUPERVISOR_SERVER_URL: the first unix server, else the last inet server.</summary>
    private static string? ServerUrl(DaemonConfiguration configuration)
    {
        if (configuration.Servers.OfType<UnixServerOptions>().FirstOrDefault() is { } unix)
            return $"unix://{unix.File}";
        return configuration.Servers.OfType<InetServerOptions>().LastOrDefault() is { } inet
            ? $"http://{(inet.Host is "" or "0.0.0.0" ? "localhost" : inet.Host)}:{inet.Port}"
            : null;
    }
}
