using System.Diagnostics;
using Reeve.Core.Processes;
using Reeve.Keeper;
using Reeve.Linux.Spawning;
using Reeve.Visor.Events;
using Reeve.Visor.Journal;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Processes;

/// <summary>One process: feeds what happens to <see cref="ProcessMachine"/> and carries out what it decides.</summary>
/// <remarks>Only the loop's thread touches it; <see cref="Snapshot"/> is for everybody.</remarks>
internal sealed class ManagedProcess
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromMilliseconds(50);
    private readonly ProcessParts _parts;
    private readonly RequestWaiters _waiters = new();
    private ProcessStatus _status = new ProcessStatus.Stopped();
    private Deadline? _deadline;
    private Deadline? _stopReport;
    private ChildId _child;
    private SpawnRequest? _request;
    private ProcessInput? _input;
    private ExitStatus _exit;
    private bool _exiting;
    private bool _signalled;
    private ProcessSnapshot _snapshot;

    public ManagedProcess(ProcessOptions options, string group, ProcessParts parts, ProcessEntry? earlier)
    {
        _parts = parts;
        Options = options;
        Group = group;
        Output = parts.OpenLog(this, OutputStream.Output, earlier?.OutputLog);
        Error = parts.OpenLog(this, OutputStream.Error, earlier?.ErrorLog);
        _snapshot = new()
        {
            Options = options,
            Group = group,
            StandardOutputLog = Output.Path,
            StandardErrorLog = Error.Path,
        };
        if (earlier is not null)
            Restore(earlier);
        Snapshot = _snapshot;
    }

    public ProcessOptions Options { get; }

    public string Group { get; }

    public OutputLog Output { get; }

    public OutputLog Error { get; }

    public ProcessState State => _status.State;

    public bool IsUp => State is ProcessState.Starting or ProcessState.Running or ProcessState.Backoff;

    public bool IsDown => State is ProcessState.Stopped or ProcessState.Exited or ProcessState.Fatal or ProcessState.Unknown;

    /// <summary>The most descriptors that its pipes and logs take here, when it runs.</summary>
    public int Descriptors => 2 + (Options.RedirectStandardError ? 0 : 1)
        + (Options.StandardOutput.Target == OutputTarget.None ? 0 : 1)
        + (Options.RedirectStandardError || Options.StandardError.Target == OutputTarget.None ? 0 : 1);

    /// <summary>How it is now; readable from any thread.</summary>
    public ProcessSnapshot Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        private set => Volatile.Write(ref _snapshot, value);
    }

    /// <summary>The child that the journal says was started last.</summary>
    public ChildId Child => _child;

    /// <summary>Answers when it is RUNNING, or with <paramref name="wait"/> false when it is spawned, or when either failed.</summary>
    public Task<Outcome> Start(bool wait)
    {
        var answer = _waiters.Add(wait ? WaitsFor.Running : WaitsFor.Spawn);
        Apply(new ProcessEvent.StartRequested());
        return answer;
    }

    /// <summary>Answers when it is down.</summary>
    public Task<Outcome> Stop()
    {
        var answer = _waiters.Add(WaitsFor.Down);
        Log.WaitingToStop(_parts.Logger, Options.Name);
        ReportStopping();
        Apply(new ProcessEvent.StopRequested());
        return answer;
    }

    /// <summary>Stops it, if it is up, and starts it: also when the visor dies on the way. Answers as <see cref="Start"/>.</summary>
    public Task<Outcome> Restart(bool wait)
    {
        if (!IsUp)
            return Start(wait);
        var answer = _waiters.Add(wait ? WaitsFor.Running : WaitsFor.Spawn);
        Log.WaitingToStop(_parts.Logger, Options.Name);
        ReportStopping();
        Apply(new ProcessEvent.RestartRequested());
        return answer;
    }

    /// <summary>Answers whoever waits: nobody will know how it goes on.</summary>
    public void Abandon() => _waiters.Abandon();

    public void Shutdown() => Apply(new ProcessEvent.ShutdownRequested());

    public void Signal(int signal)
    {
        Log.Sending(_parts.Logger, Options.Name, _snapshot.Pid, SignalNames.NameOf(signal));
        _parts.Keeper.Signal(_child, signal, group: false);
    }

    public Outcome Write(ReadOnlyMemory<byte> text) => _input is null
        ? new(OutcomeKind.NoFile, "stdin is closed")
        : _input.Write(text.Span);

    /// <summary>Closes what it holds; it must be down.</summary>
    public void Close()
    {
        _deadline?.Cancel();
        _stopReport?.Cancel();
        _input?.Dispose();
        Output.Close();
        Error.Close();
    }

    public void OnSpawned(KeeperMessage.Spawned news)
    {
        _request = null;
        AttachPipes(news.Pipes, news.Pid);
        Record(_snapshot with { Pid = news.Pid, StartedAt = news.StartedAt });
        Log.Spawned(_parts.Logger, Options.Name, news.Pid);
        Apply(new ProcessEvent.Spawned());
    }

    public void OnSpawnFailed(SpawnStage stage, int errno)
    {
        ForgetChild();
        OnSpawnFailed(Spawner.Explain(stage, errno, _request!, Options.Name));
    }

    private void OnSpawnFailed(string reason)
    {
        _request = null;
        Record(_snapshot with { SpawnError = reason });
        Log.SpawnFailed(_parts.Logger, reason);
        Apply(new ProcessEvent.SpawnFailed());
    }

    /// <summary>It ended: first what it wrote goes to its logs, then the state changes.</summary>
    public void OnExited(ExitStatus status)
    {
        if (_exiting)
            return;
        _exiting = true;
        _exit = status;
        _deadline?.Cancel(); // It has not lived to see it.
        var pid = _snapshot.Pid;
        var open = 2;
        // A disk that stalls must not hold back a restart, hence the patience.
        Deadline? patience = null;
        patience = _parts.Loop.After(DrainPatience, Finish);
        Output.Drain(pid, () => _parts.Loop.Post(Drained));
        Error.Drain(pid, () => _parts.Loop.Post(Drained));

        void Drained()
        {
            if (--open == 0)
                Finish();
        }

        void Finish()
        {
            patience?.Cancel();
            if (_exiting && pid == _snapshot.Pid)
                FinishExit();
        }
    }

    public void OnSignalFailed(string reason)
    {
        Record(_snapshot with { SpawnError = reason });
        Apply(new ProcessEvent.SignalFailed());
    }

    /// <summary>Goes on with a child that an earlier visor started.</summary>
    public void TakeOver(KeeperMessage.Kept kept)
    {
        AttachPipes(kept.Pipes, kept.Pid);
        Record(_snapshot with { Pid = kept.Pid, StartedAt = kept.StartedAt });
        if (_status is ProcessStatus.Spawning or ProcessStatus.Stopping { Spawned: false })
            Apply(new ProcessEvent.Spawned());
        else if (_status is ProcessStatus.Stopping)
            GoOnStopping();
        if (_status is ProcessStatus.Starting)
        {
            // What counts is how long it lived, not when somebody is there to see it.
            if (kept.Lived >= Options.StartSeconds)
                Apply(new ProcessEvent.DeadlineReached());
            else
                SetDeadline(Options.StartSeconds - kept.Lived);
        }
        if (kept.Exit is { } exit)
            OnExited(exit);
    }

    /// <summary>Goes on without a child, after the visor's death: what was under way begins again.</summary>
    public void TakeOverWithoutChild()
    {
        if (_status is ProcessStatus.Starting or ProcessStatus.Running or ProcessStatus.Stopping or ProcessStatus.Unknown)
        {
            _exit = new(0, Signaled: true, CoreDumped: false);
            FinishExit();
        }
        else
        {
            Resume();
        }
    }

    public ProcessEntry ToEntry() => ProcessEntry.From(this, _status, _child, _snapshot, _signalled);

    private void Restore(ProcessEntry earlier)
    {
        _status = earlier.ToStatus();
        _child = new(earlier.Child);
        _signalled = earlier.Signalled;
        _snapshot = earlier.Restore(_snapshot) with { State = State };
    }

    /// <summary>Takes up again what a state without a child was waiting for when the visor died.</summary>
    private void Resume()
    {
        switch (_status)
        {
            case ProcessStatus.Backoff b:
                SetDeadline(LeftOf(TimeSpan.FromSeconds(b.Failures > Options.StartRetries ? 0 : b.Failures)));
                break;
            case ProcessStatus.Exited { Restart: true } or ProcessStatus.Stopped { Restart: true }:
                SetDeadline(TimeSpan.Zero);
                break;
            case ProcessStatus.Spawning:
                SetDeadline(ProcessMachine.AnswerPatience);
                Carry(new ProcessEffect.Spawn());
                break;
        }
    }

    /// <summary>A second signal would tell many programs to hurry: it is sent only if the first may not have been.</summary>
    private void GoOnStopping()
    {
        SetDeadline(LeftOf(Options.StopWait));
        if (!_signalled)
            Carry(new ProcessEffect.Signal(Options.StopSignal, Options.StopAsGroup));
    }

    /// <summary>What is left of a wait that began before the visor died; a clock that was set can at most restart it.</summary>
    private TimeSpan LeftOf(TimeSpan wait)
    {
        var left = _snapshot.NextAt - _parts.Clock();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < wait ? left.Value : wait;
    }

    private void Apply(ProcessEvent happened)
    {
        ProcessStep? step;
        try
        {
            step = ProcessMachine.Next(_status, happened, Options, _parts.Closing());
        }
        catch (UnreachableException e)
        {
            // A defect stops this one process, never the daemon.
            Log.UnknownState(_parts.Logger, Options.Name, e.Message);
            step = new(new ProcessStatus.Unknown(_status.Failures));
        }
        if (step is null)
            return;
        var from = _status;
        _status = step.Next;
        SetDeadline(step.Deadline);
        if (from.State != State)
            Announce(from);
        else
            _parts.Record(this);
        // Also where the name of the state is the same: a process that has been spawned goes on being STARTING.
        _waiters.Entered(_status, _snapshot.StartFailure);
        if (step.Effect is not null)
            Carry(step.Effect);
    }

    private void Announce(ProcessStatus from)
    {
        Log.Entered(_parts.Logger, this, from, _status, _exit, _parts.Closing());
        if (IsDown || State == ProcessState.Running)
            _stopReport?.Cancel();
        var pid = _snapshot.Pid;
        Record(IsDown || State == ProcessState.Backoff ? _snapshot with { Pid = 0 } : _snapshot);
        _parts.Record(this);
        if (_parts.Events.HasSubscribers)
        {
            _parts.Events.Publish(new ProcessStateEvent(
                Group, Options.Name, from.State, State, from is ProcessStatus.Backoff ? 0 : pid, _status.Failures,
                _status is ProcessStatus.Exited { Expected: true }));
        }
        _parts.StateChanged(this);
    }

    private void Carry(ProcessEffect effect)
    {
        switch (effect)
        {
            case ProcessEffect.Spawn:
                Spawn();
                break;
            case ProcessEffect.Signal signal:
                if (signal.Number == 9)
                    Log.Killing(_parts.Logger, Options.Name, _snapshot.Pid);
                Log.Signalling(
                    _parts.Logger, Options.Name, _snapshot.Pid, signal.Group ? "process group " : "", SignalNames.NameOf(signal.Number));
                _parts.Keeper.Signal(_child, signal.Number, signal.Group);
                if (!_signalled && !_parts.Keeper.WantsWrite)
                {
                    _signalled = true;
                    _parts.Record(this);
                }
                break;
            case ProcessEffect.ReportNoAnswer:
                Log.NoAnswer(_parts.Logger, Options.Name);
                break;
        }
    }

    private void Spawn()
    {
        _signalled = false;
        Record(_snapshot with { StartedAt = _parts.Clock(), SpawnError = "", ExitStatus = 0, Pid = 0 });
        if (TrySpawn() is { } reason)
        {
            // In a turn of its own: the requester's answer and the next try come after this one is recorded.
            _parts.Loop.After(TimeSpan.Zero, () => OnSpawnFailed(reason));
        }
    }

    /// <returns>Why the keeper cannot even be asked; null: it was.</returns>
    private string? TrySpawn()
    {
        try
        {
            var found = _parts.Children.FindCommand(Options);
            if (!found.Status.IsDone)
                return found.Status.Detail;
            if (!_parts.HasRoomFor(this))
                return $"too many open files to spawn '{Options.Name}'";
            _request = _parts.Children.Request(Options, Group, found.Value.File, found.Value.Arguments);
            _child = _parts.NewChild(this);
            _parts.Record(this);
            _parts.Keeper.Spawn(
                _child, $"{Group}\n{Options.Name}", _request,
                PipeSet.Input | PipeSet.Output | (Options.RedirectStandardError ? PipeSet.ErrorToOutput : PipeSet.Error));
            return null;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // A zero character in its environment, too much of everything, no answer about its user: its own affair.
            ForgetChild();
            return e is ArgumentException ? e.Message : $"cannot start {Options.Name}: {e.Message}";
        }
    }

    private void ForgetChild()
    {
        _parts.ForgetChild(_child);
        _child = default;
    }

    private void AttachPipes(ChildPipes pipes, int pid)
    {
        _input?.Dispose();
        _input = pipes.Input is null ? null : new ProcessInput(pipes.Input, _parts.Loop);
        if (pipes.Output is not null)
            Output.Capture(pipes.Output, pid);
        if (pipes.Error is not null)
            Error.Capture(pipes.Error, pid);
    }

    private void FinishExit()
    {
        _exiting = false;
        _input?.Dispose();
        _input = null;
        var code = _exit.Signaled ? -1 : _exit.Code;
        Record(_status switch
        {
            ProcessStatus.Starting => _snapshot with { ExitStatus = 0, SpawnError = "Exited too quickly (process log may have details)" },
            ProcessStatus.Running when !Options.ExitCodes.Contains(code)
                => _snapshot with { ExitStatus = code, SpawnError = $"Bad exit code {code}" },
            _ => _snapshot with { ExitStatus = code, SpawnError = "" },
        } with
        { StoppedAt = _parts.Clock(), LastExit = Log.How(_exit) });
        var ended = _child;
        ForgetChild();
        Apply(new ProcessEvent.ProcessExited(code));
        // After the journal knows: the other way round a crash in between would lose the exit.
        _parts.Keeper.Forget(ended);
    }

    private void SetDeadline(TimeSpan? after)
    {
        _deadline?.Cancel();
        _deadline = after is null ? null : _parts.Loop.After(after.Value, () => Apply(new ProcessEvent.DeadlineReached()));
        Record(_snapshot with
        {
            NextAt = after is not null && State is ProcessState.Backoff or ProcessState.Stopping ? _parts.Clock() + after : null,
        });
    }

    private void ReportStopping() => _stopReport = _parts.Loop.After(TimeSpan.FromSeconds(2), () =>
    {
        if (State != ProcessState.Stopping)
            return;
        Log.WaitingToStop(_parts.Logger, Options.Name);
        ReportStopping();
    });

    private void Record(ProcessSnapshot snapshot) => Snapshot = snapshot with
    {
        State = State,
        Attempts = _status.Failures,
        StandardOutputLog = Output.Path,
        StandardErrorLog = Error.Path,
    };
}
