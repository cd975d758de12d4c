using Reeve.Cli.Commands;

namespace Reeve.Cli.Tests;

public class UsageTests
{
    readonly Shell _shell = new();

    [Theory]
    [InlineData("strat x", "there is no command 'strat'. Did you mean 'start'?\n'reeve help' says more.")]
    [InlineData("xyzzy", "there is no command 'xyzzy'. 'reeve help' lists them.")]
    [InlineData("start", "start needs more. Write: reeve start NAME...\n'reeve help start' says more.")]
    [InlineData("ps --jsno", "there is no option --jsno of ps. Did you mean --json?\n'reeve help ps' says more.")]
    [InlineData("ps -x", "there is no option -x of ps.\n'reeve help ps' says more.")]
    [InlineData("-f tail a", "there is no option -f before the command. Write it after: reeve tail -f.\n'reeve help' says more.")]
    [InlineData("tail -100 a", "there is no option -100. For the last 100 lines write -n 100.\n'reeve help tail' says more.")]
    [InlineData("tail -n x a -e /s", "--lines takes a whole number from 0 to 1099511627776, not 'x'.\n'reeve help tail' says more.")]
    [InlineData("ps --json=1", "--json takes no value, but '--json=1' gives it one.\n'reeve help ps' says more.")]
    [InlineData("ps -e", "--endpoint needs a value: --endpoint URL.\n'reeve help ps' says more.")]
    [InlineData("down now", "down does not know what to do with 'now'. Write: reeve down\n'reeve help down' says more.")]
    [InlineData("ps --color pink", "--color takes auto, always or never, not 'pink'.\n'reeve help ps' says more.")]
    [InlineData("ps -e ftp://x", "-e: cannot read endpoint 'ftp://x': 'ftp' is no known scheme. Write unix:///path, http://host:port or tcp://host:port.\n'reeve help ps' says more.")]
    [InlineData("-e /a -e /b stop x", "stop works on one endpoint, but 2 are named with -e.\n'reeve help stop' says more.")]
    [InlineData("help strat", "there is no command 'strat'. Did you mean 'start'?\n'reeve help' says more.")]
    [InlineData("help xyzzy", "there is no command 'xyzzy'. 'reeve help' lists them.")]
    [InlineData("completion tcsh", "completion is written for bash, zsh and fish, not for 'tcsh'.\n'reeve help completion' says more.")]
    public async Task What_cannot_be_understood_is_told_with_what_was_probably_meant(string line, string text)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        var words = line.Split(' ').Select(w => w == "/s" ? daemon.SocketPath : w).ToArray();

        var ended = await _shell.RunAsync(words);

        Assert.Equal((2, $"reeve: {text.Replace("\n", "\nreeve: ")}\n", ""), (ended.Code, ended.Error, ended.Output));
    }

    [Fact]
    public async Task Without_a_command_the_help_comes_as_usage()
    {
        var ended = await _shell.RunAsync();

        Assert.Equal(2, ended.Code);
        Assert.Contains("Usage: reeve [OPTION...] COMMAND", ended.Output);
    }

    [Fact]
    public async Task Help_lists_every_command_within_80_columns()
    {
        var ended = await _shell.RunAsync("help");

        Assert.Equal(0, ended.Code);
        Assert.All(CommandTable.All.Where(c => !c.Hidden), c => Assert.Contains($"\n  {c.Name}", ended.Output));
        Assert.DoesNotContain("__complete", ended.Output);
        Assert.All(ended.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    public static TheoryData<string> Commands => [.. CommandTable.All.Where(c => !c.Hidden).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_help_with_examples_that_can_be_parsed(string name)
    {
        var ended = await new Shell().RunAsync("help", name);

        Assert.Equal(ended, await new Shell().RunAsync(name, "--help"));
        Assert.StartsWith($"reeve {name}: ", ended.Output);
        Assert.Contains("\nExamples:\n  reeve ", ended.Output);
        foreach (var (line, _) in CommandTable.Find(name)!.Examples)
        {
            // As the shell would hand it over: up to the first operator, quotes taken off.
            var words = line.Split(' ').TakeWhile(w => w is not ("<" or ">" or "&&")).Select(w => w.Trim('\''));
            Assert.Equal(name, Arguments.Parse([.. words]).Command!.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_is_in_the_manual(string name)
    {
        var manual = File.ReadAllText(Path.Combine(Root(), "docs", "cli.md"));

        Assert.Contains($"\n### reeve {name}", manual);
        foreach (var option in CommandTable.Find(name)!.Options)
            Assert.Contains($"--{option.Long}", manual);
    }

    [Fact]
    public async Task Options_may_stand_anywhere_and_letters_together()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        daemon.Logs["a/stdout"] = "1\n2\n3\n";

        Assert.Equal("3\n", (await new Shell().RunAsync("tail", "a", "-n1", "-e", daemon.SocketPath)).Output);
        Assert.Equal("2\n3\n", (await new Shell().RunAsync("--endpoint=" + daemon.SocketPath, "tail", "--lines=2", "--", "a")).Output);
    }

    [Fact]
    public async Task Version_alone_asks_no_daemon() =>
        Assert.Equal((0, "reeve 9.8.7\n"), ((await _shell.RunAsync("--version")).Code, _shell.Out.Text));

    static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Reeve.slnx")))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }
}
