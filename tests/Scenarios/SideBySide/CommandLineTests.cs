using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>The daemon's own command line: which file it takes, what beats what, help and version.</summary>
public sealed class CommandLineTests
{
    /// <summary>A file that is refused with a sentence of its own, so that the refusal tells that it was read.</summary>
    const string Telling = "[supervisord]\n[program:a]\ncommand=x\nautostart=";

    [Theory]
    [InlineData("supervisord.conf")]
    [InlineData("etc/supervisord.conf")]
    [InlineData("etc/supervisord.conf", "supervisord.conf")]
    public Task Without_c_the_usual_places_are_searched_in_order(params string[] files) => Transcript.Compare(async side =>
    {
        using var scratch = new Scratch();
        foreach (var file in files)
            scratch.Write(file, $"{Telling}{file}\n");
        var said = await Command.Run(side.Supervisord, ["-n"], scratch.Root);
        var record = new Transcript(scratch);
        record.Add("exit", said.Exit.ToString());
        record.Add("read", string.Join(' ', files.Where(file => said.Error.Contains($"'{file}'"))));
        return record;
    }, []);

    [Fact]
    public Task Options_beat_the_file() => Transcript.Compare(async side =>
    {
        await using var daemon = await Daemon.Start(side, Daemon.Preamble("loglevel=info") + """
            [program:steady]
            command=sleep 1000
            startsecs=0
            """, "--ident=other", "-e", "warn", "--pidfile=other.pid", "-lother.log");
        await daemon.Until("steady", "RUNNING");
        daemon.Process.Signal("HUP");
        await Fact.FileHas(daemon.Scratch.Path("other.log"), "received SIGHUP");
        await daemon.Answers();
        await daemon.Until("steady", "RUNNING");
        var record = new Transcript(daemon.Scratch);
        record.Add("identifier", (await daemon.Rpc.Call("supervisor.getIdentification")).Root!.Value);
        record.Add("pidfile", (daemon.Scratch.Read("other.pid").Trim() == daemon.Process.Pid.ToString()).ToString());
        record.Add("log", MainLogTests.Lines(daemon.Scratch.Read("other.log")));
        return record;
    }, []);

    [Theory]
    [InlineData("-v")]
    [InlineData("--version")]
    public async Task The_version_is_a_bare_line(string option)
    {
        foreach (var side in new[] { Side.Supervisor, Side.Subject })
        {
            var said = await Command.Run(side.Supervisord, [option], "/");
            Assert.Equal((0, ""), (said.Exit, said.Error));
            Assert.Matches(@"^\d+(\.\d+)+\n$", said.Out);
        }
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("--help")]
    public async Task Help_names_every_option(string option)
    {
        var truth = await Command.Run(Side.Supervisor.Supervisord, [option], "/");
        var ours = await Command.Run(Side.Subject.Supervisord, [option], "/");
        Assert.Equal((truth.Exit, truth.Error), (ours.Exit, ours.Error));
        var options = truth.Out.Split([' ', '/', '\n', '=', ',']).Where(word => word.StartsWith("--", StringComparison.Ordinal)).Distinct();
        Assert.All(options, name => Assert.Contains(name, ours.Out));
    }
}
