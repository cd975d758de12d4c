using Reeve.Core.Configuration;
using Reeve.Core.Processes;

namespace Reeve.Core.Tests.Configuration;

public class RealisticFileTests
{
    public const string Text = """
        ; supervisor config file

        [unix_http_server]
        file=/var/run/supervisor.sock   ; (the path to the socket file)
        chmod=0700                       ; sockef file mode (default 0700)

        [inet_http_server]
        port=127.0.0.1:9001
        username=admin
        password=50%%off

        [supervisord]
        logfile=/var/log/supervisord.log ; (main log file;default $CWD/supervisord.log)
        pidfile=/var/run/supervisord.pid ; (supervisord pidfile;default supervisord.pid)
        childlogdir=/var/log            ; ('AUTO' child log dir, default $TEMP)
        environment=LANG="C.UTF-8",APP_ENV=production

        ; the below section must remain in the config file for RPC
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

        [supervisorctl]
        serverurl=unix:///var/run/supervisor.sock ; use a unix:// URL  for a unix socket

        [program:web]
        command=/srv/app/bin/gunicorn app.wsgi:application
            --bind 127.0.0.1:80%(process_num)02d
            # one worker each
            --workers 1
        process_name=%(program_name)s_%(process_num)02d
        numprocs=2
        directory=/srv/app
        user=daemon
        environment=PORT="80%(process_num)02d",
            HOME="/srv/app"
        autorestart=true
        stopasgroup=true
        stdout_logfile=/var/log/%(program_name)s-%(process_num)02d.log
        redirect_stderr=true

        [program:worker]
        command=php artisan queue:work --sleep=3 --tries=3 --env=%(ENV_APP_ENV)s
        startsecs=0
        exitcodes=0,2
        stopwaitsecs=3600
        stopsignal=QUIT
        stdout_logfile=/dev/stdout
        stdout_logfile_maxbytes=0
        stderr_logfile=/dev/stderr
        stderr_logfile_maxbytes=0

        [group:app]
        programs=web,worker
        priority=10

        [program:cron]
        command=/usr/sbin/cron -f
        priority=5

        [include]
        files = /etc/conf.d/*.conf
        """;

    static FakeSource Machine() => new FakeSource { Directories = { "/var/run", "/dev" } }
        .With("/etc/conf.d/redis.conf", "[program:redis]\ncommand=redis-server %(here)s/redis.conf\n");

    [Fact]
    public void A_file_as_people_have_it_is_read_without_a_warning()
    {
        var result = Conf.Read(Text, Machine());

        Assert.Equal(["Included extra file \"/etc/conf.d/redis.conf\" during parsing"],
            result.Problems.Select(problem => problem.Text));
        var daemon = result.Configuration!;
        Assert.Equal(["cron 5 cron", "app 10 web_00,web_01,worker", "redis 999 redis"], daemon.Groups.Select(group =>
            $"{group.Name} {group.Priority} {string.Join(',', group.Processes.Select(process => process.Name))}"));
        Assert.Equal([new ServerCredentials("admin", "50%off"), null],
            daemon.Servers.Select(server => server.Credentials));
    }

    [Fact]
    public void Its_processes_are_ready_to_be_run()
    {
        var app = Conf.Good(Text, Machine()).Groups[1].Processes;

        var web = app[1];
        Assert.True(ShellWords.TrySplit(web.Command, out var words, out _));
        Assert.Equal(["/srv/app/bin/gunicorn", "app.wsgi:application", "--bind", "127.0.0.1:8001", "--workers", "1"],
            words);
        Assert.Equal(new Dictionary<string, string>
        {
            ["LANG"] = "C.UTF-8",
            ["APP_ENV"] = "production",
            ["PORT"] = "8001",
            ["HOME"] = "/srv/app",
        }, web.Environment);
        Assert.Equal(("/var/log/web-01.log", OutputTarget.None, 1, true),
            (web.StandardOutput.Path, web.StandardError.Target, web.UserId, web.KillAsGroup));

        var worker = app[2];
        Assert.EndsWith("--env=production", worker.Command);
        Assert.Equal((3, 0L, "/dev/stdout"),
            (worker.StopSignal, worker.StandardOutput.MaxBytes, worker.StandardOutput.Path));
        Assert.Equal(TimeSpan.FromHours(1), worker.StopWait);
    }
}
