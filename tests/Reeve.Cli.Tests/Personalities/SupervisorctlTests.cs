namespace Reeve.Cli.Tests.Personalities;

/// <summary>
/// The same lines for supervisorctl of either make, each with its own supervisord of the original make: what they print
/// and how they end must be the same.
/// </summary>
[Trait("Peer", "Supervisor")]
public sealed class SupervisorctlTests
{
    const string Programs = """
        [program:web]
        command=sh -c 'echo hello; echo problem >&2; exec sleep 1000'
        startsecs=0
        [program:echoing]
        command=cat
        autostart=false
        startsecs=0
        [program:missing]
        command=/nonexistent/program
        autostart=false
        [program:plain]
        command=/etc/passwd
        autostart=false
        [program:quick]
        command=false
        startretries=0
        autostart=false
        [program:silent]
        command=sleep 1000
        startsecs=0
        stdout_logfile=NONE
        [program:a_program_with_a_name_longer_than_thirty_characters]
        command=sleep 1000
        autostart=false
        startsecs=0
        [program:w]
        command=sleep 1000
        process_name=%(program_name)s_%(process_num)d
        numprocs=2
        autostart=false
        startsecs=0
        [group:g]
        programs=a,b
        priority=5
        [program:a]
        command=sleep 1000
        startsecs=0
        [program:b]
        command=sleep 1000
        autostart=false
        startsecs=0
        """;

    static readonly string[] s_questions =
    [
        "status", "status web", "status nope", "status g", "status g:", "status g:*", "status nope:*", "status nope:x web",
        "status all", "status web nope all", "status web echoing", "status web nope", "status w:* web web", "status web:web",
        "status a_program_with_a_name_longer_than_thirty_characters web", "status;", "Status",
        "pid", "pid web", "pid echoing", "pid nope", "pid all", "pid web nope", "pid g:*", "pid g:a all", "pid nope echoing web",
        "help", "help help", "help foo", "help add", "help avail", "help clear", "help exit", "help fg", "help maintail",
        "help open", "help pid", "help quit", "help reload", "help remove", "help reread", "help restart", "help shutdown",
        "help signal", "help start", "help status", "help stop", "help tail", "help update", "help version", "help EOF",
        "help add foo", "?", "?add", "? add", "? ?", "!ls", " ! x", "bogus", "bogus  x y ", " ", "", "start-web", "#", "_x",
        "é", "exit", "exit foo", "quit", "EOF",
        "tail", "tail web", "tail nope", "tail silent", "tail -f", "tail -f nope", "tail -f silent", "tail -2 web",
        "tail -x web", "tail -0 web", "tail web bogus", "tail web it's", "tail web stderr", "tail web stdout more", "tail web -3",
        "tail -3", "tail -f web bogus", "tail -3 web stderr foo", "tail missing", "tail g:*", "tail -2x web", "tail -f -f web",
        "tail web stderr stdout", "tail --3 web", "tail - web", "tail -- web", "tail -x web bogus", "tail -2 silent stderr",
        "tail -99999999999 web",
        "maintail 100", "maintail -x", "maintail foo", "maintail -f x", "maintail x y z", "maintail -",
        "clear", "clear web", "clear nope", "clear silent", "clear g:*", "clear g:a g:zz echoing", "clear all", "clear web all",
        "avail", "avail x", "reread", "reread x", "add", "add web", "add nope", "add web nope web", "remove", "remove web",
        "remove nope", "update", "update all", "update nope", "update web", "version", "version x", "shutdown x", "reload x",
        "open", "open foo", "open http://localhost:1", "open unix:///none", "open ftp://x",
        "fg", "fg a b", "fg nope", "fg echoing",
        "start", "start nope", "start nope:*", "start nope:x", "stop", "stop nope", "stop nope:*", "restart", "restart nope",
        "restart nope:*", "signal", "signal HUP", "signal FOO web", "signal FOO nope", "signal CONT web", "signal 18 web echoing",
        "signal CONT all", "signal FOO all", "signal FOO g:*", "signal CONT g:*", "signal CONT zz:*", "signal CONT missing",
        "signal CONT web nope missing", "signal web HUP", "signal 0 web", "signal 0 g:*", "signal 0 echoing",
    ];

