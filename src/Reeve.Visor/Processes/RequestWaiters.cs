using Reeve.Core.Processes;

namespace Reeve.Visor.Processes;

/// <summary>What a requester waits for.</summary>
internal enum WaitsFor
{
    /// <summary>That the spawn succeeded or failed.</summary>
    Spawn,

    /// <summary>That the process is RUNNING, or will not be.</summary>
    Running,

    /// <summary>That the process is down.</summary>
    Down,
}

/// <summary>Requests of one process that are answered when its state says so.</summary>
/// <remarks>Source: Supervisor's deferred answers of startProcess and stopProcess.</remarks>
internal sealed class RequestWaiters
{
    private List<(WaitsFor For, TaskCompletionSource<Outcome> Answer)>? _waiting;

    public Task<Outcome> Add(WaitsFor what)
    {
        var answer = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        (_waiting ??= []).Add((what, answer));
        return answer.Task;
    }

    /// <summary>Answers those for whom the new state is the answer.</summary>
    /// <param name="status">The new state.</param>
    /// <param name="reason">Why a start failed, for people; null: it did not.</param>
    public void Entered(ProcessStatus status, string? reason)
    {
        if (_waiting is null)
            return;
        _waiting.RemoveAll(w => Answer(w.For, status, reason) is { } outcome && w.Answer.TrySetResult(outcome));
        if (_waiting.Count == 0)
            _waiting = null;
    }

    /// <summary>Answers all: the daemon ends without having come to know.</summary>
    public void Abandon()
    {
        foreach (var (_, answer) in _waiting ?? [])
            answer.TrySetResult(new(OutcomeKind.ShuttingDown));
        _waiting = null;
    }

    private static Outcome? Answer(WaitsFor what, ProcessStatus status, string? reason) => (what, status) switch
    {
        (WaitsFor.Down, ProcessStatus.Unknown) => new Outcome(OutcomeKind.Failed, "the process could not be signalled"),
        (WaitsFor.Running or WaitsFor.Spawn, ProcessStatus.Stopping { Restart: true } or ProcessStatus.Stopped { Restart: true }) => null,
        (WaitsFor.Down, _) => status is ProcessStatus.Stopped or ProcessStatus.Exited or ProcessStatus.Fatal ? Outcome.Done : null,
        (WaitsFor.Spawn, ProcessStatus.Starting) => Outcome.Done,
        (_, ProcessStatus.Running) => Outcome.Done,
        (_, ProcessStatus.Backoff) => new Outcome(OutcomeKind.SpawnError, Reason: reason),
        (_, ProcessStatus.Spawning or ProcessStatus.Starting) => null,
        _ => new Outcome(OutcomeKind.AbnormalTermination, Reason: reason),
    };
}
