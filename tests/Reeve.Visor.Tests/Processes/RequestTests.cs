using Reeve.Core.Processes;

namespace Reeve.Visor.Tests.Processes;

public sealed class RequestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static GroupOptions Off(string name, string command, Func<ProcessOptions, ProcessOptions>? change = null) =>
        TestDaemon.Program(name, command, o => (change?.Invoke(o) ?? o) with { AutoStart = false });

    [Fact]
    public async Task A_start_without_waiting_is_answered_when_the_process_is_spawned()
    {
        await using var daemon = await TestDaemon.StartAsync(
            Off("slow", "/bin/sleep 600", o => o with { StartSeconds = TimeSpan.FromHours(1) }));

        var started = await daemon.Supervisor.StartAsync("slow", "slow", wait: false, Cancel);

        Assert.Equal(OutcomeKind.Done, started.Kind);
        Assert.Equal(ProcessState.Starting, daemon.Process("slow").State);
        Assert.True(TestKeeper.Exists(daemon.Process("slow").Pid));
    }

    [Fact]
    public async Task A_start_that_is_stopped_on_its_way_is_answered()
    {
        await using var daemon = await TestDaemon.StartAsync(
            Off("slow", "/bin/sleep 600", o => o with { StartSeconds = TimeSpan.FromHours(1) }));
        var start = daemon.Supervisor.StartAsync("slow", "slow", wait: true, Cancel);
        await daemon.UntilAsync(() => daemon.Process("slow").Pid != 0);

        var stop = await daemon.Supervisor.StopAsync("slow", "slow", wait: true, Cancel);

        Assert.Equal(OutcomeKind.AbnormalTermination, (await start).Kind);
        Assert.Equal(OutcomeKind.Done, stop.Kind);
    }

    [Fact]
    public async Task A_start_that_fails_is_answered_and_so_is_a_stop_of_its_backoff()
    {
        await using var daemon = await TestDaemon.StartAsync(Off(
            "bad", "/bin/false", o => o with { StartSeconds = TimeSpan.FromHours(1), StartRetries = 100 }));

        Assert.Equal(OutcomeKind.SpawnError, (await daemon.Supervisor.StartAsync("bad", "bad", wait: true, Cancel)).Kind);
        await daemon.UntilAsync(() => daemon.Process("bad") is { State: ProcessState.Backoff, Attempts: > 1 });
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.StopAsync("bad", "bad", wait: true, Cancel)).Kind);
        Assert.Equal(ProcessState.Stopped, daemon.Process("bad").State);
    }

    [Fact]
    public async Task Whoever_waits_is_answered_when_the_keeper_is_gone()
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("deaf", "/bin/sh -c 'trap \"\" TERM; while :; do sleep 600; done'", o => o with { StopWait = TimeSpan.FromSeconds(600), StopAsGroup = false, KillAsGroup = true }),
            Off("slow", "/bin/sleep 600", o => o with { StartSeconds = TimeSpan.FromHours(1) }));
        await daemon.UntilAsync("deaf", ProcessState.Running);
        var pid = daemon.Process("deaf").Pid;
        TestKeeper.WaitUntilIgnoring(pid, 15);
        var stop = daemon.Supervisor.StopAsync("deaf", "deaf", wait: true, Cancel);
        var start = daemon.Supervisor.StartAsync("slow", "slow", wait: true, Cancel);
        await daemon.UntilAsync(() => daemon.Process("deaf").State == ProcessState.Stopping && daemon.Process("slow").Pid != 0);

        await daemon.KillVisorAsync();

        Assert.Equal(OutcomeKind.ShuttingDown, (await stop).Kind);
        Assert.Equal(OutcomeKind.ShuttingDown, (await start).Kind);
        Assert.Equal(OutcomeKind.ShuttingDown, (await daemon.Supervisor.StartAsync("slow", "slow", wait: true, Cancel)).Kind);
        TestKeeper.Kill(pid);
        await daemon.BringBackAsync();
    }

    [Fact]
    public async Task What_cannot_be_handed_to_a_program_is_its_spawn_error_and_nobody_elses()
    {
        await using var daemon = await TestDaemon.StartAsync(
            Off("zero", "/bin/sleep 600", o => o with { StartRetries = 0, Environment = new Dictionary<string, string> { ["X"] = "a\0b" } }),
            Off(new string('n', 2000), "/bin/sleep 600", o => o with { StartRetries = 0 }),
            Off("good", "/bin/sleep 600"));
        var longName = new string('n', 2000);

        Assert.Equal(OutcomeKind.SpawnError, (await daemon.Supervisor.StartAsync("zero", "zero", wait: true, Cancel)).Kind);
        Assert.Equal(OutcomeKind.SpawnError, (await daemon.Supervisor.StartAsync(longName, longName, wait: true, Cancel)).Kind);
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.StartAsync("good", "good", wait: true, Cancel)).Kind);

        await daemon.UntilAsync("zero", ProcessState.Fatal);
        Assert.Contains("zero character", daemon.Process("zero").SpawnError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Short_of_descriptors_programs_too_many_fail_to_start_and_the_daemon_ends_as_ever()
    {
        // Of each: stdin, stdout, stderr; no logs.
        var programs = Enumerable.Range(0, 5).Select(n => TestDaemon.Program($"p{n}", "/bin/cat", o => o with { StartRetries = 0 }));
        await using var daemon = await TestDaemon.StartAsync(80 + (3 * 3), null, [.. programs]);

        await daemon.UntilAsync(() => Enumerable.Range(0, 5).All(
            n => daemon.Process($"p{n}").State is ProcessState.Running or ProcessState.Fatal));

        Assert.Equal(["p3", "p4"], Enumerable.Range(0, 5).Select(n => daemon.Process($"p{n}"))
            .Where(p => p.SpawnError == $"too many open files to spawn '{p.Name}'").Select(p => p.Name));
        await daemon.Supervisor.StopAsync("p0", "p0", wait: true, Cancel);
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.StartAsync("p3", "p3", wait: true, Cancel)).Kind);
    }

    [Fact]
    public async Task All_are_started_by_the_priority_of_their_group_first()
    {
        var quiet = TestDaemon.Program("x", "/bin/cat", o => o with { AutoStart = false }).Processes[0];
        await using var daemon = await TestDaemon.StartAsync(
            new GroupOptions { Name = "g", Priority = 2, Processes = [quiet with { Name = "c", Priority = 1 }, quiet with { Name = "b" }] },
            new GroupOptions { Name = "a", Priority = 5, Processes = [quiet with { Name = "a", Priority = 5 }] });

        await daemon.Supervisor.StartManyAsync(null, wait: true, Cancel);

        Assert.Equal(["c", "b", "a"], daemon.Supervisor.Groups.SelectMany(g => g.Processes).OrderBy(p => p.Pid).Select(p => p.Name));
    }

    [Fact]
    public async Task A_log_that_cannot_be_made_costs_no_process()
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("zero", "/bin/cat", o => o with { StandardOutput = new() { Target = OutputTarget.File, Path = "/tmp/a\0b" } }),
            TestDaemon.Program("nowhere", "/bin/cat", o => o with { StandardError = new() { Target = OutputTarget.File, Path = "/proc/no/log" } }));

        await daemon.UntilAsync("zero", ProcessState.Running);
        await daemon.UntilAsync("nowhere", ProcessState.Running);
    }

    [Fact]
    public async Task Input_that_waits_for_a_process_that_closes_its_stdin_is_dropped()
    {
        await using var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("closes", "/bin/sh -c 'trap \"exec sleep 600 <&-\" USR1; while :; do sleep 0.02; done'"),
            TestDaemon.Program("other", "/bin/cat"));
        await daemon.UntilAsync("closes", ProcessState.Running);
        TestKeeper.WaitUntilCatching(daemon.Process("closes").Pid, 10);
        // More than the pipe takes; the signal makes it close its end.
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.WriteInputAsync("closes", "closes", new byte[900_000], Cancel)).Kind);
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.SignalAsync("closes", "closes", 10, Cancel)).Kind);

        Outcome written;
        while ((written = await daemon.Supervisor.WriteInputAsync("closes", "closes", new byte[1], Cancel)).Kind == OutcomeKind.Done)
            Assert.False(daemon.Supervisor.Ended.IsCompleted);

        Assert.Equal(OutcomeKind.NoFile, written.Kind);
        Assert.Equal(OutcomeKind.Done, (await daemon.Supervisor.StopAsync("other", "other", wait: true, Cancel)).Kind);
        Assert.DoesNotContain("defect", daemon.MainLogText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_ends_what_is_starting_and_what_is_in_backoff()
    {
        var daemon = await TestDaemon.StartAsync(
            TestDaemon.Program("starting", "/bin/sleep 600", o => o with { StartSeconds = TimeSpan.FromHours(1) }),
            TestDaemon.Program("backoff", "/bin/false", o => o with { StartSeconds = TimeSpan.FromHours(1), StartRetries = 100 }),
            TestDaemon.Program("spawning", "/bin/sleep 600"));
        await daemon.UntilAsync("backoff", ProcessState.Backoff);

        await daemon.DisposeAsync();

        Assert.Equal(ProcessState.Fatal, daemon.Process("backoff").State);
        Assert.Equal(ProcessState.Stopped, daemon.Process("starting").State);
    }
}