    static readonly string[] s_changes =
    [
        "start missing", "start plain", "start quick", "start web", "start g:*", "status g:*", "start echoing",
        "start echoing web nope", "start w:* web", "stop echoing", "stop echoing", "stop w:", "stop w:*", "restart echoing",
        "restart echoing", "restart w:* web", "stop g:b nope web", "start all", "stop all", "status", "start web", "remove w",
        "status", "avail", "add w", "update", "reread",
    ];

    [Fact]
    public async Task Every_question_is_answered_as_by_the_original()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync(Programs, cancel);
        await daemon.WaitFor("g:a", "RUNNING", cancel);
        await daemon.WaitFor("web", "RUNNING", cancel);

        List<string> differences = [];
        foreach (var line in s_questions)
            await Compare(line, daemon, daemon, differences, cancel);

        Assert.Equal("", string.Join("\n", differences));
    }

    [Fact]
    public async Task Every_change_is_carried_out_and_told_as_by_the_original()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var theirs = await OriginalDaemon.StartAsync(Programs, cancel);
        await using var ours = await OriginalDaemon.StartAsync(Programs, cancel);
        foreach (var daemon in (OriginalDaemon[])[theirs, ours])
        {
            await daemon.WaitFor("g:a", "RUNNING", cancel);
            await daemon.WaitFor("web", "RUNNING", cancel);
        }

        List<string> differences = [];
        foreach (var line in s_changes)
            await Compare(line, theirs, ours, differences, cancel);
        foreach (var daemon in (OriginalDaemon[])[theirs, ours])
        {
            var text = await File.ReadAllTextAsync(daemon.Configuration, cancel);
            text = text.Replace("[program:quick]\ncommand=false", "[program:new]\ncommand=sleep 1000\nstartsecs=0")
                .Replace("numprocs=2", "numprocs=3");
            await File.WriteAllTextAsync(daemon.Configuration, text, cancel);
        }
        foreach (var line in (string[])["reread", "add new", "update nope w", "update", "status", "avail", "update", "shutdown"])
            await Compare(line, theirs, ours, differences, cancel);

        Assert.Equal("", string.Join("\n", differences));
    }

    [Fact]
    public async Task A_broken_file_is_told_as_by_the_original()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync("[program:x]\ncommand=cat\nstartsecs=0", cancel);
        await daemon.WaitFor("x", "RUNNING", cancel);
        await File.AppendAllTextAsync(daemon.Configuration, "\nstartsecs=soon\n", cancel);

        List<string> differences = [];
        foreach (var line in (string[])["reread", "update"])
            await Compare(line, daemon, daemon, differences, cancel);

        Assert.Equal("", string.Join("\n", differences));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pid web\n")]
    [InlineData("pid web")]
    [InlineData("\n  \nbogus\nhelp\nexit\nstatus\n")]
    [InlineData("quit")]
    [InlineData("EOF\npid\n")]
    [InlineData("reload\nn\n")]
    [InlineData("shutdown\n\n")]
    [InlineData("reload")]
    [InlineData("open unix:///none\npid\nopen unix://DIR/s.sock\n")]
    [InlineData("tail -f nope\npid\n")]
    [InlineData("pid  web  \n?pid\n! x\n")]
    public async Task A_shell_that_is_fed_by_a_script_prints_what_the_original_prints(string input)
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync("[program:web]\ncommand=cat\nstartsecs=0", cancel);
        await daemon.WaitFor("web", "RUNNING", cancel);
        input = input.Replace("DIR", daemon.Folder, StringComparison.Ordinal);

        var theirs = await RunOutcome.OfOriginal(["-c", daemon.Configuration], input, daemon.Folder, cancel);
        var ours = RunOutcome.OfOurs(["-c", daemon.Configuration], input, daemon.Folder);

        Assert.Equal(theirs, ours);
    }

    [Fact]
    public async Task Options_and_their_errors_are_those_of_the_original()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync("[program:web]\ncommand=cat\nstartsecs=0", cancel);
        await daemon.WaitFor("web", "RUNNING", cancel);
        string[] files = ["none.conf", "noserver.conf", "empty.conf", "prompt.conf"];
        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "noserver.conf"), "[supervisord]\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "empty.conf"), "[supervisorctl]\nserverurl=http://localhost:1\n", cancel);
        await File.WriteAllTextAsync(
            Path.Combine(daemon.Folder, "prompt.conf"), "[supervisorctl]\nserverurl=unix://%(here)s/q.sock\nprompt=zz%%\n", cancel);

        List<string> differences = [];
        foreach (var file in files)
            await Compare(["-c", Path.Combine(daemon.Folder, file), "status"], daemon, differences, cancel);
        await Compare(["-c", Path.Combine(daemon.Folder, "prompt.conf")], daemon, differences, cancel);
        await Compare(["-c", daemon.Folder, "status"], daemon, differences, cancel);
        foreach (var line in (string[])[
            "-h", "--help status", "-h -s foo", "-i -h -i", "-?", "-?x", "--bogus", "-x", "-c", "--c", "--s=x", "-s foo",
            "-i -i", "-i --interactive", "--help=3", "--user", "--user=a -ub", "--int --h", "-ic", "-s http://x -s y",
            "-s ftp://x status", "-s unix:// status", "-s http:// status", "-s localhost:9001 status", "-s :x pid",
            "-s https://localhost:1 pid", "-s HTTP://localhost:1 pid", "-s http:x pid", "-s /foo pid", "--prompt=x", "--history-file=x",
            "-s http://localhost:1 status", "-s http://localhost:1 version", "-s http://[::1]:1 pid", "-s unix:///none status",
            "-s unix:///none version", "-s unix:///none version x", "-s unix:///none shutdown", "-s http://localhost:1 shutdown",
            "-s unix:///none reload", "-s http://localhost:1 reload", "-s unix:///none add", "-s unix:///none add x",
            "-s unix:///none fg x y", "-s unix:///none tail", "-s unix:///none maintail x", "-s unix:///none restart x",
            "-s unix:///none update", "-s unix:///none exit", "-s unix:///etc/passwd status", "-c /none -h", "-- -i",
            "--configuration= -s unix:///none --username=u -p p pid",
        ])
        {
            await Compare(line.Split(' '), daemon, differences, cancel);
        }

        Assert.Equal("", string.Join("\n", differences));
    }

    [Fact]
    public async Task A_password_is_sent_and_its_lack_told_as_by_the_original()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync(
            "[program:web]\ncommand=cat\nautostart=false\n[supervisorctl]\nusername=u\npassword=p%%", cancel, "username=u\npassword=p%%");
        await daemon.WaitFor("web", "STOPPED", cancel);

        List<string> differences = [];
        foreach (var options in (string[])["-u u -p p%", "-u u -p wrong", "-u u", ""])
        {
            foreach (var action in (string[])["status", "maintail -f", "shutdown"])
            {
                if (options != "-u u -p p%" || action == "status")
                    await Compare(["-s", daemon.Url, .. Words(options), .. Words(action)], daemon, differences, cancel);
            }
        }

        Assert.Equal("", string.Join("\n", differences));
    }

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static async Task Compare(
        string line, OriginalDaemon theirs, OriginalDaemon ours, List<string> differences, CancellationToken cancel)
    {
        var original = await RunOutcome.OfOriginal(["-c", theirs.Configuration, line], "", theirs.Folder, cancel);
        Note(line, original, RunOutcome.OfOurs(["-c", ours.Configuration, line], "", ours.Folder), differences);
    }

    static async Task Compare(string[] arguments, OriginalDaemon daemon, List<string> differences, CancellationToken cancel)
    {
        var original = await RunOutcome.OfOriginal(arguments, "", daemon.Folder, cancel);
        Note(string.Join(' ', arguments), original, RunOutcome.OfOurs(arguments, "", daemon.Folder), differences);
    }

    static void Note(string line, RunOutcome original, RunOutcome ours, List<string> differences)
    {
        // Several at once are told in the order in which they happened to be done.
        var anyOrder = line.EndsWith(" all", StringComparison.Ordinal) || line.Contains(':');
        if (anyOrder ? Sorted(original) != Sorted(ours) : original != ours)
            differences.Add($"{line}\n--- original: {original}\n--- ours:     {ours}");
    }

    static RunOutcome Sorted(RunOutcome outcome) =>
        outcome with { Output = string.Join('\n', outcome.Output.Split('\n').Order(StringComparer.Ordinal)) };
}
