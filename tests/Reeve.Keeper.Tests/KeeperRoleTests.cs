using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;

namespace Reeve.Keeper.Tests;

/// <summary>The whole role, in processes of its own.</summary>
public class KeeperRoleTests
{
    [Fact]
    public void Finish_ends_the_daemon_with_its_code()
    {
        using var keeper = new RealKeeper();
        keeper.Tell("ready");

        keeper.Tell("finish 7");

        Assert.Equal(7, keeper.WaitForEnd().Code);
    }

    [Fact]
    public void A_visor_that_fails_at_its_start_fails_the_daemon()
    {
        using var keeper = new RealKeeper();

        keeper.Tell("exit 2");

        Assert.Equal(2, keeper.WaitForEnd().Code);
    }

    [Theory]
    [InlineData(Signal.TERM)]
    [InlineData(Signal.INT)]
    [InlineData(Signal.QUIT)]
    [InlineData(Signal.HUP)]
    [InlineData(Signal.USR2)]
    public void A_signal_for_the_daemon_is_told_to_the_visor(int signal)
    {
        using var keeper = new RealKeeper();

        keeper.Signal(signal);

        keeper.Expect($"^SignalReceived {{ Signal = {signal} }}");
    }

    [Fact]
    public void A_signal_that_the_visor_has_dealt_with_is_not_told_to_the_next()
    {
        using var keeper = new RealKeeper();
        keeper.Tell("ready");
        keeper.Signal(Signal.HUP);
        keeper.Expect("^SignalReceived { Signal = 1 }");
        keeper.Tell("seen 1");
        // Answered after what the link said before: the keeper knows.
        keeper.Spawn(1, "read line");
        TestVisor.SendSignal(keeper.VisorPid, Signal.KILL);
        keeper.NextVisor();

        keeper.Signal(Signal.USR2);

        Assert.Equal(Signal.USR2, int.Parse(
            keeper.Expect(@"^SignalReceived { Signal = (\d+) }").Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_signal_that_a_visor_dies_over_is_told_to_the_next()
    {
        using var keeper = new RealKeeper();
        keeper.Tell("ready");
        keeper.Spawn(1, "read line"); // Answered after what was said before: the keeper has heard of a ready visor.
        keeper.Signal(Signal.HUP);
        keeper.Expect("^SignalReceived { Signal = 1 }");

        TestVisor.SendSignal(keeper.VisorPid, Signal.KILL);
        keeper.NextVisor();

        keeper.Expect("^SignalReceived { Signal = 1 }");
    }

    [Fact]
    public void When_visor_after_visor_dies_over_a_request_to_end_the_keeper_ends_the_daemon_itself()
    {
        using var keeper = new RealKeeper();
        keeper.Tell("ready");
        var child = keeper.Spawn(1, "trap 'exit 0' TERM; while read line; do :; done");
        keeper.Signal(Signal.TERM);

        for (var visor = 1; visor <= 3; visor++)
        {
            if (visor > 1)
                keeper.NextVisor();
            keeper.Expect("^SignalReceived { Signal = 15 }");
            TestVisor.SendSignal(keeper.VisorPid, Signal.KILL);
        }

        Assert.Equal(128 + Signal.KILL, keeper.WaitForEnd().Code);
        Assert.Null(ProcFs.Facts(child));
    }

    [Fact]
    public void A_stray_signal_does_nothing()
    {
        using var keeper = new RealKeeper();

        keeper.Signal(Signal.USR1);
        keeper.Signal(Signal.ALRM);
        keeper.Signal(Signal.PIPE);
        keeper.Tell("finish 3");

        Assert.Equal(3, keeper.WaitForEnd().Code);
        Assert.DoesNotContain(keeper.Seen, line => line.StartsWith("SignalReceived", StringComparison.Ordinal));
    }

    [Fact]
    public void A_killed_visor_is_replaced_and_a_signal_that_came_meanwhile_is_told_to_the_next()
    {
        using var keeper = new RealKeeper();
        keeper.Tell("ready");
        var child = keeper.Spawn(1, "read line");
        // Stopped, the visor is told and never reads it.
        TestVisor.SendSignal(keeper.VisorPid, Signal.STOP);
        keeper.Signal(Signal.HUP);
        TestVisor.SendSignal(keeper.VisorPid, Signal.KILL);

        keeper.NextVisor();

        Assert.Contains(keeper.Seen, line => Regex.IsMatch(line, $"^Kept .* Pid = {child},.* Exit =  }}"));
        keeper.Expect("^SignalReceived { Signal = 1 }");
    }

    [Fact]
    public void Orphans_come_to_the_keeper_and_are_reaped()
    {
        using var keeper = new RealKeeper();
        keeper.Spawn(1, "(exec 0<&- >/dev/null; sh -c 'sleep 0.05; exit 5') & exit 0");

        keeper.Expect("^Exited .*Code = 0,");

        var pid = int.Parse(
            keeper.Expect(@"^OrphanReaped { Pid = (\d+), .*Code = 5, Signaled = False").Groups[1].Value,
            CultureInfo.InvariantCulture);
        Assert.Null(ProcFs.Facts(pid));
    }

    [Fact]
    public void A_hundred_deaths_of_children_and_orphans_at_once_are_all_told_as_what_they_are()
    {
        using var keeper = new RealKeeper();
        using var gate = new Gate();
        for (var id = 1; id <= 50; id++)
        {
            keeper.Spawn(id, $"(read go < {gate.Path}; exit 6) & exit 0");
            keeper.Expect("^Exited .*Code = 0");
        }
        for (var id = 51; id <= 100; id++)
            keeper.Spawn(id, $"read go < {gate.Path}; exit 7");

        gate.Open(100);

        for (var seen = 0; seen < 100; seen++)
            keeper.Expect("^(Exited .*Code = 7|OrphanReaped .*Code = 6)");
        Assert.Equal(50, keeper.Seen.Count(line => line.StartsWith("OrphanReaped", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_visor_of_a_killed_keeper_ends_by_itself()
    {
        using var keeper = new RealKeeper();

        keeper.Signal(Signal.KILL);

        keeper.Expect("^the keeper is gone$");
        Assert.True(keeper.WaitForEnd().Signaled);
    }

    [Fact]
    public void The_launcher_in_the_background_is_told_and_the_terminal_let_go()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using var told = read;
        using var keeper = new RealKeeper(readyDescriptor: write);
        write.Dispose();
        keeper.Tell("ready");

        Assert.Equal("R", TestVisor.ReadAll(told));
        for (var number = 0; number <= 2; number++)
            Assert.Equal("/dev/null", File.ResolveLinkTarget($"/proc/{keeper.Pid}/fd/{number}", false)!.FullName);
    }

    [Fact]
    public void Out_of_descriptors_a_start_fails_and_nothing_else_does()
    {
        using var keeper = new RealKeeper(openFiles: new(ResourceLimits.OpenFiles, 300, 300));
        keeper.Tell("ready");
        var id = 0;
        string line;
        do
        {
            keeper.Tell($"spawn {++id} read line");
            line = keeper.Expect("^Spawn(ed|Failed) .*").Value;
        }
        while (line.StartsWith("Spawned", StringComparison.Ordinal));

        Assert.InRange(id, 20, 100);
        Assert.Contains($"Errno = {Errno.EMFILE}", line, StringComparison.Ordinal);
        var before = Directory.GetFiles($"/proc/{keeper.Pid}/fd").Length;
        for (var more = 1; more <= 20; more++)
        {
            keeper.Tell($"spawn {id + more} read line");
            keeper.Expect("^SpawnFailed");
        }
        Assert.Equal(before, Directory.GetFiles($"/proc/{keeper.Pid}/fd").Length);
        keeper.Signal(Signal.TERM);
        keeper.Expect("^SignalReceived");
    }

    [Fact]
    public void A_start_that_fails_leaves_no_descriptor_open()
    {
        using var keeper = new RealKeeper();
        keeper.Tell("fail 1");
        keeper.Expect("^SpawnFailed");
        var before = Directory.GetFiles($"/proc/{keeper.Pid}/fd").Length;

        for (var id = 2; id <= 20; id++)
        {
            keeper.Tell($"fail {id}");
            keeper.Expect("^SpawnFailed .*Stage = Exec");
        }

        Assert.Equal(before, Directory.GetFiles($"/proc/{keeper.Pid}/fd").Length);
    }

    [Fact]
    public void An_idle_keeper_sleeps()
    {
        using var keeper = new RealKeeper();
        keeper.Spawn(1, "read line");
        keeper.Tell("say settled");
        keeper.Expect("^settled$");

        Assert.True(SpinWait.SpinUntil(() => ProcFs.Facts(keeper.Pid)!.Value.State == 'S', TestVisor.Patience));
    }

    /// <summary>Lets many processes that read a FIFO go at once.</summary>
    sealed class Gate : IDisposable
    {
        readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("reeve-keeper-");
        SafeFileHandle? _writer;

        public Gate()
        {
            var made = Linux.Spawning.Spawner.Spawn(TestVisor.Request("/usr/bin/mkfifo", Path), null, null, null);
            Assert.Equal(0, PidFd.Reap(made.PidFd!).Code);
        }

        public string Path => System.IO.Path.Combine(_directory.FullName, "gate");

        /// <summary>Waits for the readers one after the other, each gets a line.</summary>
        public void Open(int readers)
        {
            // Open until the end: some may not have come to their reading yet.
            _writer = PosixFile.Open(Path, FileFlags.WriteOnly);
            for (var i = 0; i < readers; i++)
                Assert.Equal(1, PosixFile.WriteAll(_writer, "\n"u8).Bytes);
        }

        public void Dispose()
        {
            _writer?.Dispose();
            _directory.Delete(recursive: true);
        }
    }
}
