using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>Started twice by mistake, Supervisor wipes the logs of the instance that runs. Reeve touches nothing.</summary>
public sealed class SecondInstanceTests
{
    [Fact]
    public async Task A_second_instance_by_mistake_touches_nothing()
    {
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + """
            [program:automatic]
            command=sh -c 'echo precious; exec cat'
            startsecs=0
            """);
        await daemon.Until("automatic", "RUNNING");
        var log = (await daemon.Rpc.Process("automatic"))["stdout_logfile"];
        await Fact.FileHas(log, "precious");
        var pid = await daemon.PidOf("automatic");
        var mainLog = daemon.Scratch.Read("main.log");

        var said = await daemon.RunDaemon("-n");

        Assert.Equal(2, said.Exit);
        Assert.Contains("already listening", said.Error);
        Assert.Equal("precious\n", File.ReadAllText(log));
        Assert.Equal(mainLog, daemon.Scratch.Read("main.log"));
        Assert.Equal(pid, await daemon.PidOf("automatic"));
        Assert.Equal($"{daemon.Process.Pid}\n", daemon.Scratch.Read("main.pid"));
    }
}
