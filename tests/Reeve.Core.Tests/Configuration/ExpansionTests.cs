namespace Reeve.Core.Tests.Configuration;

public class ExpansionTests
{
    static string Command(string command, string more = "") => Conf.Program(more + "\ncommand=" + command).Command;

    [Theory]
    [InlineData("%(program_name)s %(group_name)s %(host_node_name)s %(here)s", "a a node7 /etc")]
    [InlineData("%(process_num)s %(numprocs)s %(ENV_HOME)s", "0 1 /home/me")]
    [InlineData("100%%", "100%")]
    [InlineData("%%(here)s", "%(here)s")]
    [InlineData("%(numprocs)02d|%(numprocs)5d|%(numprocs)-5d|%(numprocs)+d|%(numprocs) d", "01|    1|1    |+1| 1")]
    [InlineData("%(numprocs)x|%(numprocs)#x|%(numprocs)o|%(numprocs)#o|%(numprocs)#X|%(numprocs)08.3d", "1|0x1|1|0o1|0X1|00000001")]
    [InlineData("%(numprocs)e|%(numprocs)E|%(numprocs)f|%(numprocs).2f|%(numprocs)g|%(numprocs)G", "1.000000e+00|1.000000E+00|1.000000|1.00|1|1")]
    [InlineData("%(program_name)5s|%(program_name)-5s|%(here).2s|%(program_name)r|%(program_name)a|%(program_name)c", "    a|a    |/e|'a'|'a'|a")]
    [InlineData("%(numprocs)ld %(numprocs)hi %(numprocs)Lu", "1 1 1")]
    public void Values_are_formatted_as_Python_does(string format, string result)
    {
        Assert.Equal(result, Command(format));
    }

    [Theory]
    [InlineData("%(here", "incomplete format key")]
    [InlineData("%y", "unsupported format character 'y' (0x79) at index 1")]
    [InlineData("x%(here)z", "unsupported format character 'z' (0x7a) at index 8")]
    [InlineData("%é", "unsupported format character '?' (0xe9) at index 1")]
    [InlineData("100%", "incomplete format")]
    [InlineData("%(here)", "incomplete format")]
    [InlineData("%(here)5", "incomplete format")]
    [InlineData("%(program_name)d", "%d format: a real number is required, not str")]
    [InlineData("%(program_name)x", "%x format: an integer is required, not str")]
    [InlineData("%(program_name)f", "must be real number, not str")]
    [InlineData("%(here)c", "%c requires int or char")]
    [InlineData("%d", "%d format: a real number is required, not dict")]
    [InlineData("%s %s", "not enough arguments for format string")]
    [InlineData("%(numprocs)*d", "not enough arguments for format string")]
    [InlineData("%(numprocs).99999999999d", "precision too big")]
    public void A_bad_format_has_Supervisors_text(string format, string tail)
    {
        var error = Conf.Error($"[supervisord]\n[program:a]\ncommand={format}\n");

        Assert.Equal($"Format string '{format}' for 'program:a.command' is badly formatted: {tail} in section 'program:a' "
            + "(file: '/etc/s.conf')", error.SupervisorText);
        Assert.Equal(3, error.Line);
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        var error = Conf.Error("[supervisord]\n[program:a]\ncommand=%(heer)s\n");

        Assert.Equal("Format string '%(heer)s' for 'program:a.command' contains names ('heer') which cannot be expanded. Available "
            + "names: ENV_HOME, ENV_SHELL, group_name, here, host_node_name, numprocs, process_num, program_name in section "
            + "'program:a' (file: '/etc/s.conf')", error.SupervisorText);
        Assert.Equal("cannot expand '%(heer)s': there is no such name here. Write %(here)s. Found in command.",
            error.Text);
    }

    [Fact]
    public void A_missing_variable_is_named()
    {
        Assert.Contains("the environment variable 'PORT' is not set",
            Conf.Error("[supervisord]\n[program:a]\ncommand=%(ENV_PORT)s\n").Text);
    }

