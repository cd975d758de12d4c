using Reeve.Core.Configuration;
using Reeve.Core.Processes;

namespace Reeve.Core.Tests.Configuration;

public class GroupTests
{
    static string Shape(DaemonConfiguration configuration) => string.Join(' ', configuration.Groups.Select(group =>
        $"{group.Name}@{group.Priority}({string.Join(',', group.Processes.Select(process => process.Name))})"));

    static string Shape(string text) => Shape(Conf.Good("[supervisord]\n" + text));

    [Theory]
    [InlineData("[program:b]\npriority=1\ncommand=x\n[program:a]\npriority=1\ncommand=x\n[program:z]\ncommand=x\npriority=-2\n", "z@-2(z) a@1(a) b@1(b)")]
    [InlineData("[group:g]\nprograms=b, a\n[program:a]\ncommand=a\npriority=5\n[program:b]\ncommand=x\npriority=3\n", "g@999(b,a)")]
    [InlineData("[group:g]\nprograms=b,a\npriority=7\n[program:a]\ncommand=a\n[program:b]\ncommand=x\n", "g@7(a,b)")]
    [InlineData("[group:g]\nprograms=a\n[group:h]\nprograms=a\n[program:a]\ncommand=a\n", "g@999(a) h@999(a)")]
    [InlineData("[group:g]\n", "g@999()")]
    [InlineData("[group:g]\nprograms=\n", "g@999()")]
    [InlineData("[group:f]\nprograms=f\n[program:f]\ncommand=x\n", "f@999(f)")]
    [InlineData("[group:g]\nprograms=b\npriority=5\n[program:g]\ncommand=a\n[program:b]\ncommand=x\n", "g@5(b)")]
    [InlineData("[program:a]\ncommand=x\nnumprocs=12\nprocess_name=p%(process_num)d\n", "a@999(p0,p1,p10,p11,p2,p3,p4,p5,p6,p7,p8,p9)")]
    [InlineData("[program:a]\ncommand=x\nnumprocs=2\nnumprocs_start=5\nprocess_name=%(process_num)03d\n", "a@999(005,006)")]
    [InlineData("[program:a]\ncommand=x\nnumprocs=0\n", "a@999()")]
    [InlineData("[program: x ]\ncommand=x\n", "x@999(x)")]
    public void Groups_have_their_members_in_order(string text, string shape)
    {
        Assert.Equal(shape, Shape(text));
    }

    [Fact]
    public void A_program_in_two_groups_knows_in_which_it_is()
    {
        var groups = Conf.Good("[supervisord]\n[program:a]\ncommand=%(group_name)s\n[group:g]\nprograms=a,a\n[group:h]\nprograms=a\n").Groups;

        Assert.Equal(["g", "h"], groups.Select(group => Assert.Single(group.Processes).Command));
    }

    [Fact]
    public void Of_two_processes_of_one_name_the_last_is_run()
    {
        const string Text = "[supervisord]\n[group:g]\nprograms=b,a\n[program:a]\ncommand=a\nprocess_name=p\n[program:b]\ncommand=b\nprocess_name=p\n";

        Assert.Equal("a", Assert.Single(Conf.Good(Text).Groups[0].Processes).Command);
        Assert.Contains("two processes are called p", Assert.Single(Conf.Warnings(Text)).Text);
    }

    [Theory]
    [InlineData("[group:g]\nprograms=zz\n", "[group:g] names unknown program or fcgi-program zz")]
    [InlineData("[group:g]\nprograms=f\n[program:f]\ncommand=x\n[fcgi-program:f]\ncommand=x\nsocket=tcp://x:1\n", "[group:g] name f is ambiguous (exists as program and fcgi-program)")]
    [InlineData("[group:g]\npriority=z\n", "invalid literal for int() with base 10: 'z'")]
    [InlineData("[group:g h]\nprograms=\n", "Invalid name: 'g h' because of character: ' '")]
    [InlineData("[program:x/y]\ncommand=x\n", "Invalid name: 'x/y' because of character: '/'")]
    [InlineData("[program:x:y]\ncommand=x\n", "Invalid name: 'x:y' because of character: ':'")]
    [InlineData("[program:]\ncommand=x\n", null)]
    public void What_is_wrong_with_a_group_is_said_in_Supervisors_words(string text, string? supervisorText)
    {
        Assert.Equal(supervisorText, Conf.Error("[supervisord]\n" + text).SupervisorText);
    }

    [Fact]
    public void The_nearest_program_is_named()
    {
        Assert.Contains("Write web, or add [program:wbe].",
            Conf.Error("[supervisord]\n[group:g]\nprograms=wbe,web\n[program:web]\ncommand=x\n").Text);
    }

    [Fact]
    public void A_hundred_thousand_processes_are_read_and_more_are_refused()
    {
        const string Program = "\ncommand=x %(process_num)s\nprocess_name=%(process_num)s\n";

        Assert.Equal(100_000,
            Conf.Good("[supervisord]\n[program:a]\nnumprocs=100000" + Program).Groups[0].Processes.Count);
        Assert.Contains("100000 processes are allowed",
            Conf.Error("[supervisord]\n[program:a]\nnumprocs=60000" + Program + "[program:b]\nnumprocs=60000"
                + Program).Text);
        Assert.Contains("100000 processes are allowed",
            Conf.Error("[supervisord]\n[program:a]\nnumprocs=2000000000" + Program).Text);
    }

