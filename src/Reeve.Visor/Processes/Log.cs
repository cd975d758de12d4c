using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Reeve.Core.Processes;
using Reeve.Keeper;

namespace Reeve.Visor.Processes;

/// <summary>Lines of the main log about processes. The texts are Supervisor's: tools grep for them.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "spawned: '{Process}' with pid {Pid}")]
    public static partial void Spawned(ILogger logger, string process, int pid);

    [LoggerMessage(2002, LogLevel.Information, "spawnerr: {Reason}")]
    public static partial void SpawnFailed(ILogger logger, string reason);

    [LoggerMessage(2003, LogLevel.Information,
        "success: {Process} entered RUNNING state, process has stayed up for > than {Seconds} seconds (startsecs)")]
    public static partial void Running(ILogger logger, string process, long seconds);

    [LoggerMessage(2004, LogLevel.Information, "exited: {Process} ({How}; expected)")]
    public static partial void ExitedExpected(ILogger logger, string process, string how);

    [LoggerMessage(2005, LogLevel.Warning, "exited: {Process} ({How}; not expected)")]
    public static partial void ExitedUnexpected(ILogger logger, string process, string how);

    [LoggerMessage(2006, LogLevel.Information, "gave up: {Process} entered FATAL state, too many start retries too quickly")]
    public static partial void GaveUp(ILogger logger, string process);

    [LoggerMessage(EventId = 2007, Message = "stopped: {Process} ({How})")]
    public static partial void Stopped(ILogger logger, LogLevel level, string process, string how);

    [LoggerMessage(2008, LogLevel.Information, "waiting for {Process} to stop")]
    public static partial void WaitingToStop(ILogger logger, string process);

    [LoggerMessage(2009, LogLevel.Information, "waiting for {Processes} to die")]
    public static partial void WaitingToDie(ILogger logger, string processes);

    [LoggerMessage(2010, LogLevel.Warning, "killing '{Process}' ({Pid}) with SIGKILL")]
    public static partial void Killing(ILogger logger, string process, int pid);

    [LoggerMessage(2011, LogLevel.Debug, "killing {Process} (pid {Pid}) {Target}with signal {Signal}")]
    public static partial void Signalling(ILogger logger, string process, int pid, string target, string signal);

    [LoggerMessage(2012, LogLevel.Debug, "sending {Process} (pid {Pid}) sig {Signal}")]
    public static partial void Sending(ILogger logger, string process, int pid, string signal);

    [LoggerMessage(2013, LogLevel.Warning, "received {Signal} indicating exit request")]
    public static partial void ExitRequest(ILogger logger, string signal);

    [LoggerMessage(2014, LogLevel.Warning, "received SIGHUP indicating restart request")]
    public static partial void RestartRequest(ILogger logger);

    [LoggerMessage(2015, LogLevel.Warning, "ignored SIGHUP indicating restart request (shutdown in progress)")]
    public static partial void RestartIgnored(ILogger logger);

    [LoggerMessage(2016, LogLevel.Information, "received SIGUSR2 indicating log reopen request")]
    public static partial void ReopenRequest(ILogger logger);

    [LoggerMessage(2017, LogLevel.Information, "supervisord logreopen")]
    public static partial void Reopened(ILogger logger);

    [LoggerMessage(2018, LogLevel.Information, "reaped unknown pid {Pid} ({How})")]
    public static partial void OrphanReaped(ILogger logger, int pid, string how);

    [LoggerMessage(2019, LogLevel.Debug, "received SIGCHLD indicating a child quit")]
    public static partial void ChildQuit(ILogger logger);

    [LoggerMessage(2020, LogLevel.Debug, "'{Process}' {Stream} output:\n{Text}")]
    public static partial void Output(ILogger logger, string process, string stream, string text);

    [LoggerMessage(2021, LogLevel.Critical, "{Process} is in an unknown state: {Reason}")]
    public static partial void UnknownState(ILogger logger, string process, string reason);

    [LoggerMessage(2022, LogLevel.Error, "cannot start {Process}: the keeper has not answered for a minute")]
    public static partial void NoAnswer(ILogger logger, string process);

    [LoggerMessage(2023, LogLevel.Error, "cannot restart: {Reason} The daemon goes on as it is")]
    public static partial void RestartRefused(ILogger logger, string reason);

    [LoggerMessage(2024, LogLevel.Warning, "the visor was started again and took over {Count} running processes")]
    public static partial void TookOver(ILogger logger, int count);

    [LoggerMessage(2025, LogLevel.Error, "{Process} (pid {Pid}) runs but is not configured any more: it is left alone")]
    public static partial void Stray(ILogger logger, string process, int pid);

    [LoggerMessage(2026, LogLevel.Error, "{Problem}")]
    public static partial void Trouble(ILogger logger, string problem);

    [LoggerMessage(2027, LogLevel.Debug, "'{Process}' '{Stream}' emitted a comm event")]
    public static partial void Captured(ILogger logger, string process, string stream);

    /// <summary>The line that goes with a change of state, where there is one.</summary>
    [SuppressMessage("Performance", "CA1873", Justification = "A change of state is rare, and its line is nearly always wanted.")]
    public static void Entered(ILogger logger, ManagedProcess process, ProcessStatus from, ProcessStatus to, ExitStatus exit, bool closing)
    {
        var name = process.Options.Name;
        switch (to)
        {
            case ProcessStatus.Running:
                Running(logger, name, (long)process.Options.StartSeconds.TotalSeconds);
                break;
            case ProcessStatus.Backoff when from is ProcessStatus.Starting:
            case ProcessStatus.Exited { Expected: false }:
                ExitedUnexpected(logger, name, How(exit));
                break;
            case ProcessStatus.Exited:
                ExitedExpected(logger, name, How(exit));
                break;
            case ProcessStatus.Fatal when !closing:
                GaveUp(logger, name);
                break;
            case ProcessStatus.Stopped when from is ProcessStatus.Stopping { Spawned: true }:
                var expected = !exit.Signaled && process.Options.ExitCodes.Contains(exit.Code);
                Stopped(logger, expected ? LogLevel.Information : LogLevel.Warning, name, How(exit));
                break;
        }
    }

    /// <summary><c>exit status 3</c>, <c>terminated by SIGSEGV (core dumped)</c>.</summary>
    public static string How(ExitStatus exit) => exit.Signaled
        ? $"terminated by {SignalNames.NameOf(exit.Code)}{(exit.CoreDumped ? " (core dumped)" : "")}"
        : $"exit status {exit.Code}";
}
