using System.Text;
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
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(10), StartIsOver = TimeSpan.FromSeconds(2);
    private readonly LaunchPlan _plan;
    private readonly KeeperLink _keeper = KeeperLink.Connect();
    private readonly Handover _handover;
    private readonly MachineSource _source;

    private VisorRole(LaunchPlan plan)
    {
        _source = new(plan.BaseDirectory, MachineSource.OwnEnvironment());
        _handover = Handover.Receive(_keeper);
        _plan = GivenContent.Take(plan, _handover, _keeper);
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
            Complain($"Error: {e.Message}\n{Launcher.HelpHint}\n");
            return UsageError;
        }
    }

    /// <summary>What the start needed is garbage by then, some megabytes, whose pages nothing else would give back for long.</summary>
    private static async Task GiveMemoryBackAsync()
    {
        await Task.Delay(StartIsOver);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Nobody may be there to read it, and that must not change the exit code.</summary>
    private static void Complain(string text)
    {
        using var error = new StandardStream(2, FileAccess.Write, dropsWhatFails: true);
        error.Write(Encoding.UTF8.GetBytes(text));
    }

    private async Task<int> RunAsync()
    {
        var read = ReadConfiguration();
        if (read.Configuration is null)
        {
            var problem = read.Problems.First(p => p.Severity == ProblemSeverity.Error).ToString();
            if (LastGood() is not { } goesOn)
            {
                Complain($"Error: {problem}\n");
                return UsageError;
            }
            return await ServeAsync(Premises.Open(goesOn, _plan, _source, _handover, _keeper), new(goesOn, read.Problems), problem);
        }
        Premises premises;
        try
        {
            premises = Premises.Open(read.Configuration, _plan, _source, _handover, _keeper);
        }
        catch (IOException e) when (LastGood() is { } goesOn)
        {
            premises = Premises.Open(goesOn, _plan, _source, _handover, _keeper);
            return await ServeAsync(premises, new(goesOn, read.Problems), e.Message);
        }
        return await ServeAsync(premises, read, null);
    }

    /// <summary>Serves until the daemon ends.</summary>
    /// <param name="premises">What is open.</param>
    /// <param name="read">What is in force.</param>
    /// <param name="refusal">Why it is not what the file says; null: it is.</param>
    private async Task<int> ServeAsync(Premises premises, ConfigurationResult read, string? refusal)
    {
        using var open = premises;
        var (configuration, log) = (read.Configuration!, premises.Log);
        StoredConfiguration.Save(configuration, _keeper);
        if (_handover.IsFresh)
            WriteNotes(log, read.Problems);
        premises.Early.Replay(log);
        if (refusal is not null)
            LaunchLog.OldConfiguration(log, refusal);
        if (premises.State is null)
            LaunchLog.NoStateDirectory(log);
        if (_handover.IsFresh && !configuration.NoCleanup)
            premises.Logs.CleanUp(new HashSet<string>());

        using var supervisor = new Supervisor(new()
        {
            Keeper = _keeper,
            Handover = _handover,
            Read = read,
            ReadAgain = () => _plan.Read(_source),
            Rehearse = next => Rehearsal.Try(next, configuration, _source.FullPath),
            Logs = premises.Logs,
            MainLog = log,
            ServerUrl = ServerUrl(configuration),
            JournalFile = premises.StateFile(StateDirectory.JournalName),
            Environment = _source.Environment,
        });
        await using var host = new WebHost(supervisor, premises.Sockets.All, log, premises.StateFile("audit.log"));
        if (_handover.IsFresh)
        {
            host.Announce();
            if (!_plan.Foreground && _handover.Welcome.VisorStarts == 1)
                LaunchLog.Daemonizing(log);
            premises.Pid.Write(_handover.Welcome.KeeperPid, log);
            LaunchLog.Started(log, _handover.Welcome.KeeperPid);
        }
        supervisor.Begin();
        await host.StartAsync(CancellationToken.None);
        supervisor.Ready();
        if (!_plan.Foreground)
            StandardDescriptors.PointToNull();
        _ = GiveMemoryBackAsync();

        await supervisor.Ended;
        await host.StopAsync(CancellationToken.None);
        premises.Sockets.Close(_keeper);
        premises.Pid.Remove(_keeper);
        if (supervisor.State == DaemonState.Shutdown && premises.State is not null)
            StateDirectory.CleanUp(premises.State);
        log.Flush();
        if (supervisor.State == DaemonState.Restarting)
            Handover.MarkFreshStart(_keeper);
        else
            _keeper.Finish(0);
        // What the keeper does not hear it takes for a crash.
        _keeper.FlushAll(LastWordsPatience);
        return 0;
    }

    /// <summary>
    /// The file; or, taking over, what was in force when the visor before died.
    /// </summary>
    private ConfigurationResult ReadConfiguration() =>
        !_handover.IsFresh && StoredConfiguration.Load(_handover.Stored) is { } inForce ? new(inForce, []) : _plan.Read(_source);

    /// <summary>What a restart goes back to when it cannot have what the file asks for: nothing runs, and something must.</summary>
    private DaemonConfiguration? LastGood() => _handover.IsFresh ? StoredConfiguration.Load(_handover.Stored) : null;

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