    [Fact]
    public void A_listener_is_read_in_full_and_said_not_to_be_run()
    {
        const string Text = "[supervisord]\n[eventlistener:e]\ncommand=x\nevents=tick_5, process_state\nbuffer_size=20\n";
        var pool = Assert.Single(Conf.Good(Text).Groups);

        Assert.Equal((GroupKind.EventListener, -1, 999), (pool.Kind, pool.Priority, pool.Processes[0].Priority));
        Assert.Equal(new Dictionary<string, string>
        {
            ["events"] = "PROCESS_STATE,TICK_5",
            ["buffer_size"] = "20",
            ["result_handler"] = "supervisor.dispatchers:default_handler",
        }, pool.KindSettings);
        Assert.Contains("not yet run", Assert.Single(Conf.Warnings(Text)).Text);
    }

    [Theory]
    [InlineData("", "[eventlistener:e] section requires an \"events\" line")]
    [InlineData("events=", "[eventlistener:e] section requires an \"events\" line")]
    [InlineData("events=FOO", "Unknown event type FOO in [eventlistener:e] events")]
    [InlineData("events=TICK\nbuffer_size=0", "[eventlistener:e] section sets invalid buffer_size (0)")]
    [InlineData("events=TICK\nbuffer_size=z", "invalid literal for int() with base 10: 'z'")]
    [InlineData("events=TICK\nredirect_stderr=true", "[eventlistener:e] section sets redirect_stderr=true but this is not allowed because it will interfere with the eventlistener protocol")]
    [InlineData("events=TICK\nresult_handler=foo", "foo cannot be resolved within [eventlistener:e]")]
    [InlineData("events=TICK\nstartsecs=z", "invalid literal for int() with base 10: 'z' in section 'eventlistener:e' (file: '/etc/s.conf')")]
    public void What_is_wrong_with_a_listener_is_said_in_Supervisors_words(string keys, string supervisorText)
    {
        Assert.Equal(supervisorText, Conf.Error("[supervisord]\n[eventlistener:e]\ncommand=x\n" + keys).SupervisorText);
    }

    [Fact]
    public void A_FastCGI_program_is_read_in_full_and_said_not_to_be_run()
    {
        const string Text = """
            [supervisord]
            [fcgi-program:f]
            command=x
            socket=unix://%(here)s/%(program_name)s
            socket_owner=root:daemon
            socket_mode=0770
            socket_backlog=50
            """;
        var group = Assert.Single(Conf.Good(Text).Groups);

        Assert.Equal(GroupKind.FastCgi, group.Kind);
        Assert.Equal(new Dictionary<string, string>
        {
            ["socket"] = "unix:///etc/f",
            ["socket_owner"] = "0:1",
            ["socket_mode"] = "770",
            ["socket_backlog"] = "50",
        }, group.KindSettings);
        Assert.Contains("not yet run", Assert.Single(Conf.Warnings(Text)).Text);
    }

    [Theory]
    [InlineData("", "[fcgi-program:f] section requires a \"socket\" line")]
    [InlineData("socket=", "[fcgi-program:f] section requires a \"socket\" line")]
    [InlineData("socket=tcp://a:b:80", "('Bad socket format %s', 'tcp://a:b:80') in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://a b:80", "('Bad socket format %s', 'tcp://a b:80') in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://x:+80", "('Bad socket format %s', 'tcp://x:+80') in [fcgi-program:f] socket")]
    [InlineData("socket=foo", "('Bad socket format %s', 'foo') in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://x", "('Bad socket format %s', 'tcp://x') in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://x:0", "0 is below lower bound (1) in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://x:99999", "99999 is above upper bound (65535) in [fcgi-program:f] socket")]
    [InlineData("socket=unix://x", "('Unix socket path %s is not an absolute path', 'x') in [fcgi-program:f] socket")]
    [InlineData("socket=unix:///tmp/x\nsocket_backlog=0", "Invalid socket_backlog value 0")]
    [InlineData("socket=unix:///tmp/x\nsocket_backlog=65536", "Invalid socket_backlog value 65536")]
    [InlineData("socket=unix:///tmp/x\nsocket_mode=9", "Invalid socket_mode value 9")]
    [InlineData("socket=unix:///tmp/x\nsocket_owner=nosuch", "Invalid socket_owner value nosuch")]
    [InlineData("socket=tcp://localhost:1\nsocket_owner=root", "socket_owner and socket_mode params should only be used with a Unix domain socket in [fcgi-program:f] socket")]
    [InlineData("socket=tcp://localhost:1\nsocket_mode=0700", "socket_owner and socket_mode params should only be used with a Unix domain socket in [fcgi-program:f] socket")]
    public void What_is_wrong_with_a_FastCGI_program_is_said_in_Supervisors_words(string keys, string supervisorText)
    {
        Assert.Equal(supervisorText, Conf.Error("[supervisord]\n[fcgi-program:f]\ncommand=x\n" + keys).SupervisorText);
    }
}
