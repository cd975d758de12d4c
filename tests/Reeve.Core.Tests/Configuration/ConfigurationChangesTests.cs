using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class ConfigurationChangesTests
{
    const string A = "[supervisord]\n[program:a]\ncommand=x\n";

    static ConfigurationChanges Between(string active, string read) =>
        ConfigurationChanges.Between(Conf.Good(active).Groups, Conf.Good(read).Groups);

    [Fact]
    public void Groups_are_added_changed_and_removed_in_order_of_name()
    {
        var changes = Between(
            A + "[program:z]\ncommand=x\n[program:y]\ncommand=x\n[program:c]\ncommand=x\n[program:b]\ncommand=x\n",
            A + "[program:c]\ncommand=y\n[program:b]\ncommand=y\n[program:n]\ncommand=x\n[program:m]\ncommand=x\n");

        Assert.Equal(["m", "n"], changes.Added);
        Assert.Equal(["b", "c"], changes.Changed);
        Assert.Equal(["y", "z"], changes.Removed);
    }

    [Fact]
    public void The_same_file_read_twice_has_no_changes()
    {
        const string Text = A
            + "environment=A=1\nexitcodes=0,1\nstdout_logfile=/tmp/x\n[eventlistener:e]\ncommand=x\nevents=TICK\n";

        Assert.True(Between(Text, Text).IsEmpty);
    }

    public static TheoryData<string> DifferentKeys => [
        "process_name=b", "numprocs=2\nprocess_name=%(process_num)s", "priority=5", "autostart=false",
            "autorestart=true",
        "startsecs=5", "startretries=5", "exitcodes=5", "exitcodes=", "stopsignal=INT", "stopwaitsecs=5",
            "stopasgroup=true",
        "killasgroup=true", "user=daemon", "umask=022", "directory=/tmp", "environment=A=1", "serverurl=http://x",
            "redirect_stderr=true",
        "stdout_logfile=/tmp/x", "stdout_logfile=NONE", "stdout_logfile_maxbytes=5", "stdout_logfile_backups=5",
        "stdout_capture_maxbytes=5", "stdout_events_enabled=true", "stdout_syslog=true", "stderr_logfile=/tmp/x",
        "stderr_logfile_maxbytes=5", "stderr_logfile_backups=5", "stderr_capture_maxbytes=5",
            "stderr_events_enabled=true",
        "stderr_syslog=true",
    ];

    [Theory]
    [MemberData(nameof(DifferentKeys))]
    public void Every_key_makes_a_change(string key)
    {
        Assert.Equal(["a"], Between(A, A + key + "\n").Changed);
    }

    [Theory]
    [InlineData("[group:a]\nprograms=b\n", "[group:a]\nprograms=b\npriority=5\n")]
    [InlineData("[group:a]\nprograms=b\n", "[group:a]\nprograms=b,c\n")]
    [InlineData("[eventlistener:a]\ncommand=x\nevents=TICK\n", "[eventlistener:a]\ncommand=x\nevents=TICK_5\n")]
    [InlineData("[eventlistener:a]\ncommand=x\nevents=TICK\n", "[eventlistener:a]\ncommand=x\nevents=TICK\nbuffer_size=5\n")]
    [InlineData("[fcgi-program:a]\ncommand=x\nsocket=tcp://h:1\n", "[fcgi-program:a]\ncommand=x\nsocket=tcp://h:2\n")]
    [InlineData("[fcgi-program:a]\ncommand=x\nsocket=tcp://h:1\n", "[program:a]\ncommand=x\n")]
    public void Priority_membership_and_settings_make_a_change(string active, string read)
    {
        const string Others = "[supervisord]\n[program:b]\ncommand=x\n[program:c]\ncommand=x\n";

        Assert.Equal(["a"], Between(Others + active, Others + read).Changed);
    }

    [Fact]
    public void The_daemons_environment_is_part_of_every_process()
    {
        Assert.Equal(["a"], Between(A, A + "[supervisord]\nenvironment=A=1\n").Changed);
    }

    [Fact]
    public void An_AUTO_log_never_counts_as_different()
    {
        Assert.True(Between(A + "stdout_logfile=/tmp/x\nstderr_logfile=NONE\n", A).IsEmpty);
    }

    [Theory]
    [InlineData("environment=A=\"1\",B=\"2\"", "environment=B=2,A=1")]
    [InlineData("user=daemon", "user=1")]
    [InlineData("startsecs=5", "startsecs= +5")]
    public void Another_spelling_of_the_same_is_no_change(string active, string read)
    {
        Assert.True(Between(A + active + "\n", A + read + "\n").IsEmpty);
    }
}
