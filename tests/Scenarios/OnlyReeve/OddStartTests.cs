using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>Started by others than a shell: as process 1, with signals ignored and blocked.</summary>
public sealed class OddStartTests
{
    const string Programs = """
        [program:seven]
        command=sh -c 'exit 7'
        startsecs=0
        autorestart=false

        [program:parent]
        command=sh -c '(sh -c "sleep 0.1; exit 5" &) && exec sleep 1000'
        startsecs=0
        """;

    [Fact]
    public async Task With_signals_ignored_and_blocked_it_hears_of_every_exit_and_of_its_end()
    {
        await using var daemon = await Start("exec env --ignore-signal --block-signal");

        await daemon.Logs("exited: seven (exit status 7; not expected)");
        await daemon.Until("parent", "RUNNING");
        Assert.Equal("0000000000000000", Mask(await daemon.PidOf("parent"), "SigBlk"));
        Assert.Equal("0000000000000000", Mask(await daemon.PidOf("parent"), "SigIgn"));
        daemon.Process.Signal("TERM");

        Assert.Equal(0, (await daemon.Process.Ended()).Exit);
    }

    [Fact]
    public async Task As_process_1_it_reaps_what_others_leave_behind_and_ends_when_asked()
    {
        const string Enter = "unshare --pid --fork --mount-proc";
        var possible = await Command.Run("/bin/sh", ["-c", $"{Enter} true"], "/");
        Assert.SkipUnless(possible.Exit == 0, $"no pid namespace can be made here: {possible.Error.Trim()}");
        await using var daemon = await Start($"exec {Enter}");
        Assert.Equal("1", daemon.Scratch.Read("main.pid").Trim());

        await daemon.Logs("exited: seven (exit status 7; not expected)");
        await daemon.Logs("(exit status 5)");
        Processes.Signal(Assert.Single(Processes.ChildrenOf(daemon.Process.Pid)), "TERM");

        Assert.Equal(0, (await daemon.Process.Ended()).Exit);
        Assert.Matches("reaped unknown pid [0-9]+ \\(exit status 5\\)", daemon.Scratch.Read("main.log"));
    }

    /// <summary>A daemon whose command stands behind <paramref name="prefix"/>.</summary>
    static Task<Daemon> Start(string prefix)
    {
        var scratch = new Scratch();
        scratch.Write("supervisord.conf", Daemon.Preamble() + Programs);
        var launcher = scratch.Write("launch", $"#!/bin/sh\n{prefix} {Side.Reeve.Supervisord} \"$@\"\n");
        File.SetUnixFileMode(launcher, (UnixFileMode)0b111_101_101);
        return Daemon.StartIn(Side.Reeve with { Supervisord = launcher }, scratch, ownsScratch: true);
    }

    static string Mask(int pid, string name) =>
        File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split('\t')[1];
}
