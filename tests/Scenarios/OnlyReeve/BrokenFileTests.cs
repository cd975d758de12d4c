using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>Supervisor stops every program and then ends when a restart finds a broken file. Reeve keeps the last good one.</summary>
public sealed class BrokenFileTests
{
    [Theory]
    [InlineData("HUP")]
    [InlineData("supervisor.restart")]
    public async Task A_broken_file_stops_nothing_at_a_restart(string how)
    {
        const string Steady = "[program:steady]\ncommand=sleep 1000\nstartsecs=0\n";
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Steady);
        await daemon.Until("steady", "RUNNING");
        var pid = await daemon.PidOf("steady");
        daemon.Scratch.Write("supervisord.conf", Daemon.Preamble() + "[program:steady]\nstartsecs=soon\ncommand=x\n");

        if (how == "HUP")
            daemon.Process.Signal("HUP");
        else
            await daemon.Rpc.TryCall(how);

        await daemon.Logs("startsecs");
        Assert.Equal("RUNNING", await daemon.StateOf("steady"));
        Assert.Equal(pid, await daemon.PidOf("steady"));

        // With the file mended the same request works again.
        daemon.Scratch.Write("supervisord.conf", Daemon.Preamble() + Steady);
        daemon.Process.Signal("HUP");
        await daemon.Replaced("steady", pid);
    }
}
