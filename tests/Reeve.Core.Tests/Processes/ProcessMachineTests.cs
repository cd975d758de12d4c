using System.Diagnostics;
using Reeve.Core.Processes;

namespace Reeve.Core.Tests.Processes;

/// <summary>Walks every state and event, then the paths that users know.</summary>
public class ProcessMachineTests
{
    private static readonly ProcessOptions Api = new() { Name = "api", Program = "api", Command = "api", StartRetries = 2 };

    private static readonly ProcessEvent[] Everything =
    [
        new ProcessEvent.StartRequested(), new ProcessEvent.StopRequested(), new ProcessEvent.RestartRequested(),
        new ProcessEvent.ShutdownRequested(),
        new ProcessEvent.Spawned(), new ProcessEvent.SpawnFailed(), new ProcessEvent.ProcessExited(0),
        new ProcessEvent.ProcessExited(3), new ProcessEvent.ProcessExited(-1), new ProcessEvent.SignalFailed(),
        new ProcessEvent.DeadlineReached(),
    ];

    /// <summary>What the outside can say in a state: an exit needs a process, an answer needs a question.</summary>
    private static bool CanHappen(ProcessStatus status, TimeSpan? deadline, ProcessEvent e) => e switch
    {
        ProcessEvent.Spawned or ProcessEvent.SpawnFailed =>
            status is ProcessStatus.Spawning or ProcessStatus.Stopping { Spawned: false },
        ProcessEvent.ProcessExited =>
            status is ProcessStatus.Starting or ProcessStatus.Running or ProcessStatus.Stopping { Spawned: true } or ProcessStatus.Unknown,
        ProcessEvent.DeadlineReached => deadline is not null,
        _ => true,
    };

    public static TheoryData<string> Variants => ["plain", "startsecs=0", "startretries=0", "autorestart", "never", "stopwait=0"];

