using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>Started with stdin closed, as some job runners do: there is nothing to read, and nothing is made up.</summary>
public sealed class ClosedInputTests
{
    const string Program = """
        [program:reader]
        command=cat
        startsecs=0
        """;

    [Fact]
    public async Task Nothing_is_written_to_a_program_when_stdin_is_closed()
    {
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Program);
        await daemon.Until("reader", "RUNNING");
        string[] write = ["-c", daemon.Configuration, "write", "reader"];

        var said = await WithoutInput(Side.Binary!, write, daemon.Scratch.Root);
        await Command.Run(Side.Binary!, write, daemon.Scratch.Root, "end\n");

        Assert.Equal((0, "", ""), (said.Exit, said.Out, said.Error));
        var log = (await daemon.Rpc.Process("reader"))["stdout_logfile"];
        await Fact.FileHas(log, "end\n");
        Assert.Equal("end\n", File.ReadAllText(log));
    }

    [Fact]
    public async Task The_shell_ends_at_once_when_stdin_is_closed()
    {
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Program);
        await daemon.Until("reader", "RUNNING");

        var said = await WithoutInput(Side.Reeve.Supervisorctl, ["-c", daemon.Configuration], daemon.Scratch.Root);

        Assert.Equal(0, said.Exit);
        Assert.Matches(@"\Areader +RUNNING +pid \d+, uptime \d:\d\d:\d\d\nsupervisor> \n?\z", said.Out);
    }

    static Task<Said> WithoutInput(string program, string[] arguments, string directory) =>
        Command.Run("/bin/sh", ["-c", "exec \"$0\" \"$@\" <&-", program, .. arguments], directory);
}
