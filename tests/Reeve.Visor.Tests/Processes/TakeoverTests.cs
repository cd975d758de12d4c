using Reeve.Core.Processes;
using Reeve.Visor.Processes;

namespace Reeve.Visor.Tests.Processes;

public sealed class TakeoverTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_runs_goes_on_with_its_pid_and_its_start()
    {
        await using var daemon = await TestDaemon.StartAsync(TestDaemon.Program("cat", "/bin/cat"));
        await daemon.UntilAsync("cat", ProcessState.Running);
        var before = daemon.Process("cat");

        await daemon.ReplaceVisorAsync();

        Assert.Equal(before.Pid, daemon.Process("cat").Pid);
        Assert.Equal(before.StartedAt, daemon.Process("cat").StartedAt);
        Assert.Equal(ProcessState.Running, daemon.Process("cat").State);
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.StopAsync("cat", "cat", wait: true, Cancel)).Kind);
    }

    [Fact]
    public async Task An_exit_while_no_visor_was_there_is_taken_as_ever()
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("again", "/bin/cat", o => o with { AutoRestart = AutoRestart.Always }),
            TestDaemon.Program("once", "/bin/cat", o => o with { AutoRestart = AutoRestart.Never }),
            TestDaemon.Program("starting", "/bin/cat", o => o with { StartSeconds = Hour, StartRetries = 0 }));
        await daemon.UntilAsync(() => daemon.Process("again").Pid != 0 && daemon.Process("once").Pid != 0 && daemon.Process("starting").Pid != 0);
        int[] pids = [daemon.Process("again").Pid, daemon.Process("once").Pid, daemon.Process("starting").Pid];

        await daemon.ReplaceVisorAsync(() => Array.ForEach(pids, TestKeeper.KillAndReap));

        await daemon.UntilAsync(() => daemon.Process("again") is { State: ProcessState.Running, Pid: not 0 } p && p.Pid != pids[0]);
        await daemon.UntilAsync("once", ProcessState.Exited);
        Assert.Equal(-1, daemon.Process("once").ExitStatus);
        await daemon.UntilAsync("starting", ProcessState.Fatal);
    }

    [Fact]
    public async Task How_long_a_process_lived_counts_by_the_keepers_clock_and_not_by_when_somebody_looks()
    {
        await using var daemon = await TestDaemon.StartAsync(TestDaemon.Program("worked", "/bin/cat", o => o with
        {
            StartSeconds = TimeSpan.FromSeconds(9),
            StartRetries = 0,
            AutoRestart = AutoRestart.Never,
        }));
        await daemon.UntilAsync(() => daemon.Process("worked").Pid != 0);
        var pid = daemon.Process("worked").Pid;

        await daemon.ReplaceVisorAsync(() =>
        {
            daemon.KeeperAdvances();
            TestKeeper.KillAndReap(pid);
        });

        await daemon.UntilAsync("worked", ProcessState.Exited);
    }

    [Fact]
    public async Task What_was_down_stays_as_it_was()
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("stopped", "/bin/cat"),
            TestDaemon.Program("exited", "/bin/sh -c 'exit 3'", o => o with { AutoRestart = AutoRestart.Never }),
            TestDaemon.Program("fatal", "/no/such/program", o => o with { StartRetries = 0 }),
            TestDaemon.Program("never", "/bin/cat", o => o with { AutoStart = false }));
        await daemon.UntilAsync("stopped", ProcessState.Running);
        await daemon.Supervisor.StopAsync("stopped", "stopped", wait: true, Cancel);
        await daemon.UntilAsync("exited", ProcessState.Exited);
        await daemon.UntilAsync("fatal", ProcessState.Fatal);

        await daemon.ReplaceVisorAsync();

        Assert.Equal(ProcessState.Stopped, daemon.Process("stopped").State);
        Assert.Equal((ProcessState.Exited, 3), (daemon.Process("exited").State, daemon.Process("exited").ExitStatus));
        Assert.Equal(ProcessState.Fatal, daemon.Process("fatal").State);
        Assert.Contains("/no/such/program", daemon.Process("fatal").SpawnError, StringComparison.Ordinal);
        Assert.Null(daemon.Process("never").StartedAt);
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.StartAsync("stopped", "stopped", wait: true, Cancel)).Kind);
    }

    [Fact]
    public async Task A_pause_between_tries_and_a_start_under_way_go_on()
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("backoff", "/bin/false", o => o with { StartSeconds = Hour, StartRetries = 3 }),
            TestDaemon.Program("starting", "/bin/sleep 600", o => o with { StartSeconds = TimeSpan.FromSeconds(2) }));
        await daemon.UntilAsync("backoff", ProcessState.Backoff);
        await daemon.UntilAsync(() => daemon.Process("starting").Pid != 0);

        await daemon.ReplaceVisorAsync();

        await daemon.UntilAsync("starting", ProcessState.Running);
        await daemon.UntilAsync(() => daemon.Process("backoff").Attempts > 1);
    }

    [Fact]
    public async Task A_stop_under_way_is_carried_through()
    {
        await using var daemon = await TestDaemon.StartAsync(TestDaemon.Program(
            "deaf", "/bin/sh -c 'trap \"\" TERM; echo; while :; do read line; done'", o => o with { StopWait = TimeSpan.FromSeconds(1) }));
        await daemon.UntilAsync("deaf", ProcessState.Running);
        await daemon.Supervisor.StopAsync("deaf", "deaf", wait: false, Cancel);

        await daemon.ReplaceVisorAsync();

        await daemon.UntilAsync("deaf", ProcessState.Stopped);
    }

    [Fact]
    public async Task A_restart_under_way_is_carried_through()
    {
        await using var daemon = await TestDaemon.StartAsync(TestDaemon.Program(
            "deaf", "/bin/sh -c 'trap \"\" TERM; echo; while :; do read line; done'", o => o with { StopWait = Hour }));
        await daemon.UntilAsync("deaf", ProcessState.Running);
        var pid = daemon.Process("deaf").Pid;
        TestKeeper.WaitUntilIgnoring(pid, 15);
        var answer = daemon.Supervisor.RestartAsync("deaf", "deaf", wait: true, Cancel);
        await daemon.UntilAsync("deaf", ProcessState.Stopping);

        await daemon.ReplaceVisorAsync();
        TestKeeper.Kill(pid);

        Assert.Equal(OutcomeKind.ShuttingDown, (await answer).Kind);
        await daemon.UntilAsync(() => daemon.Process("deaf") is { State: ProcessState.Running, Pid: not 0 } again && again.Pid != pid);
        TestKeeper.Kill(daemon.Process("deaf").Pid);
    }

    [Fact]
    public async Task What_cannot_be_started_again_is_not_stopped_by_a_restart()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var program = Path.Combine(daemon.Directory, "program");
        File.Copy("/bin/cat", program);
        daemon.Configuration = daemon.Configuration with { Groups = [TestDaemon.Program("cat", program)] };
        await daemon.Supervisor.RereadAsync(Cancel);
        await daemon.Supervisor.AddGroupAsync("cat", Cancel);
        await daemon.UntilAsync("cat", ProcessState.Running);
        File.Delete(program);

        Assert.Equal(OutcomeKind.NoFile, (await daemon.Supervisor.RestartAsync("cat", "cat", wait: true, Cancel)).Kind);

        Assert.Equal(ProcessState.Running, daemon.Process("cat").State);
    }

    [Fact]
    public async Task A_stop_under_way_is_not_signalled_twice()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var seen = Path.Combine(daemon.Directory, "seen");
        daemon.Configuration = daemon.Configuration with
        {
            Groups = [TestDaemon.Program(
                "polite", $"/bin/sh -c 'trap \"echo term >> {seen}\" TERM; trap \"echo cont >> {seen}\" CONT; echo; while :; do read line; done'",
                o => o with { StopWait = Hour })],
        };
        await daemon.Supervisor.RereadAsync(Cancel);
        await daemon.Supervisor.AddGroupAsync("polite", Cancel);
        await daemon.UntilAsync("polite", ProcessState.Running);
        TestKeeper.WaitUntilCatching(daemon.Process("polite").Pid, 18);
        await daemon.Supervisor.StopAsync("polite", "polite", wait: false, Cancel);

        await daemon.ReplaceVisorAsync();
        // Of signals that wait a shell takes the lower number first.
        await daemon.Supervisor.SignalAsync("polite", "polite", 18, Cancel);
        SpinWait.SpinUntil(() => File.Exists(seen) && File.ReadAllText(seen).Contains("cont", StringComparison.Ordinal));

        Assert.Equal("term\ncont\n", File.ReadAllText(seen));
        TestKeeper.Kill(daemon.Process("polite").Pid);
        await daemon.UntilAsync("polite", ProcessState.Stopped);
    }

    [Fact]
    public async Task A_shutdown_under_way_is_carried_through()
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("deaf", "/bin/sh -c 'trap \"\" TERM; while :; do read line || exec sleep 600; done'", o => o with
            {
                Priority = 9,
                StopWait = Hour,
            }) with
            { Priority = 9 },
            TestDaemon.Program("cat", "/bin/cat") with { Priority = 1 });
        await daemon.UntilAsync("deaf", ProcessState.Running);
        var pid = daemon.Process("deaf").Pid;
        TestKeeper.WaitUntilIgnoring(pid, 15);
        await daemon.Supervisor.ShutdownAsync(restart: true);
        await daemon.UntilAsync("deaf", ProcessState.Stopping);

        await daemon.ReplaceVisorAsync(() => TestKeeper.KillAndReap(pid));
        await daemon.Supervisor.Ended;

        Assert.Equal(DaemonState.Restarting, daemon.Supervisor.State);
        Assert.Equal(ProcessState.Stopped, daemon.Process("cat").State);
    }

    [Fact]
    public async Task A_daemon_whose_groups_were_all_removed_stays_empty()
    {
        await using var daemon = await TestDaemon.StartAsync(TestDaemon.Program("cat", "/bin/cat"));
        await daemon.UntilAsync("cat", ProcessState.Running);
        await daemon.Supervisor.StopAsync("cat", "cat", wait: true, Cancel);
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.RemoveGroupAsync("cat", Cancel)).Kind);

        await daemon.ReplaceVisorAsync();

        Assert.Empty(daemon.Supervisor.Groups);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Without_a_journal_what_runs_is_known_by_name(int bytesLeft)
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("cat", "/bin/cat"), TestDaemon.Program("off", "/bin/cat", o => o with { AutoStart = false }));
        await daemon.UntilAsync("cat", ProcessState.Running);
        var pid = daemon.Process("cat").Pid;

        await daemon.ReplaceVisorAsync(() =>
        {
            using var journal = File.OpenWrite(daemon.JournalFile!);
            journal.SetLength(bytesLeft);
        });

        Assert.Equal((ProcessState.Running, pid), (daemon.Process("cat").State, daemon.Process("cat").Pid));
        Assert.Equal(ProcessState.Stopped, daemon.Process("off").State);
    }

    [Fact]
    public async Task A_child_that_the_journal_missed_is_known_by_name_and_not_started_twice()
    {
        await using var daemon = await TestDaemon.StartAsync(TestDaemon.Program("cat", "/bin/cat", o => o with { AutoStart = false }));
        var before = new FileInfo(daemon.JournalFile!).Length;
        await daemon.Supervisor.StartAsync("cat", "cat", wait: true, Cancel);
        var pid = daemon.Process("cat").Pid;

        await daemon.ReplaceVisorAsync(() =>
        {
            using var journal = File.OpenWrite(daemon.JournalFile!);
            journal.SetLength(before);
        });

        Assert.Equal((ProcessState.Running, pid), (daemon.Process("cat").State, daemon.Process("cat").Pid));
        Assert.Equal(OutcomeKind.AlreadyStarted, (await daemon.Supervisor.StartAsync("cat", "cat", wait: true, Cancel)).Kind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/proc/no/such/place/journal")]
    public async Task Without_a_place_for_the_journal_it_lies_in_memory(string? journal)
    {
        await using var daemon = await TestDaemon.StartAsync(journal, TestDaemon.Program("cat", "/bin/cat", o => o with { AutoStart = false }));
        await daemon.Supervisor.StartAsync("cat", "cat", wait: true, Cancel);
        await daemon.Supervisor.StopAsync("cat", "cat", wait: true, Cancel);

        await daemon.ReplaceVisorAsync();

        Assert.NotNull(daemon.Process("cat").StoppedAt);
    }
}
