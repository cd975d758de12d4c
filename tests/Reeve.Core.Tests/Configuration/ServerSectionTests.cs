using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class ServerSectionTests
{
    const string Head = "[supervisord]\n";

    [Theory]
    [InlineData("9001", "", 9001)]
    [InlineData("*:9001", "", 9001)]
    [InlineData(":9001", "", 9001)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("h:65535", "h", 65535)]
    [InlineData("[::1]:9001", "[::1]", 9001)]
    public void A_port_has_four_forms_and_one_for_IPv6(string text, string host, int port)
    {
        var server = Assert.IsType<InetServerOptions>(Assert.Single(Conf.Good($"{Head}[inet_http_server]\nport={text}\n").Servers));

        Assert.Equal((host, port, "inet_http_server"), (server.Host, server.Port, server.Section));
    }

    [Theory]
    [InlineData("[inet_http_server]\n", "section [inet_http_server] has no port value")]
    [InlineData("[inet_http_server]\nport=abc\n", "not a valid port number: 'abc' ")]
    [InlineData("[inet_http_server]\nport=99999\n", "not a valid port number: '99999' ")]
    [InlineData("[inet_http_server]\nport=\n", "not a valid port number: '' ")]
    [InlineData("[inet_http_server]\nport=0\n", "not a valid port number: '0' ")]
    [InlineData("[inet_http_server]\nport=h:\n", "no port number specified in ''")]
    [InlineData("[inet_http_server]\nport=h:99999\n", "99999 is above upper bound (65535)")]
    [InlineData("[inet_http_server]\nport=h:x\n", "invalid literal for int() with base 10: 'x'")]
    [InlineData("[inet_http_server]\nport=h:0\n", "0 is below lower bound (1)")]
    [InlineData("[inet_http_server]\nport=::1:9001\n", null)]
    [InlineData("[inet_http_server]\nport=127.0.0.1:1\nusername=a\n", "Section [inet_http_server] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified")]
    [InlineData("[unix_http_server:x]\nfile=/tmp/s\npassword=a\n", "Section [unix_http_server:x] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified")]
    [InlineData("[unix_http_server]\n", "section [unix_http_server] has no file value")]
    [InlineData("[unix_http_server]\nfile=/tmp/s\nchmod=9\n", "Invalid chmod value 9")]
    [InlineData("[unix_http_server]\nfile=/tmp/s\nchown=nosuch\n", "Invalid sockchown value nosuch")]
    [InlineData("[unix_http_server]\nfile=/tmp/s\nchown=root:nosuch\n", "Invalid sockchown value root:nosuch")]
    [InlineData("[unix_http_server]\nfile=/tmp/s\nchown=root:root:root\n", "Invalid sockchown value root:root:root")]
    public void What_is_wrong_with_a_server_is_said_in_Supervisors_words(string text, string? supervisorText)
    {
        Assert.Equal(supervisorText, Conf.Error(Head + text).SupervisorText);
    }

    [Fact]
    public void A_unix_socket_has_mode_owner_and_password()
    {
        var server = Assert.IsType<UnixServerOptions>(Assert.Single(Conf.Good("""
            [supervisord]
            [unix_http_server]
            file=~/s.sock
            chmod=0770
            chown=daemon
            username=u
            password={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d
            """).Servers));

        Assert.Equal(("/home/me/s.sock", 0b111_111_000, 1, null),
            (server.File, server.Mode, server.UserId, server.GroupId));
        Assert.Equal(new ServerCredentials("u", "{SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d"), server.Credentials);
    }

    [Fact]
    public void Inet_servers_come_before_unix_servers_and_each_may_be_repeated()
    {
        var servers = Conf.Good("""
            [unix_http_server:b]
            file=/tmp/b
            [inet_http_server:x]
            port=127.0.0.1:1
            [supervisord]
            [unix_http_server]
            file=/tmp/a
            [inet_http_server]
            port=127.0.0.1:2
            """).Servers;

        Assert.Equal(["inet_http_server:x", "inet_http_server", "unix_http_server:b", "unix_http_server"],
            servers.Select(server => server.Section));
    }

    [Theory]
    [InlineData("*:9001", true)]
    [InlineData("0.0.0.0:9001", true)]
    [InlineData("[::]:9001", true)]
    [InlineData("127.0.0.1:9001", false)]
    [InlineData("localhost:9001", false)]
    [InlineData("[::1]:9001", false)]
    [InlineData("*:9001\nusername=u\npassword=p", false)]
    public void A_port_open_to_the_world_without_a_password_is_warned_of(string port, bool warned)
    {
        var warnings = Conf.Warnings($"{Head}[inet_http_server]\nport={port}\n");

        Assert.Equal(warned, warnings.Any(warning =>
            warning.Text.Contains("without a password. Write port=127.0.0.1:9001, or")));
    }

    [Fact]
    public void A_socket_path_longer_than_the_kernel_takes_is_refused()
    {
        Assert.Contains("at most 107 bytes",
            Conf.Error($"{Head}[unix_http_server]\nfile=/tmp/{new string('x', 103)}\n").Text);
        Assert.Single(Conf.Good($"{Head}[unix_http_server]\nfile=/tmp/{new string('x', 102)}\n").Servers);
    }

    [Fact]
    public void The_directory_of_a_socket_must_exist()
    {
        var error = Conf.Error($"{Head}[unix_http_server]\nfile=/nosuch/s.sock\n");

        Assert.Equal("cannot listen at '/nosuch/s.sock': there is no directory '/nosuch'. Make it, or write file=/run/supervisor.sock.",
            error.Text);
        Assert.Equal("Cannot open an HTTP server: socket.error reported errno.ENOENT (2)", error.SupervisorText);
        Assert.Single(Conf.Good($"{Head}[unix_http_server]\nfile=/s.sock\n").Servers);
    }

    [Fact]
    public void The_built_in_interface_is_read_and_others_are_said_not_to_be_run()
    {
        var result = Conf.Read("""
            [supervisord]
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [rpcinterface:x]
            supervisor.rpcinterface_factory = a.b:c
            Depth = 50%%
            [ctlplugin:y]
            supervisor.ctl_factory = a:b
            k=v
            """);

        Assert.Equal(["supervisor", "x"], result.Configuration!.RpcInterfaces.Select(plugin => plugin.Name));
        Assert.Equal("50%", result.Configuration.RpcInterfaces[1].Settings["depth"]);
        Assert.Equal(("y", "a:b", "v"),
            (result.Configuration.CtlPlugins[0].Name, result.Configuration.CtlPlugins[0].Factory,
            result.Configuration.CtlPlugins[0].Settings["k"]));
        Assert.Equal([5, 8], result.Problems.Where(problem => problem.Text.Contains("not yet run")).Select(problem =>
            problem.Line));
    }

    [Theory]
    [InlineData("[rpcinterface:x]\n", "section [rpcinterface:x] does not specify a supervisor.rpcinterface_factory")]
    [InlineData("[rpcinterface:x]\nsupervisor.rpcinterface_factory=a\n", "a cannot be resolved within [rpcinterface:x]")]
    public void What_is_wrong_with_an_interface_is_said_in_Supervisors_words(string text, string supervisorText)
    {
        Assert.Equal(supervisorText, Conf.Error(Head + text).SupervisorText);
    }

    [Fact]
    public void What_only_supervisorctl_reads_does_not_keep_the_daemon_from_starting()
    {
        var result = Conf.Read(Head + "[ctlplugin:x]\n[supervisorctl]\nserverurl=bogus\n");

        Assert.NotNull(result.Configuration);
        Assert.Equal(["section [ctlplugin:x] does not specify a supervisor.ctl_factory", "value 'bogus' is not a URL"],
            result.Problems.Select(problem => problem.SupervisorText));
    }
}
