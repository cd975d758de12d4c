using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class DaemonSectionTests
{
    const string Head = "[supervisord]\n";

    [Fact]
    public void An_empty_section_has_the_documented_defaults()
    {
        var daemon = Conf.Good(Head);

        Assert.Equal(new DaemonConfiguration
        {
            File = Conf.File,
            LogFile = "/cwd/supervisord.log",
            PidFile = "/cwd/supervisord.pid",
            Environment = daemon.Environment,
            Servers = daemon.Servers,
            Groups = daemon.Groups,
            RpcInterfaces = daemon.RpcInterfaces,
            CtlPlugins = daemon.CtlPlugins,
        }, daemon);
        Assert.Empty(daemon.Groups);
    }

    [Fact]
    public void Every_key_is_read()
    {
        var daemon = Conf.Good("""
            [supervisord]
            logfile=~/d.log
            logfile_maxbytes=1MB
            logfile_backups=3
            loglevel=Blather
            pidfile=/tmp/d.pid
            umask=077
            nodaemon=true
            silent=true
            minfds=2000
            minprocs=300
            nocleanup=true
            childlogdir=/var/log
            user=daemon
            directory=/tmp
            strip_ansi=true
            environment=A="1"
            identifier=me
            """);

        Assert.Equal(new DaemonConfiguration
        {
            File = Conf.File,
            LogFile = "/home/me/d.log",
            LogFileMaxBytes = 1 << 20,
            LogFileBackups = 3,
            LogLevel = DaemonLogLevel.Blather,
            PidFile = "/tmp/d.pid",
            Umask = 0b111_111,
            NoDaemon = true,
            Silent = true,
            MinFds = 2000,
            MinProcs = 300,
            NoCleanup = true,
            ChildLogDirectory = "/var/log",
            User = "daemon",
            UserId = 1,
            Directory = "/tmp",
            StripAnsi = true,
            Identifier = "me",
            Environment = daemon.Environment,
            Servers = daemon.Servers,
            Groups = daemon.Groups,
            RpcInterfaces = daemon.RpcInterfaces,
            CtlPlugins = daemon.CtlPlugins,
        }, daemon);
        Assert.Equal("1", Assert.Single(daemon.Environment).Value);
    }

    [Theory]
    [InlineData("logfile=/nosuch/x", "The directory named as part of the path /nosuch/x does not exist")]
    [InlineData("pidfile=/nosuch/x", "The directory named as part of the path /nosuch/x does not exist")]
    [InlineData("childlogdir=/nosuch", "/nosuch is not an existing directory")]
    [InlineData("directory=/nosuch", "/nosuch is not an existing directory")]
    [InlineData("loglevel=warning", "bad logging level name 'warning'")]
    [InlineData("umask=9", "9 can not be converted to an octal type")]
    [InlineData("user=nosuch", "Invalid user name nosuch")]
    [InlineData("minfds=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("minprocs=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("nodaemon=maybe", "not a valid boolean value: 'maybe'")]
    [InlineData("silent=maybe", "not a valid boolean value: 'maybe'")]
    [InlineData("nocleanup=maybe", "not a valid boolean value: 'maybe'")]
    [InlineData("strip_ansi=maybe", "not a valid boolean value: 'maybe'")]
    [InlineData("logfile_maxbytes=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("logfile_backups=x", "invalid literal for int() with base 10: 'x'")]
    [InlineData("environment=A", "Unexpected end of key/value pairs in value 'A'")]
    public void A_wrong_value_has_Supervisors_text(string line, string supervisorText)
    {
        var error = Conf.Error(Head + line + "\n");

        Assert.Equal((supervisorText, 2), (error.TextForStarter ?? error.SupervisorText, error.Line));
    }

    [Fact]
    public void A_file_without_the_section_is_refused()
    {
        Assert.Equal(".ini file does not include supervisord section", Conf.Error("").SupervisorText);
    }

    [Fact]
    public void A_relative_childlogdir_is_in_the_directory_of_the_launch()
    {
        var source = new FakeSource();
        source.Directories.Add("/cwd/logs");

        Assert.Equal("/cwd/logs", Conf.Good(Head + "childlogdir=logs\ndirectory=/tmp\n", source).ChildLogDirectory);
    }

    [Theory]
    [InlineData("", "/cwd/logs")]
    [InlineData("directory=/tmp\n", "/tmp/logs")]
    [InlineData("directory=/tmp\nnodaemon=true\n", "/cwd/logs")]
    public void The_directory_of_a_relative_child_log_must_exist_where_the_daemon_will_be(string keys, string directory)
    {
        const string Program = "[program:a]\ncommand=x\nstdout_logfile=logs/a.log\nstderr_logfile=b.log\n";
        var source = new FakeSource();
        foreach (var elsewhere in new[] { "/cwd/logs", "/tmp/logs" }.Where(d => d != directory))
            source.Directories.Add(elsewhere);

        Assert.StartsWith("The directory named as part of the path logs/a.log does not exist",
            Conf.Error(Head + keys + Program, source).SupervisorText);
        source.Directories.Add(directory);
        var process = Conf.Good(Head + keys + Program, source).Groups[0].Processes[0];
        Assert.Equal(("logs/a.log", "b.log"), (process.StandardOutput.Path, process.StandardError.Path));
    }

    [Theory]
    [InlineData("minfds")]
    [InlineData("minprocs")]
    [InlineData("logfile_maxbytes")]
    [InlineData("logfile_backups")]
    public void What_is_below_zero_is_taken_as_zero_with_a_warning(string key)
    {
        var file = Conf.Read($"{Head}{key}=-1\n");
        var option = Conf.Read(Head, null, new(new Dictionary<string, string> { [key] = "-5" }));

        Assert.Equal(($"{key}=-1 is taken as 0. Write {key}=0.", 2),
            (Assert.Single(file.Problems).Text, file.Problems[0].Line));
        Assert.Equal($"--{key} -5 is taken as 0. Write --{key} 0.", Assert.Single(option.Problems).Text);
        foreach (var daemon in new[] { file.Configuration!, option.Configuration! })
        {
            Assert.Equal(0, key switch
            {
                "minfds" => daemon.MinFds,
                "minprocs" => daemon.MinProcs,
                "logfile_maxbytes" => daemon.LogFileMaxBytes,
                _ => daemon.LogFileBackups,
            });
        }
    }

    [Theory]
    [InlineData("syslog", "syslog")]
    [InlineData("NONE", null)]
    [InlineData("off", null)]
    [InlineData("d.log", "/cwd/d.log")]
    public void The_main_log_is_a_path_or_syslog_or_nothing(string text, string? log)
    {
        Assert.Equal(log, Conf.Good(Head + "logfile=" + text).LogFile);
    }

    [Fact]
    public void The_command_line_wins_and_is_not_expanded()
    {
        var overrides = new ConfigurationOverrides(new Dictionary<string, string>
        {
            ["loglevel"] = "debug",
            ["nodaemon"] = "true",
            ["identifier"] = "100%",
            ["user"] = "root",
            ["directory"] = "/tmp",
        });
        var daemon = Conf.Read(Head + "loglevel=warn\nidentifier=x\nuser=daemon\n", null, overrides).Configuration!;

        Assert.Equal((DaemonLogLevel.Debug, true, "100%", 0, "/tmp"),
            (daemon.LogLevel, daemon.NoDaemon, daemon.Identifier, daemon.UserId, daemon.Directory));
    }

    [Theory]
    [InlineData("loglevel", "foo", "invalid value for -e 'foo': bad logging level name 'foo'")]
    [InlineData("umask", "9", "invalid value for -m '9': 9 can not be converted to an octal type")]
    [InlineData("directory", "/nosuch", "invalid value for -d '/nosuch': /nosuch is not an existing directory")]
    [InlineData("minfds", "x", "invalid value for -a 'x': invalid literal for int() with base 10: 'x'")]
    [InlineData("minprocs", "x", "invalid value for --minprocs 'x': invalid literal for int() with base 10: 'x'")]
    [InlineData("user", "zz", "Invalid user name zz")]
    [InlineData("bogus", "1", null)]
    public void A_wrong_option_is_an_error_of_the_command_line(string key, string value, string? supervisorText)
    {
        var overrides = new ConfigurationOverrides(new Dictionary<string, string> { [key] = value });
        var error = Assert.Single(Conf.Read(Head, null, overrides).Problems);

        Assert.Equal((ProblemSeverity.Error, "command line", supervisorText),
            (error.Severity, error.File, error.SupervisorText));
    }
}
