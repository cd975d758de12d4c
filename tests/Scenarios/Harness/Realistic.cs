namespace Scenarios.Harness;

/// <summary>One configuration with a bit of everything that real ones have.</summary>
static class Realistic
{
    public static readonly string Configuration = Daemon.Preamble("""
        environment=SITE="north",LEVEL=3
        """, "chmod=0770") + """
        [program:web]
        command=sh -c 'echo %(program_name)s %(process_num)d of %(numprocs)d at %(ENV_SITE)s; exec sleep 1000'
        process_name=%(program_name)s_%(process_num)02d
        numprocs=2
        priority=10
        startsecs=0
        stdout_logfile=%(here)s/%(program_name)s_%(process_num)02d.out
        stopasgroup=true

        [program:worker]
        command=sh -c 'echo working; echo complaining >&2; exec sleep 1000'
        priority=20
        startsecs=1
        redirect_stderr=true
        stdout_logfile=%(here)s/worker.out
        environment=QUEUE="a,b",DEPTH=%(process_num)d

        [group:site]
        programs=web,worker
        priority=5

        [program:manual]
        command=sleep 1000
        autostart=false
        startsecs=0

        [program:once]
        command=sh -c 'echo done; until [ -e over ]; do sleep 0.1; done; sleep 1'
        directory=%(here)s
        autorestart=false
        startsecs=0
        stdout_logfile=%(here)s/once.out

        [program:failing]
        command=sh -c 'echo broken >&2; exit 3'
        startsecs=60
        startretries=0
        stderr_logfile=%(here)s/failing.err

        [program:unexpected]
        command=sh -c 'until [ -e over ]; do sleep 0.1; done; sleep 1; exit 7'
        directory=%(here)s
        startsecs=0
        autorestart=false

        [program:expected]
        command=sh -c 'until [ -e over ]; do sleep 0.1; done; sleep 1; exit 7'
        directory=%(here)s
        startsecs=0
        exitcodes=0,7

        [program:missing]
        command=/no/such/program --flag
        startretries=0

        [program:unfindable]
        command=no-such-program-in-the-path
        autostart=false

        [program:plain]
        command=%(here)s/plain.txt
        autostart=false

        [program:folder]
        command=/tmp
        autostart=false

        [program:deaf]
        command=sh -c 'trap "" TERM; echo ready; while :; do sleep 1; done'
        startsecs=0
        stopwaitsecs=1
        stopasgroup=true
        stdout_logfile=%(here)s/deaf.out

        [program:reader]
        command=cat
        startsecs=0
        stdout_logfile=%(here)s/reader.out

        [program:silent]
        command=sleep 1000
        startsecs=0
        stdout_logfile=NONE
        stderr_logfile=NONE

        [program:long-name-that-is-wider-than-the-column]
        command=sleep 1000
        startsecs=0
        stopsignal=INT

        [include]
        files=conf.d/*.conf nowhere/*.conf
        """;

    /// <summary>A program of a file of its own, so that it can come, change and go.</summary>
    public static string Included(string command = "sleep 1000") => $"""
        [program:included]
        command={command}
        startsecs=0
        directory=%(here)s
        """;

    static readonly string[] ShortLived = ["once", "unexpected", "expected"];

    /// <summary>Waits until nothing is in motion, the short-lived programs included.</summary>
    public static async Task Settled(Daemon daemon)
    {
        foreach (var name in ShortLived)
            await Fact.That($"{name} has ended", async () => await daemon.StateOf(name) is not "RUNNING");
        await daemon.Settled();
    }

    public static Task<Daemon> Start(Side side) => StartWith(side, Configuration);

    public static async Task<Daemon> StartWith(Side side, string configuration)
    {
        var scratch = new Scratch();
        scratch.Write("supervisord.conf", configuration);
        scratch.Write("conf.d/included.conf", Included());
        scratch.Write("plain.txt", "not a program\n");
        var daemon = await Daemon.StartIn(side, scratch, ownsScratch: true);
        try
        {
            await Fact.FileHas(daemon.MainLog, "spawned: 'web_00'");
            await daemon.Until("failing", "FATAL");
            await daemon.Until("missing", "FATAL");
            await daemon.Until("site:worker", "RUNNING");
            await Fact.FileHas(scratch.Path("deaf.out"), "ready");
            // Supervisor notices that they run only once a second: their first life ends when it has.
            foreach (var name in ShortLived)
                await daemon.Until(name, "RUNNING");
            scratch.Write("over", "");
            await Settled(daemon);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }
}
