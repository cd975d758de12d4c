using Reeve.Core.Processes;

namespace Reeve.Core.Tests.Configuration;

public class ProgramKeyTests
{
    [Fact]
    public void A_program_with_only_a_command_has_the_documented_defaults()
    {
        var program = Conf.Program("");

        Assert.Equal(new ProcessOptions
        {
            Name = "a",
            Program = "a",
            Command = "/bin/true",
            Environment = program.Environment,
            ExitCodes = program.ExitCodes,
        }, program);
        Assert.Equal([0], program.ExitCodes);
        Assert.Empty(program.Environment);
    }

    [Fact]
    public void Every_key_is_read()
    {
        var program = Conf.Program("""
            process_name=p
            priority=-5
            autostart=false
            autorestart=true
            startsecs=0
            startretries=7
            exitcodes=0, 2
            stopsignal=usr1
            stopwaitsecs=33
            stopasgroup=true
            user=daemon
            umask=027
            directory=/nosuch
            environment=A="1",B='x y'
            serverurl=http://h:1
            redirect_stderr=false
            stdout_logfile=/tmp/o
            stdout_logfile_maxbytes=1KB
            stdout_logfile_backups=3
            stdout_capture_maxbytes=2MB
            stdout_events_enabled=true
            stdout_syslog=true
            stderr_logfile=NONE
            stderr_logfile_maxbytes=5
            stderr_logfile_backups=0
            stderr_capture_maxbytes=6
            stderr_events_enabled=on
            stderr_syslog=yes
            """);

        Assert.Equal(new ProcessOptions
        {
            Name = "p",
            Program = "a",
            Command = "/bin/true",
            Priority = -5,
            AutoStart = false,
            AutoRestart = AutoRestart.Always,
            StartSeconds = TimeSpan.Zero,
            StartRetries = 7,
            ExitCodes = program.ExitCodes,
            StopSignal = 10,
            StopWait = TimeSpan.FromSeconds(33),
            StopAsGroup = true,
            KillAsGroup = true,
            User = "daemon",
            UserId = 1,
            Umask = 0b000_010_111,
            Directory = "/nosuch",
            Environment = program.Environment,
            ServerUrl = "http://h:1",
            StandardOutput = new()
            {
                Target = OutputTarget.File,
                Path = "/tmp/o",
                MaxBytes = 1024,
                Backups = 3,
                CaptureMaxBytes = 2 << 20,
                EventsEnabled = true,
                Syslog = true,
            },
            StandardError = new()
            {
                Target = OutputTarget.None,
                MaxBytes = 5,
                Backups = 0,
                CaptureMaxBytes = 6,
                EventsEnabled = true,
                Syslog = true,
            },
        }, program);
        Assert.Equal([0, 2], program.ExitCodes);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["B"] = "x y" }, program.Environment);
    }

    [Theory]
    [InlineData("startsecs", "5s", "invalid literal for int() with base 10: '5s'", "expected whole seconds. Write startsecs=5.")]
    [InlineData("startsecs", "", "invalid literal for int() with base 10: ''", "Write startsecs=1.")]
    [InlineData("startretries", "x", "invalid literal for int() with base 10: 'x'", "a whole number")]
    [InlineData("stopwaitsecs", "1.5", "invalid literal for int() with base 10: '1.5'", "Write stopwaitsecs=1.")]
    [InlineData("numprocs", "two", "invalid literal for int() with base 10: 'two'", "")]
    [InlineData("numprocs_start", "x", "invalid literal for int() with base 10: 'x'", "")]
    [InlineData("autostart", "maybe", "not a valid boolean value: 'maybe'", "expected true or false")]
    [InlineData("stopasgroup", "t", "not a valid boolean value: 't'", "")]
    [InlineData("killasgroup", "", "not a valid boolean value: ''", "")]
    [InlineData("redirect_stderr", "2", "not a valid boolean value: '2'", "")]
    [InlineData("stdout_syslog", "2", "not a valid boolean value: '2'", "")]
    [InlineData("stderr_events_enabled", "2", "not a valid boolean value: '2'", "")]
    [InlineData("autorestart", "x", "invalid 'autorestart' value 'x'", "unexpected, true or false")]
    [InlineData("stdout_logfile_maxbytes", "5K", "invalid literal for int() with base 10: '5k'", "Write stdout_logfile_maxbytes=5KB.")]
    [InlineData("stderr_logfile_maxbytes", "1.5MB", "invalid literal for int() with base 10: '1.5'", "")]
    [InlineData("stdout_capture_maxbytes", "kb", "invalid literal for int() with base 10: ''", "")]
    [InlineData("stdout_logfile_backups", "x", "invalid literal for int() with base 10: 'x'", "")]
    [InlineData("umask", "9", "9 can not be converted to an octal type", "octal digits")]
    [InlineData("stopsignal", "FOO", "value 'FOO' is not a valid signal name", "the name or number of a signal")]
    [InlineData("stopsignal", "TREM", "value 'TREM' is not a valid signal name", "Write stopsignal=TERM.")]
    [InlineData("stopsignal", "99", "value '99' is not a valid signal number", "")]
    [InlineData("exitcodes", "0,256", "not a valid list of exit codes: '0,256'", "from 0 to 255")]
    [InlineData("exitcodes", "a", "not a valid list of exit codes: 'a'", "")]
    [InlineData("exitcodes", "0,", "not a valid list of exit codes: '0,'", "")]
    [InlineData("exitcodes", "-1", "not a valid list of exit codes: '-1'", "")]
    [InlineData("user", "nosuch", "Invalid user name nosuch", "a user of this machine")]
    [InlineData("user", "99999", "Invalid user id 99999", "")]
    [InlineData("user", "", "Invalid user name ", "")]
    [InlineData("stdout_logfile", "/nosuch/x", "The directory named as part of the path /nosuch/x does not exist", "")]
    [InlineData("stderr_logfile", "x/y", "The directory named as part of the path x/y does not exist", "Write stderr_logfile=/tmp/y.")]
    [InlineData("environment", "A", "Unexpected end of key/value pairs in value 'A'", "")]
    [InlineData("environment", "A=a@b", "Unexpected end of key/value pairs in value 'A=a@b'", "in quotes")]
    [InlineData("environment", "A=\"b", "No closing quotation", "")]
    [InlineData("process_name", "x/y", "Invalid name: 'x/y' because of character: '/'", "Write process_name=x-y.")]
    [InlineData("process_name", "x y", "Invalid name: 'x y' because of character: ' '", "")]
    [InlineData("process_name", "x:y", "Invalid name: 'x:y' because of character: ':'", "")]
    [InlineData("process_name", ": y", "Invalid name: ': y' because of character: ' '", "")]
    [InlineData("process_name", "%(here)s", "Invalid name: '/etc' because of character: '/'", "Write process_name=-etc.")]
    [InlineData("numprocs", "2", "%(process_num) must be present within process_name when numprocs > 1", "")]
    [InlineData("stopasgroup", "true\nkillasgroup=false", "Cannot set stopasgroup=true and killasgroup=false", "")]
    public void A_wrong_value_has_Supervisors_text_and_a_mend(string key, string value, string supervisorText,
        string text)
    {
        var error = Conf.Error($"[supervisord]\n[program:a]\ncommand=c\n{key}={value}\n");

        Assert.Equal(supervisorText + " in section 'program:a' (file: '/etc/s.conf')", error.TextForStarter ?? error.SupervisorText);
        Assert.Contains(text, error.Text);
        Assert.StartsWith("cannot ", error.Text);
        Assert.InRange(error.Line, 4, 5);
        Assert.Equal("program:a", error.Section);
    }

    [Fact]
    public void The_groups_priority_has_no_place_in_its_text()
    {
        Assert.Equal("invalid literal for int() with base 10: 'z'",
            Conf.Error("[supervisord]\n[program:a]\ncommand=c\npriority=z\n").SupervisorText);
    }

    [Theory]
    [InlineData("startsecs=99999999999")]
    [InlineData("stdout_logfile_maxbytes=99999999999999999999")]
    [InlineData("stdout_logfile_maxbytes=9999999999999GB")]
    [InlineData("umask=777777")]
    public void Numbers_that_do_not_fit_are_refused(string line)
    {
        Assert.StartsWith("cannot read", Conf.Error($"[supervisord]\n[program:a]\ncommand=c\n{line}\n").Text);
    }

    [Theory]
    [InlineData("startsecs")]
    [InlineData("startretries")]
    [InlineData("stopwaitsecs")]
    [InlineData("stdout_logfile_maxbytes")]
    [InlineData("stdout_logfile_backups")]
    public void Numbers_below_zero_count_as_zero_with_a_warning(string key)
    {
        Assert.Contains(Conf.Warnings($"[supervisord]\n[program:a]\ncommand=c\n{key}=-1\n"),
            warning => warning.Text == $"{key}=-1 is taken as 0. Write {key}=0.");
    }

    [Theory]
    [InlineData(" 7", 7)]
    [InlineData("+7", 7)]
    [InlineData("5kb", 5120)]
    [InlineData("5 KB", 5120)]
    [InlineData("5MB", 5242880)]
    [InlineData("5gb", 5368709120)]
    public void Sizes_are_powers_of_1024(string text, long bytes)
    {
        Assert.Equal(bytes, Conf.Program("stdout_logfile_maxbytes=" + text).StandardOutput.MaxBytes);
    }

    [Theory]
    [InlineData("Yes", true)]
    [InlineData("ON", true)]
    [InlineData("1", true)]
    [InlineData("True", true)]
    [InlineData("no", false)]
    [InlineData("Off", false)]
    [InlineData("0", false)]
    [InlineData("FALSE", false)]
    public void Truth_values_are_words_in_any_case(string text, bool value)
    {
        Assert.Equal(value, Conf.Program("autostart=" + text).AutoStart);
        Assert.Equal(value ? AutoRestart.Always : AutoRestart.Never, Conf.Program("autorestart=" + text).AutoRestart);
    }

    [Theory]
    [InlineData("022", 18)]
    [InlineData("22", 18)]
    [InlineData("0o22", 18)]
    [InlineData("0O22", 18)]
    [InlineData("0", 0)]
    public void Modes_are_octal(string text, int mode)
    {
        Assert.Equal(mode, Conf.Program("umask=" + text).Umask);
    }

    [Theory]
    [InlineData("AUTO", OutputTarget.Auto, null, false)]
    [InlineData("auto", OutputTarget.Auto, null, false)]
    [InlineData("NONE", OutputTarget.None, null, false)]
    [InlineData("off", OutputTarget.None, null, false)]
    [InlineData("", OutputTarget.None, null, false)]
    [InlineData("Syslog", OutputTarget.None, null, true)]
    [InlineData("/dev/stdout", OutputTarget.File, "/dev/stdout", false)]
    [InlineData("~/x", OutputTarget.File, "/home/me/x", false)]
    [InlineData("~me/x", OutputTarget.File, "/home/me/x", false)]
    [InlineData("rel.log", OutputTarget.File, "rel.log", false)]
    [InlineData("/x", OutputTarget.File, "/x", false)]
    public void A_log_file_is_a_path_or_a_word(string text, OutputTarget target, string? path, bool syslog)
    {
        var source = new FakeSource { Directories = { "/dev" } };
        var output = Conf.Program("stdout_logfile=" + text, source).StandardOutput;

        Assert.Equal((target, path, syslog), (output.Target, output.Path, output.Syslog));
    }

    [Theory]
    [InlineData("stdout_logfile=syslog", "For [program:a], stdout_logfile=syslog but this is deprecated and will be removed.  Use stdout_syslog=true to enable syslog instead.")]
    [InlineData("redirect_stderr=true\nstderr_logfile=/tmp/x", "For [program:a], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored")]
    [InlineData("stderr_logfile_maxbytes=0", "For [program:a], AUTO logging used for stderr_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally")]
    public void What_Supervisor_warns_of_is_warned_of_in_its_words(string keys, string supervisorText)
    {
        Assert.Equal(supervisorText,
            Assert.Single(Conf.Warnings($"[supervisord]\n[program:a]\ncommand=c\n{keys}\n")).SupervisorText);
    }

    [Fact]
    public void A_redirected_stderr_has_no_file()
    {
        var program = Conf.Program("redirect_stderr=true\nstderr_logfile=/tmp/x");

        Assert.True(program.RedirectStandardError);
        Assert.Equal((OutputTarget.None, null), (program.StandardError.Target, program.StandardError.Path));
    }

    [Fact]
    public void Empty_values_that_mean_nothing_set_are_taken_so()
    {
        var program = Conf.Program("directory=\nexitcodes=\nenvironment=\nserverurl=auto");

        Assert.Null(program.Directory);
        Assert.Null(program.ServerUrl);
        Assert.Empty(program.ExitCodes);
        Assert.Empty(program.Environment);
    }

    [Fact]
    public void A_program_without_a_command_is_refused()
    {
        Assert.Equal("program section program:a does not specify a command in section 'program:a' (file: '/etc/s.conf')",
            Conf.Error("[supervisord]\n[program:a]\n").SupervisorText);
    }

    [Fact]
    public void All_problems_of_a_program_are_reported_at_once_each_at_its_line()
    {
        var errors = Conf.Errors("[supervisord]\n[program:a]\nstartsecs=x\nstopsignal=y\numask=z\nnumprocs=3\nprocess_name=%(process_num)s\nenvironment=A\n");

        Assert.Equal([2, 3, 4, 5, 8], errors.Select(error => error.Line));
    }

    [Theory]
    [InlineData("A=1", "A=1")]
    [InlineData("A=1,", "A=1")]
    [InlineData("A=\"\",B=1", "A= B=1")]
    [InlineData("A=\"a=b\"", "A=a=b")]
    [InlineData("A=a b", "A=a")]
    [InlineData("\"A\"=b", "\"A\"=b")]
    [InlineData("A='x\"y'", "A=x\"y")]
    [InlineData("A=\"it's\"", "A=it's")]
    [InlineData("A=\"a\"\"b\"", "A=a")]
    [InlineData("A=a\"b\"", "A=a\"b")]
    [InlineData("A=1#c,B=2", "A=1")]
    [InlineData("A=1,\n B=2", "A=1 B=2")]
    [InlineData("A=$x", "A=$")]
    [InlineData("A=é", "A=é")]
    [InlineData("A=a:b(c)-+./_", "A=a:b(c)-+./_")]
    [InlineData("A=1;B=2", "A=1 B=2")]
    [InlineData("A=\"a\\\"b\"", "A=a\\")]
    [InlineData("A= 1 ,B = 2", "A=1 B=2")]
    [InlineData("A=x'y", "A=x'y")]
    [InlineData("A=x'y z'", "A=x'y")]
    [InlineData("A==b", "A==")]
    [InlineData("A=1,A=2", "A=2")]
    [InlineData("A='\"b\"'", "A=b")]
    [InlineData("A=\"#\"", "A=#")]
    public void Environments_are_read_as_Supervisor_reads_them(string text, string variables)
    {
        var environment = Conf.Program("environment=" + text).Environment;

        Assert.Equal(variables, string.Join(' ', environment.Select(variable => $"{variable.Key}={variable.Value}")));
    }

    [Theory]
    [InlineData("A=1 B=2")]
    [InlineData("A=1,,B=2")]
    [InlineData("A=")]
    [InlineData("A=x&y")]
    [InlineData(",A=1")]
    [InlineData("=a")]
    [InlineData("A=éb,B=1")]
    [InlineData("A=a,b,c=d")]
    [InlineData("A={},B=2")]
    public void Environments_that_Supervisor_refuses_are_refused(string text)
    {
        Assert.StartsWith($"Unexpected end of key/value pairs in value '{text}'",
            Conf.Error($"[supervisord]\n[program:a]\ncommand=c\nenvironment={text}\n").TextForStarter);
    }

    [Fact]
    public void Text_that_an_environment_loses_is_warned_of()
    {
        Assert.Contains("after the value of 'A' is lost",
            Assert.Single(Conf.Warnings("[supervisord]\n[program:a]\ncommand=c\nenvironment=A=a b\n")).Text);
    }
}
