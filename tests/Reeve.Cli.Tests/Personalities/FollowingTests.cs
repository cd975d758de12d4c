using System.IO.Pipes;
using System.Text;
using Reeve.Cli.Personalities.Supervisorctl;
using Reeve.Cli.Tests.Editor;

namespace Reeve.Cli.Tests.Personalities;

/// <summary>Commands that go on until a key ends them, and the shell at a terminal.</summary>
[Trait("Peer", "Supervisor")]
public sealed class FollowingTests
{
    const string Programs = """
        [program:echoing]
        command=cat
        startsecs=0
        [program:loud]
        command=sh -c 'echo problem >&2; exec cat'
        startsecs=0
        """;

    [Theory]
    [InlineData("tail -f echoing", "appended")]
    [InlineData("maintail -f", "spawned")]
    public async Task Following_shows_what_is_appended_and_ends_with_the_key(string line, string expected)
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync(Programs, cancel);
        await daemon.WaitFor("loud", "RUNNING", cancel);
        await File.AppendAllTextAsync(LogOf(daemon, "echoing"), "appended\n", cancel);
        using var key = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var output = new Seen(expected, key.Cancel);
        using var error = new MemoryStream();

        var host = RunOutcome.Host(Stream.Null, output, error) with { Interrupted = key.Token };
        var code = await Task.Run(() => SupervisorctlPersonality.Run(["-c", daemon.Configuration, line], host), cancel);

        Assert.Equal(0, code);
        Assert.StartsWith("==> Press Ctrl-C to exit <==\n", output.Text);
        Assert.EndsWith("\n\n", output.Text);
        Assert.Equal(0, error.Length);
    }

    [Fact]
    public async Task In_the_foreground_lines_go_to_the_process_and_both_its_streams_come_back()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync(Programs, cancel);
        await daemon.WaitFor("loud", "RUNNING", cancel);
        using var keyboard = new AnonymousPipeServerStream(PipeDirection.Out);
        using var input = new AnonymousPipeClientStream(PipeDirection.In, keyboard.ClientSafePipeHandle);
        using var answered = new SemaphoreSlim(0);
        using var output = new Seen("hello\n", () => answered.Release());
        var host = RunOutcome.Host(input, output, Stream.Null);

        var running = Task.Run(() => SupervisorctlPersonality.Run(["-c", daemon.Configuration, "fg loud"], host), cancel);
        await keyboard.WriteAsync("hello\n"u8.ToArray(), cancel);
        await answered.WaitAsync(cancel);
        keyboard.Dispose();

        Assert.Equal(0, await running);
        Assert.StartsWith("==> Press Ctrl-C to exit <==\n", output.Text);
        Assert.Contains("problem\n", output.Text);
        Assert.EndsWith("Exiting foreground\n", output.Text);
    }

    [Fact]
    public async Task A_process_that_ends_in_the_foreground_is_told()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync(
            "[program:once]\ncommand=sh -c 'read x; exit 0'\nstartsecs=0\nautorestart=false", cancel);
        await daemon.WaitFor("once", "RUNNING", cancel);

        using var keyboard = new AnonymousPipeServerStream(PipeDirection.Out);
        using var input = new AnonymousPipeClientStream(PipeDirection.In, keyboard.ClientSafePipeHandle);
        using var output = new MemoryStream();
        var host = RunOutcome.Host(input, output, Stream.Null);

        var running = Task.Run(() => SupervisorctlPersonality.Run(["-c", daemon.Configuration, "fg once"], host), cancel);
        await keyboard.WriteAsync("ends it\n"u8.ToArray(), cancel);
        // Between its end and the daemon's notice of it the daemon itself says something else: NO_FILE.
        await daemon.WaitFor("once", "EXITED", cancel);
        await keyboard.WriteAsync("finds it gone\n"u8.ToArray(), cancel);

        Assert.Equal(0, await running);
        Assert.EndsWith("Process got killed\nExiting foreground\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task The_shell_completes_names_asks_back_and_keeps_its_history()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync(
            "[program:web]\ncommand=cat\nautostart=false\nstartsecs=0\n[group:g]\nprograms=inner\n"
            + "[program:inner]\ncommand=cat\nautostart=false", cancel);
        await daemon.WaitFor("web", "STOPPED", cancel);
        var history = daemon.Folder + "/history";
        using var screen = new RenderedScreen(80);
        using var error = new MemoryStream();
        var terminal = new TypedTerminal(
            "sta\t\trt w\t\r" + "pid g\t\t\x15" + "stop\x03" + "status g:\tinn\t\r" + "add \t\t\x15reload\rn\r\e[A\e[A\r\x04", 80);
        screen.IsRaw = () => terminal.Raw > 0;

        var code = SupervisorctlPersonality.Run(
            ["-c", daemon.Configuration, "-r", history], RunOutcome.Host(Stream.Null, screen, error, terminal));

        Assert.Equal(0, code);
        Assert.Equal(0, error.Length);
        Assert.Equal("""
            g:inner                          STOPPED   Not started
            web                              STOPPED   Not started
            supervisor> sta
            start  status
            supervisor> start web
            web: started
            supervisor> pid g:
            g:*  g:inner
            supervisor> stop^C
            supervisor> status g:inner
            g:inner                          STOPPED   Not started
            supervisor> add
            g  web
            supervisor> reload
            Really restart the remote supervisord process y/N? n
            supervisor> status g:inner
            g:inner                          STOPPED   Not started
            supervisor>
            """, screen.Text);
        Assert.Equal("start web \nstatus g:inner \nreload\nstatus g:inner \n", await File.ReadAllTextAsync(history, cancel));
    }

    [Fact]
    public async Task At_a_terminal_a_password_is_asked_for_and_not_shown()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await OriginalDaemon.StartAsync(
            "[program:web]\ncommand=cat\nautostart=false\n[supervisorctl]\nusername=u\npassword=p", cancel, "username=u\npassword=p");
        await daemon.WaitFor("web", "STOPPED", cancel);
        using var screen = new RenderedScreen(80);

        var terminal = new TypedTerminal("u\rwrong\ru\rp\rversion\rquit\r", 80);
        screen.IsRaw = () => terminal.Raw > 0;
        SupervisorctlPersonality.Run(["-s", daemon.Url], RunOutcome.Host(Stream.Null, screen, Stream.Null, terminal));

        Assert.Equal("""
            Server requires authentication
            Username:u
            Password:

            Server requires authentication
            Username:u
            Password:

            web                              STOPPED   Not started
            supervisor> version
            4.2.5
            supervisor> quit
            """, screen.Text);
    }

    static string LogOf(OriginalDaemon daemon, string process) =>
        Directory.GetFiles(daemon.Folder, process + "-stdout---*").Single();

    /// <summary>Output that tells when a text has come.</summary>
    sealed class Seen(string expected, Action seen) : MemoryStream
    {
        bool _told;

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer);
            if (_told || !Text.Contains(expected, StringComparison.Ordinal))
                return;
            _told = true;
            seen();
        }
    }
}