    private static ProcessOptions Variant(string name) => name switch
    {
        "startsecs=0" => Api with { StartSeconds = TimeSpan.Zero },
        "startretries=0" => Api with { StartRetries = 0 },
        "autorestart" => Api with { AutoRestart = AutoRestart.Always },
        "never" => Api with { AutoRestart = AutoRestart.Never },
        "stopwait=0" => Api with { StopWait = TimeSpan.Zero },
        _ => Api,
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_reachable_state_decides_every_event_and_every_waiting_state_has_a_deadline(string variant)
    {
        var options = Variant(variant);
        var seen = new HashSet<(ProcessStatus, bool)>();
        var open = new Queue<(ProcessStatus Status, TimeSpan? Deadline, bool Closing)>();
        open.Enqueue((new ProcessStatus.Stopped(), null, false));
        var states = new HashSet<ProcessState>();
        while (open.TryDequeue(out var at))
        {
            // Failures are a count without an end; beyond one more than the retries nothing new can happen.
            if (at.Status.Failures > options.StartRetries + 2 || !seen.Add((at.Status, at.Closing)))
                continue;
            states.Add(at.Status.State);
            var waits = at.Status is ProcessStatus.Spawning or ProcessStatus.Starting or ProcessStatus.Backoff
                or ProcessStatus.Stopping or ProcessStatus.Exited { Restart: true } or ProcessStatus.Stopped { Restart: true };
            Assert.True(waits == at.Deadline is not null, $"{at.Status} has deadline {at.Deadline}");
            foreach (var e in Everything)
            {
                if (!CanHappen(at.Status, at.Deadline, e))
                    continue;
                var closing = at.Closing || e is ProcessEvent.ShutdownRequested;
                var step = ProcessMachine.Next(at.Status, e, options, closing);
                open.Enqueue(step is null ? (at.Status, at.Deadline, closing) : (step.Next, step.Deadline, closing));
                if (closing && step?.Effect is ProcessEffect.Spawn)
                    Assert.Fail($"{at.Status} spawns on {e} while the daemon is ending");
            }
        }
        Assert.Superset(
            new HashSet<ProcessState> { ProcessState.Stopped, ProcessState.Starting, ProcessState.Running, ProcessState.Stopping },
            states);
    }

    [Theory]
    [InlineData(typeof(ProcessEvent.Spawned))]
    [InlineData(typeof(ProcessEvent.DeadlineReached))]
    public void An_event_that_cannot_happen_is_a_defect(Type e) =>
        Assert.Throws<UnreachableException>(() => ProcessMachine.Next(
            new ProcessStatus.Stopped(), (ProcessEvent)Activator.CreateInstance(e)!, Api, closing: false));

    [Fact]
    public void Failing_starts_pause_one_second_more_each_time_and_then_give_up()
    {
        var pauses = new List<TimeSpan>();
        var spawns = 0;
        ProcessStatus status = new ProcessStatus.Stopped();
        ProcessEvent e = new ProcessEvent.StartRequested();
        while (status is not ProcessStatus.Fatal)
        {
            var step = ProcessMachine.Next(status, e, Api, closing: false)!;
            spawns += step.Effect is ProcessEffect.Spawn ? 1 : 0;
            if (step.Next is ProcessStatus.Backoff)
                pauses.Add(step.Deadline!.Value);
            status = step.Next;
            e = status is ProcessStatus.Backoff ? new ProcessEvent.DeadlineReached() : new ProcessEvent.SpawnFailed();
        }
        Assert.Equal(3, spawns);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.Zero], pauses);
        Assert.Equal(0, status.Failures);
    }

    [Fact]
    public void A_quick_exit_counts_as_a_failed_start_even_with_an_expected_code() =>
        Assert.Equal(new ProcessStatus.Backoff(1), Next(new ProcessStatus.Starting(0), new ProcessEvent.ProcessExited(0)));

    [Fact]
    public void Stopping_in_backoff_keeps_the_count_of_failures() =>
        Assert.Equal(new ProcessStatus.Stopped(2), Next(new ProcessStatus.Backoff(2), new ProcessEvent.StopRequested()));

    [Theory]
    [InlineData(AutoRestart.Unexpected, 0, false)]
    [InlineData(AutoRestart.Unexpected, 3, true)]
    [InlineData(AutoRestart.Unexpected, -1, true)]
    [InlineData(AutoRestart.Always, 0, true)]
    [InlineData(AutoRestart.Never, 3, false)]
    public void An_exit_is_followed_by_a_start_as_autorestart_says(AutoRestart when, int code, bool restarts)
    {
        var step = ProcessMachine.Next(
            new ProcessStatus.Running(), new ProcessEvent.ProcessExited(code), Api with { AutoRestart = when }, closing: false)!;
        Assert.Equal(new ProcessStatus.Exited(code == 0, restarts), step.Next);
        Assert.Equal(restarts ? TimeSpan.Zero : null, step.Deadline);
    }

    [Fact]
    public void A_stop_that_is_not_obeyed_kills_and_kills_again()
    {
        var options = Api with { StopWait = TimeSpan.FromSeconds(5), StopSignal = 2, StopAsGroup = true, KillAsGroup = true };
        var stop = ProcessMachine.Next(new ProcessStatus.Running(), new ProcessEvent.StopRequested(), options, closing: false)!;
        Assert.Equal(new ProcessEffect.Signal(2, Group: true), stop.Effect);
        Assert.Equal(TimeSpan.FromSeconds(5), stop.Deadline);
        var kill = ProcessMachine.Next(stop.Next, new ProcessEvent.DeadlineReached(), options, closing: false)!;
        Assert.Equal(new ProcessEffect.Signal(9, Group: true), kill.Effect);
        Assert.Equal(TimeSpan.FromSeconds(5), kill.Deadline);
    }

    [Fact]
    public void A_restart_is_a_stop_that_is_followed_by_a_start_at_once()
    {
        var stop = ProcessMachine.Next(new ProcessStatus.Running(), new ProcessEvent.RestartRequested(), Api, closing: false)!;
        Assert.Equal(new ProcessEffect.Signal(15, Group: false), stop.Effect);
        var down = ProcessMachine.Next(stop.Next, new ProcessEvent.ProcessExited(0), Api, closing: false)!;
        Assert.Equal((new ProcessStatus.Stopped(0, Restart: true), TimeSpan.Zero), (down.Next, down.Deadline));
        var start = ProcessMachine.Next(down.Next, new ProcessEvent.DeadlineReached(), Api, closing: false)!;
        Assert.IsType<ProcessEffect.Spawn>(start.Effect);
    }

    [Fact]
    public void A_stop_before_the_keeper_answered_is_carried_out_when_it_answers()
    {
        var stopping = Next(new ProcessStatus.Spawning(0), new ProcessEvent.StopRequested());
        var step = ProcessMachine.Next(stopping, new ProcessEvent.Spawned(), Api, closing: false)!;
        Assert.Equal(new ProcessEffect.Signal(15, Group: false), step.Effect);
    }

    private static ProcessStatus Next(ProcessStatus status, ProcessEvent e) =>
        ProcessMachine.Next(status, e, Api, closing: false)!.Next;
}