    // What a key may use: "c" of a section and key, and the names Supervisor lists.
    [Theory]
    [InlineData("[include]\nfiles", "here, host_node_name", "include.files", "")]
    [InlineData("[supervisord]\nenvironment", "here, host_node_name", "supervisord.environment", "")]
    [InlineData("[supervisord]\nidentifier", "here", "supervisord.identifier", "")]
    [InlineData("[supervisord]\nlogfile", "here", "supervisord.logfile", "")]
    [InlineData("[group:g]\nprograms", "here", "group:g.programs", "")]
    [InlineData("[unix_http_server]\nfile", "here", "unix_http_server.file", "")]
    [InlineData("[unix_http_server]\nfile=/tmp/x\nchmod", "", "unix_http_server.chmod", "")]
    [InlineData("[unix_http_server]\nfile=/tmp/x\nchown", "", "unix_http_server.chown", "")]
    [InlineData("[inet_http_server]\nport", "", "inet_http_server.port", "")]
    [InlineData("[inet_http_server]\nport=127.0.0.1:1\nusername=u\npassword", "", "inet_http_server.password", "")]
    [InlineData("[rpcinterface:x]\nsupervisor.rpcinterface_factory=a:b\nfoo", "", "rpcinterface:x.foo", "")]
    [InlineData("[program:a]\ncommand=c\npriority", "here", "program:a.priority", "")]
    [InlineData("[program:a]\ncommand=c\nstartsecs", "group_name, here, host_node_name, program_name", "program:a.startsecs", "program:a")]
    [InlineData("[program:a]\ncommand=c\nuser", "group_name, here, host_node_name, program_name", "program:a.user", "program:a")]
    [InlineData("[program:a]\ncommand=c\nprocess_name", "group_name, here, host_node_name, numprocs, process_num, program_name", "process_name", "program:a")]
    [InlineData("[program:a]\ncommand=c\nenvironment", "group_name, here, host_node_name, numprocs, process_num, program_name", "environment", "program:a")]
    [InlineData("[program:a]\ncommand=c\ndirectory", "group_name, here, host_node_name, numprocs, process_num, program_name", "program:a.directory", "program:a")]
    [InlineData("[program:a]\ncommand=c\nstdout_logfile", "group_name, here, host_node_name, numprocs, process_num, program_name", "program:a.stdout_logfile", "program:a")]
    [InlineData("[program:a]\ncommand=c\nstderr_logfile_maxbytes", "group_name, here, host_node_name, numprocs, process_num, program_name", "program:a.stderr_logfile_maxbytes", "program:a")]
    [InlineData("[fcgi-program:a]\ncommand=c\nsocket", "here, program_name", "fcgi-program:a.socket", "")]
    [InlineData("[eventlistener:a]\ncommand=c\nevents", "here", "eventlistener:a.events", "")]
    public void Each_key_has_its_names(string key, string names, string what, string section)
    {
        var text = $"{(key.StartsWith("[supervisord]") ? "" : "[supervisord]\n")}{key}=%(nothing_near_it)s\n";
        // A bare list of names is the same with an environment or without.
        var source = new FakeSource();
        source.Variables.Clear();

        // The rest of a password is not even shown to whoever starts the daemon.
        var cited = what.EndsWith(".password") ? "'…'" : "'%(nothing_near_it)s'";
        Assert.Contains(Conf.Errors(text, source), error => (error.TextForStarter ?? error.SupervisorText) ==
            $"Format string {cited} for '{what}' contains names ('nothing_near_it') which cannot be expanded. Available names: {names}"
            + (section.Length == 0 ? "" : $" in section '{section}' (file: '/etc/s.conf')"));
    }

    [Fact]
    public void Variables_of_the_daemon_and_then_of_the_program_can_be_used()
    {
        var program = Conf.Good("""
            [supervisord]
            environment=A="1",HOME="/d"
            [program:a]
            command=%(ENV_A)s %(ENV_B)s %(ENV_HOME)s
            environment=B="%(ENV_A)s2"
            """).Groups[0].Processes[0];

        Assert.Equal("1 12 /d", program.Command);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["HOME"] = "/d", ["B"] = "12" },
            program.Environment);
    }

    [Theory]
    [InlineData("/tmp/%%%%x.log", "/tmp/%x.log")]
    [InlineData("/tmp/%%x.log", "/tmp/%x.log")]
    [InlineData("/tmp/%(program_name)s.log", "/tmp/a.log")]
    [InlineData("/tmp/%%(program_name)s.log", "/tmp/a.log")]
    public void Log_file_names_are_expanded_twice_where_that_works(string name, string path)
    {
        Assert.Equal(path, Conf.Program("stdout_logfile=" + name).StandardOutput.Path);
    }

    [Fact]
    public void The_daemons_environment_is_expanded_twice_where_that_works()
    {
        Assert.Equal("%a", Conf.Good("[supervisord]\nenvironment=A=\"%%%%a\"\n").Environment["A"]);
    }

    [Fact]
    public void A_value_that_grows_beyond_a_megabyte_is_refused()
    {
        var source = new FakeSource { Variables = { ["BIG"] = new string('x', 200_000) } };
        var command = string.Concat(Enumerable.Repeat("%(ENV_BIG)s", 6));

        Assert.Contains("longer than 1048576",
            Conf.Error($"[supervisord]\n[program:a]\ncommand={command}\n", source).Text);
        Assert.Contains("wider than 4096", Conf.Error("[supervisord]\n[program:a]\ncommand=%(here)99999999s\n").Text);
    }

    [Fact]
    public void A_file_whose_values_grow_beyond_bounds_is_refused()
    {
        var source = new FakeSource { Variables = { ["BIG"] = new string('x', 1_000_000) } };
        var error = Conf.Errors("[supervisord]\n[program:a]\nnumprocs=100000\nprocess_name=%(process_num)s\ncommand=%(ENV_BIG)s\n", source)[0];

        Assert.Contains("64 Mi characters", error.Text);
    }
}
