using System.Diagnostics;

namespace Reeve.Core.Processes;

/// <summary>Where one process stands. A state holds only what is true in it.</summary>
/// <param name="Failures">Failed starts in a row; forgotten when the process reaches RUNNING or FATAL.</param>
public abstract record ProcessStatus(int Failures)
{
    /// <summary>Down, by request or because it was never started; <paramref name="Restart"/> when it starts again at once.</summary>
    public sealed record Stopped(int Failures = 0, bool Restart = false) : ProcessStatus(Failures);

    /// <summary>The keeper has been asked for a process and has not answered yet.</summary>
    public sealed record Spawning(int Failures) : ProcessStatus(Failures);

    /// <summary>Spawned; must stay up for <see cref="ProcessOptions.StartSeconds"/>.</summary>
    public sealed record Starting(int Failures) : ProcessStatus(Failures);

    /// <summary>Up.</summary>
    public sealed record Running() : ProcessStatus(0);

    /// <summary>The last start failed.</summary>
    public sealed record Backoff(int Failures) : ProcessStatus(Failures);

    /// <summary>Asked to stop. <paramref name="Spawned"/> is false while the keeper has not even answered the start;
    /// <paramref name="Restart"/> when it is to be started again.</summary>
    public sealed record Stopping(int Failures, bool Spawned = true, bool Restart = false) : ProcessStatus(Failures);

    /// <summary>Ended by itself; <paramref name="Restart"/> when it starts again at once.</summary>
    public sealed record Exited(bool Expected, bool Restart) : ProcessStatus(0);

    /// <summary>Given up.</summary>
    public sealed record Fatal() : ProcessStatus(0);

    /// <summary>Could not be signalled.</summary>
    public sealed record Unknown(int Failures) : ProcessStatus(Failures);

    /// <summary>Supervisor's name for it.</summary>
    public ProcessState State => this switch
    {
        Stopped => ProcessState.Stopped,
        Spawning or Starting => ProcessState.Starting,
        Running => ProcessState.Running,
        Backoff => ProcessState.Backoff,
        Stopping => ProcessState.Stopping,
        Exited => ProcessState.Exited,
        Fatal => ProcessState.Fatal,
        _ => ProcessState.Unknown,
    };
}

/// <summary>What can happen to a process.</summary>
public abstract record ProcessEvent
{
    /// <summary>Somebody, or autostart, wants it up.</summary>
    public sealed record StartRequested : ProcessEvent;

    /// <summary>Somebody wants it down.</summary>
    public sealed record StopRequested : ProcessEvent;

    /// <summary>Somebody wants it stopped, if it is up, and started.</summary>
    public sealed record RestartRequested : ProcessEvent;

    /// <summary>The daemon ends or restarts and will start nothing any more.</summary>
    public sealed record ShutdownRequested : ProcessEvent;

    /// <summary>The keeper spawned it.</summary>
    public sealed record Spawned : ProcessEvent;

    /// <summary>It could not be spawned.</summary>
    public sealed record SpawnFailed : ProcessEvent;

    /// <summary>It ended. <paramref name="Code"/> is -1 for death by signal.</summary>
    public sealed record ProcessExited(int Code) : ProcessEvent;

    /// <summary>A signal could not be sent though the process lives.</summary>
    public sealed record SignalFailed : ProcessEvent;

    /// <summary>The time that the last step asked for is over.</summary>
    public sealed record DeadlineReached : ProcessEvent;
}

/// <summary>What is to be done to the outside world.</summary>
public abstract record ProcessEffect
{
    /// <summary>Spawn it; answered by <see cref="ProcessEvent.Spawned"/> or <see cref="ProcessEvent.SpawnFailed"/>.</summary>
    public sealed record Spawn : ProcessEffect;

    /// <summary>Signal it, or with <paramref name="Group"/> its whole process group.</summary>
    public sealed record Signal(int Number, bool Group) : ProcessEffect;

    /// <summary>Tell the operator that the keeper has not answered a spawn for a minute.</summary>
    public sealed record ReportNoAnswer : ProcessEffect;
}

/// <summary>The answer of the machine.</summary>
/// <param name="Next">State from now on.</param>
/// <param name="Deadline">After this, <see cref="ProcessEvent.DeadlineReached"/>; null: no deadline.</param>
/// <param name="Effect">To be carried out; null: nothing.</param>
public sealed record ProcessStep(ProcessStatus Next, TimeSpan? Deadline = null, ProcessEffect? Effect = null);

/// <summary>What one process does next. Decisions only: no clock, no system calls, no log.</summary>
/// <remarks>Source: Supervisor's states and transitions (docs/processes.md has the table for people).</remarks>
public static class ProcessMachine
{
    private const int SIGKILL = 9;

    /// <summary>How long the keeper may take to answer a spawn before the operator is told.</summary>
    public static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LeastKillInterval = TimeSpan.FromSeconds(1);

