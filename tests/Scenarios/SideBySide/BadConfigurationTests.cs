using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>A file that Supervisor refuses is refused, with exit code 2 and in its words.</summary>
public sealed class BadConfigurationTests
{
    /// <summary>A short name, what stands in the file, and (null: all) the part of Supervisor's text that is not Python's.</summary>
    public static TheoryData<string, string, string?> Files => new()
    {
        { "no supervisord section", "[unix_http_server]\nfile=%(here)s/s.sock\n", null },
        { "garbage", "[supervisord]\nnonsense\n", "Source contains parsing errors" },
        { "header missing", "x=1\n[supervisord]\n", "" },
        { "no command", "[supervisord]\n[program:a]\nautostart=true\n", null },
        { "bad number", "[supervisord]\n[program:a]\ncommand=x\nstartsecs=soon\n", "in section 'program:a' (file: " },
        { "bad boolean", "[supervisord]\n[program:a]\ncommand=x\nautostart=maybe\n", null },
        { "bad autorestart", "[supervisord]\n[program:a]\ncommand=x\nautorestart=maybe\n", null },
        { "bad bytes", "[supervisord]\nlogfile_maxbytes=5K\n", "" },
        { "bad signal name", "[supervisord]\n[program:a]\ncommand=x\nstopsignal=FOO\n", null },
        { "bad signal number", "[supervisord]\n[program:a]\ncommand=x\nstopsignal=999\n", null },
        { "bad exit codes", "[supervisord]\n[program:a]\ncommand=x\nexitcodes=0,256\n", null },
        { "bad user", "[supervisord]\n[program:a]\ncommand=x\nuser=nobody-by-that-name\n", null },
        { "bad uid", "[supervisord]\n[program:a]\ncommand=x\nuser=99999\n", null },
        { "bad directory", "[supervisord]\ndirectory=/no/such/directory\n", null },
        { "bad log directory", "[supervisord]\nlogfile=/no/such/directory/x.log\n", null },
        { "bad child log", "[supervisord]\n[program:a]\ncommand=x\nstdout_logfile=/no/such/directory/x.log\n", null },
        { "bad level", "[supervisord]\nloglevel=warning\n", null },
        { "bad umask", "[supervisord]\numask=9\n", null },
        { "bad name", "[supervisord]\n[program:a b]\ncommand=x\n", null },
        { "bad group name", "[supervisord]\n[group:a b]\nprograms=\n", null },
        { "colon in a name", "[supervisord]\n[program:a:b]\ncommand=x\n", null },
        { "unknown member", "[supervisord]\n[group:g]\nprograms=zz\n", null },
        { "numprocs without number", "[supervisord]\n[program:a]\ncommand=x\nnumprocs=2\n", null },
        { "stop but not kill as group", "[supervisord]\n[program:a]\ncommand=x\nstopasgroup=true\nkillasgroup=false\n", null },
        { "unknown expansion", "[supervisord]\n[program:a]\ncommand=%(nosuch)s\n", "Format string '%(nosuch)s' for 'program:a.command' contains names ('nosuch') which cannot be expanded" },
        { "bad expansion", "[supervisord]\n[program:a]\ncommand=100%\n", "Format string '100%' for 'program:a.command' is badly formatted" },
        { "bad environment", "[supervisord]\n[program:a]\ncommand=x\nenvironment=A\n", null },
        { "unix server without file", "[supervisord]\n[unix_http_server]\nchmod=0700\n", null },
        { "socket in no directory", "[supervisord]\n[unix_http_server]\nfile=/no/such/directory/s.sock\n", null },
        { "bad chmod", "[supervisord]\n[unix_http_server]\nfile=/tmp/x.sock\nchmod=9\n", null },
        { "bad chown", "[supervisord]\n[unix_http_server]\nfile=/tmp/x.sock\nchown=nobody-by-that-name\n", null },
        { "inet server without port", "[supervisord]\n[inet_http_server]\nusername=a\npassword=b\n", null },
        { "bad port", "[supervisord]\n[inet_http_server]\nport=abc\n", "" },
        { "high port", "[supervisord]\n[inet_http_server]\nport=99999\n", "" },
        { "user without password", "[supervisord]\n[inet_http_server]\nport=127.0.0.1:1\nusername=a\n", null },
        { "include without files", "[supervisord]\n[include]\nother=x\n", null },
        { "listener without events", "[supervisord]\n[eventlistener:a]\ncommand=x\n", null },
        { "unknown event", "[supervisord]\n[eventlistener:a]\ncommand=x\nevents=FOO\n", null },
        { "bad buffer", "[supervisord]\n[eventlistener:a]\ncommand=x\nevents=EVENT\nbuffer_size=0\n", null },
        { "listener with redirected stderr", "[supervisord]\n[eventlistener:a]\ncommand=x\nevents=EVENT\nredirect_stderr=true\n", null },
        { "fcgi without socket", "[supervisord]\n[fcgi-program:a]\ncommand=x\n", null },
        { "fcgi with empty socket", "[supervisord]\n[fcgi-program:a]\ncommand=x\nsocket=\n", null },
        { "fcgi with two ports", "[supervisord]\n[fcgi-program:a]\ncommand=x\nsocket=tcp://a:b:80\n", null },
        { "several errors", "[inet_http_server]\nport=abc\n[program:a]\ncommand=x\nautostart=maybe\n[supervisord]\nloglevel=foo\n", null },
        { "fcgi backlog", "[supervisord]\n[fcgi-program:a]\ncommand=x\nsocket=tcp://localhost:1\nsocket_backlog=0\n", "" },
        { "fcgi owner of tcp", "[supervisord]\n[fcgi-program:a]\ncommand=x\nsocket=tcp://localhost:1\nsocket_mode=0700\n", null },
        { "ambiguous", "[supervisord]\n[program:a]\ncommand=x\n[fcgi-program:a]\ncommand=x\nsocket=tcp://localhost:1\n[group:g]\nprograms=a\n", null },
        { "rpc interface without factory", "[supervisord]\n[rpcinterface:x]\nother=1\n", null },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_bad_file_is_refused_in_Supervisors_words(string name, string file, string? kept)
    {
        var (truth, ours) = await Both(scratch => scratch.Write("supervisord.conf", file), "-n");

        Assert.Equal(2, truth.Exit);
        Assert.True(ours.Exit == 2, $"{name}: {ours}");
        // House style may add where it stands and how to mend it; Supervisor's sentence must be there.
        Assert.Contains(kept ?? Sentence(truth.Error), ours.Error);
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("foo")]
    [InlineData("-n", "-n")]
    [InlineData("-e", "foo")]
    [InlineData("-u", "nobody-by-that-name")]
    [InlineData("-d", "/no/such/directory")]
    [InlineData("-m", "9")]
    [InlineData("-z")]
    public async Task A_bad_command_line_is_refused_in_Supervisors_words(params string[] arguments)
    {
        var (truth, ours) = await Both(scratch => scratch.Write("supervisord.conf", Daemon.Preamble()), arguments);
        Assert.Equal(2, truth.Exit);
        Assert.Equal((truth.Exit, truth.Error), (ours.Exit, ours.Error));
    }

    [Fact]
    public async Task A_missing_file_is_refused_in_Supervisors_words()
    {
        var (truth, ours) = await Both(_ => { }, "-n");
        Assert.Equal((2, truth.Error), (ours.Exit, ours.Error));
    }

    static string Sentence(string error) => error.Split('\n')[0]["Error: ".Length..];

    static async Task<(Said Truth, Said Ours)> Both(Action<Scratch> prepare, params string[] arguments)
    {
        var said = new List<Said>();
        foreach (var side in new[] { Side.Supervisor, Side.Subject })
        {
            using var scratch = new Scratch();
            prepare(scratch);
            var ended = await Command.Run(side.Supervisord, ["-c", scratch.Path("supervisord.conf"), .. arguments], scratch.Root);
            said.Add(ended with { Error = Normal.Text(ended.Error, scratch).Replace(side.Supervisord, "PROG") });
        }

        return (said[0], said[1]);
    }
}
