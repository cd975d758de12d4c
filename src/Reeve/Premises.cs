using Reeve.Core.Configuration;
using Reeve.Keeper;
using Reeve.Launching;
using Reeve.Visor.Configuration;
using Reeve.Visor.Logs;
using Reeve.Visor.Processes;

namespace Reeve;

/// <summary>What the daemon has open while it serves: its sockets, its locked pid file, its logs.</summary>
/// <remarks>
/// Nothing of a daemon that runs already may be touched: its sockets and its pid file are asked first. What fails here leaves
/// nothing open behind.
/// </remarks>
internal sealed class Premises : IDisposable
{
    private MainLog? _log;

    private Premises(DaemonConfiguration configuration, MachineSource source, EarlyLog early)
    {
        var pidFile = source.FullPath(configuration.PidFile);
        State = StateDirectory.OfDaemon(configuration.Identifier, pidFile);
        Early = early;
        Logs = new(new()
        {
            ChildLogDirectory = configuration.ChildLogDirectory,
            Identifier = configuration.Identifier,
            Trouble = (level, text) => _log?.Log(level, default, text, null, static (t, _) => t),
        });
    }

    /// <summary>Directory of what outlives the daemon's processes; null: none can be made.</summary>
    public string? State { get; }

    /// <summary>What was to be said before there was a main log.</summary>
    public EarlyLog Early { get; }

    /// <summary>The log thread.</summary>
    public LogEngine Logs { get; }

    /// <summary>The main log.</summary>
    public MainLog Log => _log!;

    /// <summary>Where clients come in.</summary>
    public ListeningSockets Sockets { get; private set; } = null!;

    /// <summary>The lock.</summary>
    public PidFile Pid { get; private set; } = null!;

    /// <summary>A file in <see cref="State"/>; null: there is no such directory.</summary>
    public string? StateFile(string name) => State is null ? null : Path.Combine(State, name);

    /// <summary>Opens it all, or takes over what the keeper holds of it.</summary>
    /// <exception cref="IOException">Something cannot be had; its text says what.</exception>
    public static Premises Open(
        DaemonConfiguration configuration, LaunchPlan plan, MachineSource source, Handover handover, KeeperLink keeper)
    {
        var premises = new Premises(configuration, source, new());
        try
        {
            premises.Sockets = ListeningSockets.Open(configuration, handover, keeper, premises.Early);
            try
            {
                premises.Pid = PidFile.Lock(source.FullPath(configuration.PidFile), handover, keeper);
                premises.OpenLog(configuration, plan, source, handover);
            }
            catch (IOException) when (handover.IsFresh)
            {
                premises.Sockets.Close(keeper);
                premises.Pid?.Remove(keeper);
                throw;
            }
            return premises;
        }
        catch
        {
            premises.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pid?.Dispose();
        Sockets?.Dispose();
        Logs.Dispose();
    }

    private void OpenLog(DaemonConfiguration configuration, LaunchPlan plan, MachineSource source, Handover handover)
    {
        try
        {
            _log = MainLogOf(configuration, plan, source);
        }
        catch (IOException e) when (!handover.IsFresh)
        {
            // Processes that run need somebody who looks after them more than a log.
            LaunchLog.NoMainLog(Early, e.Message);
            _log = MainLogOf(configuration with { LogFile = null }, plan, source);
        }
    }

    private MainLog MainLogOf(DaemonConfiguration configuration, LaunchPlan plan, MachineSource source)
    {
        var syslog = string.Equals(configuration.LogFile, "syslog", StringComparison.OrdinalIgnoreCase);
        return new(Logs, new()
        {
            Path = syslog || configuration.LogFile is null ? null : source.FullPath(configuration.LogFile),
            Syslog = syslog,
            MaxBytes = configuration.LogFileMaxBytes,
            Backups = configuration.LogFileBackups,
            Level = configuration.LogLevel,
            Echo = plan.Foreground && !configuration.Silent,
        });
    }
}
