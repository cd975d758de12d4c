using System.Net;
using System.Net.Sockets;
using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>Supervisor stops every program and then ends when a restart finds a broken file. Reeve keeps the last good one.</summary>
public sealed class BrokenFileTests
{
    [Theory]
    [InlineData("HUP")]
    [InlineData("supervisor.restart")]
    public async Task A_broken_file_stops_nothing_at_a_restart(string how)
    {
        const string Steady = "[program:steady]\ncommand=sleep 1000\nstartsecs=0\n";
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Steady);
        await daemon.Until("steady", "RUNNING");
        var pid = await daemon.PidOf("steady");
        daemon.Scratch.Write("supervisord.conf", Daemon.Preamble() + "[program:steady]\nstartsecs=soon\ncommand=x\n");

        if (how == "HUP")
            daemon.Process.Signal("HUP");
        else
            await daemon.Rpc.TryCall(how);

        await daemon.Logs("startsecs");
        Assert.Equal("RUNNING", await daemon.StateOf("steady"));
        Assert.Equal(pid, await daemon.PidOf("steady"));

        // With the file mended the same request works again.
        daemon.Scratch.Write("supervisord.conf", Daemon.Preamble() + Steady);
        daemon.Process.Signal("HUP");
        await daemon.Replaced("steady", pid);
    }

    [Theory]
    [InlineData("[inet_http_server]\nport=127.0.0.1:PORT\n", "somebody does already")]
    [InlineData("[unix_http_server:more]\nfile=%(here)s/gone/x.sock\n", "there is no directory")]
    [InlineData("[supervisord]\npidfile=%(here)s/theirs.pid\n", "another daemon uses the pid file")]
    [InlineData("[supervisord]\nlogfile=%(here)s/folder\n", "Is a directory")]
    public async Task A_file_that_asks_for_what_cannot_be_had_stops_nothing_at_a_restart(string more, string reason)
    {
        const string Steady = "[program:steady]\ncommand=sleep 1000\nstartsecs=0\n";
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Steady);
        Directory.CreateDirectory(daemon.Scratch.Path("folder"));
        await using var other = await Daemon.Start(
            Side.Reeve, $"[supervisord]\npidfile={daemon.Scratch.Path("theirs.pid")}\n" + Daemon.Preamble().Replace("pidfile", "identifier"));
        await daemon.Until("steady", "RUNNING");
        var pid = await daemon.PidOf("steady");
        var before = Directory.EnumerateFileSystemEntries(daemon.Scratch.Root).Order().ToArray();
        daemon.Scratch.Write("supervisord.conf", Daemon.Preamble() + Steady
            + more.Replace("PORT", $"{((IPEndPoint)taken.LocalEndpoint).Port}"));

        daemon.Process.Signal("HUP");

        await daemon.Logs("cannot restart: ");
        Assert.Contains(reason, daemon.Scratch.Read("main.log"));
        Assert.Equal(pid, await daemon.PidOf("steady"));
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(daemon.Scratch.Root).Order());
    }

    [Fact]
    public async Task What_cannot_be_had_any_more_when_all_is_stopped_leaves_the_last_configuration_in_force()
    {
        const string Slow = """
            [program:slow]
            command=sh -c 'trap "touch asked" TERM; until [ -e over ]; do sleep 0.05; done'
            directory=%(here)s
            startsecs=0
            """;
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Slow);
        await daemon.Until("slow", "RUNNING");
        var pid = await daemon.PidOf("slow");
        Directory.CreateDirectory(daemon.Scratch.Path("shaky"));
        daemon.Scratch.Write("supervisord.conf", Daemon.Preamble() + Slow
            + "\n[unix_http_server:more]\nfile=%(here)s/shaky/x.sock\n[program:another]\ncommand=sleep 1000\n");
        daemon.Process.Signal("HUP");
        await Fact.That("the program was asked to end", () => File.Exists(daemon.Scratch.Path("asked")));

        Directory.Delete(daemon.Scratch.Path("shaky"));
        daemon.Scratch.Write("over", "");

        await daemon.Logs("The one before goes on");
        File.Delete(daemon.Scratch.Path("over"));
        await daemon.Replaced("slow", pid);
        Assert.NotEmpty((await daemon.Rpc.Call("supervisor.getProcessInfo", "another")).Descendants("fault"));
    }
}
