using System.Text.Json;
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

    [Fact]
    public async Task With_json_the_refusal_is_one_document_and_so_is_a_start()
    {
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble());

        // What the keeper finds, what the reader of the file finds, and a start.
        var second = await UpAsync(daemon, daemon.Configuration);
        var nothing = await UpAsync(daemon, "/nonexistent");
        daemon.Process.Signal("TERM");
        await daemon.Process.Ended();
        var first = await UpAsync(daemon, daemon.Configuration);

        Assert.Contains("already listening", Detail(second));
        Assert.Contains("/nonexistent: cannot read the configuration", Detail(nothing));
        Assert.Equal((0, ""), (first.Exit, first.Error));
        using var done = JsonDocument.Parse(first.Out);
        Assert.Equal("ok", done.RootElement.GetProperty("code").GetString());
    }

    static Task<Said> UpAsync(Daemon daemon, string file) => Command.Run(
        Side.Binary!, ["up", "-d", "-c", file, "--json"], daemon.Scratch.Root, environment: daemon.Environment);

    static string? Detail(Said refused)
    {
        Assert.Equal((2, ""), (refused.Exit, refused.Out));
        using var problem = JsonDocument.Parse(refused.Error);
        Assert.Equal("cannot-start", problem.RootElement.GetProperty("code").GetString());
        return problem.RootElement.GetProperty("detail").GetString();
    }
}