    /// <summary>One step.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="o">Its configuration.</param>
    /// <param name="closing">The daemon is ending: nothing is started any more.</param>
    /// <returns>Null: nothing changes, and a deadline that runs goes on running.</returns>
    /// <exception cref="UnreachableException">The event cannot happen in this state: a defect.</exception>
    public static ProcessStep? Next(ProcessStatus status, ProcessEvent happened, ProcessOptions o, bool closing) =>
        (status, happened) switch
        {
            (ProcessStatus.Stopped or ProcessStatus.Exited or ProcessStatus.Fatal,
                ProcessEvent.StartRequested or ProcessEvent.RestartRequested) => closing ? null : Spawn(status.Failures),
            (ProcessStatus.Stopped { Restart: true }, ProcessEvent.DeadlineReached)
                => closing ? new(new ProcessStatus.Stopped(status.Failures)) : Spawn(status.Failures),
            (ProcessStatus.Stopped { Restart: true }, ProcessEvent.StopRequested) => new(new ProcessStatus.Stopped(status.Failures)),
            (ProcessStatus.Spawning s, ProcessEvent.Spawned)
                => o.StartSeconds == TimeSpan.Zero
                    ? new(new ProcessStatus.Running())
                    : new(new ProcessStatus.Starting(s.Failures), o.StartSeconds),
            (ProcessStatus.Spawning or ProcessStatus.Starting, ProcessEvent.SpawnFailed or ProcessEvent.ProcessExited)
                => Retry(status.Failures + 1, o, closing),
            (ProcessStatus.Spawning, ProcessEvent.DeadlineReached)
                => new(status, AnswerPatience, new ProcessEffect.ReportNoAnswer()),
            (ProcessStatus.Spawning s,
                ProcessEvent.StopRequested or ProcessEvent.ShutdownRequested or ProcessEvent.RestartRequested)
                => new(new ProcessStatus.Stopping(s.Failures, Spawned: false, IsRestart(happened, closing)), AnswerPatience),
            (ProcessStatus.Starting, ProcessEvent.DeadlineReached) => new(new ProcessStatus.Running()),
            (ProcessStatus.Starting or ProcessStatus.Running,
                ProcessEvent.StopRequested or ProcessEvent.ShutdownRequested or ProcessEvent.RestartRequested)
                => Stop(status.Failures, IsRestart(happened, closing), o),
            (ProcessStatus.Running, ProcessEvent.ProcessExited x) => Exit(x.Code, o, closing),
            (ProcessStatus.Exited x, ProcessEvent.DeadlineReached)
                => closing ? new(new ProcessStatus.Exited(x.Expected, Restart: false)) : Spawn(0),
            (ProcessStatus.Backoff b, ProcessEvent.DeadlineReached)
                => b.Failures > o.StartRetries || closing ? new(new ProcessStatus.Fatal()) : Spawn(b.Failures),
            (ProcessStatus.Backoff b, ProcessEvent.StopRequested or ProcessEvent.RestartRequested)
                => Down(b.Failures, IsRestart(happened, closing)),
            (ProcessStatus.Backoff, ProcessEvent.ShutdownRequested) => new(new ProcessStatus.Fatal()),
            (ProcessStatus.Stopping { Spawned: false } s, ProcessEvent.Spawned) => Stop(s.Failures, s.Restart, o),
            (ProcessStatus.Stopping { Spawned: false } s, ProcessEvent.SpawnFailed)
                => Down(s.Failures + 1, s.Restart && !closing),
            (ProcessStatus.Stopping { Spawned: false }, ProcessEvent.DeadlineReached)
                => new(status, AnswerPatience, new ProcessEffect.ReportNoAnswer()),
            (ProcessStatus.Stopping { Spawned: true }, ProcessEvent.DeadlineReached)
                => new(status, KillAgainAfter(o), new ProcessEffect.Signal(SIGKILL, o.KillAsGroup)),
            (ProcessStatus.Stopping or ProcessStatus.Unknown, ProcessEvent.ProcessExited)
                => Down(status.Failures, status is ProcessStatus.Stopping { Restart: true } && !closing),
            (ProcessStatus.Starting or ProcessStatus.Running or ProcessStatus.Stopping { Spawned: true }, ProcessEvent.SignalFailed)
                => new(new ProcessStatus.Unknown(status.Failures)),

            // Nothing to do; a deadline that runs goes on running.
            (_, ProcessEvent.StartRequested or ProcessEvent.StopRequested or ProcessEvent.RestartRequested
                or ProcessEvent.ShutdownRequested or ProcessEvent.SignalFailed) => null,
            _ => throw new UnreachableException($"{happened} cannot happen in {status}"),
        };

    private static ProcessStep Spawn(int failures) =>
        new(new ProcessStatus.Spawning(failures), AnswerPatience, new ProcessEffect.Spawn());

    private static ProcessStep Stop(int failures, bool restart, ProcessOptions o) => new(
        new ProcessStatus.Stopping(failures, Restart: restart), o.StopWait, new ProcessEffect.Signal(o.StopSignal, o.StopAsGroup));

    private static ProcessStep Down(int failures, bool restart) =>
        new(new ProcessStatus.Stopped(failures, restart), restart ? TimeSpan.Zero : null);

    private static bool IsRestart(ProcessEvent happened, bool closing) =>
        happened is ProcessEvent.RestartRequested && !closing;

    /// <summary>The n-th failure is followed by a pause of n seconds; one too many by giving up at once.</summary>
    private static ProcessStep Retry(int failures, ProcessOptions o, bool closing) => new(
        new ProcessStatus.Backoff(failures),
        failures > o.StartRetries || closing ? TimeSpan.Zero : TimeSpan.FromSeconds(failures));

    private static ProcessStep Exit(int code, ProcessOptions o, bool closing)
    {
        var expected = code >= 0 && o.ExitCodes.Contains(code);
        var restart = !closing && o.AutoRestart switch
        {
            AutoRestart.Always => true,
            AutoRestart.Unexpected => !expected,
            _ => false,
        };
        return new(new ProcessStatus.Exited(expected, restart), restart ? TimeSpan.Zero : null);
    }

    private static TimeSpan KillAgainAfter(ProcessOptions o) =>
        o.StopWait > LeastKillInterval ? o.StopWait : LeastKillInterval;
}
