using System.Runtime.InteropServices;
using Reeve.Linux.Files;
using Reeve.Linux.Polling;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;

namespace Reeve.Linux.Tests.Signals;

public sealed partial class SignalCatcherTests : IDisposable
{
    public void Dispose() => SignalCatcher.Set(SignalAction.Ignore, Signal.USR1, Signal.USR2);

    [Fact]
    public void A_caught_signal_wakes_the_loop_and_is_read_as_its_number()
    {
        SignalCatcher.Set(SignalAction.Catch, Signal.USR1);
        _ = kill(Environment.ProcessId, Signal.USR1);
        WaitFor(Signal.USR1);
    }

    [Fact]
    public void Handlers_of_the_runtime_that_are_there_already_are_replaced()
    {
        const int URG = 23; // One that nobody has touched: the runtime installs its handler once.
        using var registration = PosixSignalRegistration.Create((PosixSignal)URG, _ => Assert.Fail("not ours"));
        Assert.Equal(SignalAction.Foreign, SignalCatcher.Get(URG));
        SignalCatcher.Set(SignalAction.Catch, URG);
        Assert.Equal(SignalAction.Catch, SignalCatcher.Get(URG));
        _ = kill(Environment.ProcessId, URG);
        WaitFor(URG);
    }

    [Fact]
    public void A_flood_of_signals_does_not_stop_the_process()
    {
        SignalCatcher.Set(SignalAction.Catch, Signal.USR1);
        for (var i = 0; i < 70_000; i++) // More than the pipe holds.
            _ = kill(Environment.ProcessId, Signal.USR1);
        var buffer = new byte[4096];
        var taken = 0;
        while (SignalCatcher.Take(buffer) is > 0 and var count)
            taken += count;
        Assert.InRange(taken, 1, 70_000);
    }

    [Fact]
    public void What_cannot_be_caught_is_refused()
    {
        foreach (var signal in new[] { Signal.KILL, Signal.STOP, 0, 65, -1 })
        {
            var error = Assert.Throws<LinuxException>(() => SignalCatcher.Set(SignalAction.Catch, signal));
            Assert.Equal(Errno.EINVAL, error.Errno);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => SignalCatcher.Set(SignalAction.Foreign, Signal.USR1));
    }

    [Fact]
    public void Blocked_signals_are_put_off_until_they_are_unblocked()
    {
        SignalCatcher.Set(SignalAction.Catch, Signal.USR2);
        var early = new byte[8];
        var thread = new Thread(() =>
        {
            SignalCatcher.BlockAll();
            _ = tgkill(Environment.ProcessId, gettid(), Signal.USR2);
            SignalCatcher.Take(early);
            SignalCatcher.UnblockAll();
        });
        thread.Start();
        thread.Join();
        Assert.DoesNotContain((byte)Signal.USR2, early);
        WaitFor(Signal.USR2);
    }

    [Fact]
    public void A_read_goes_on_after_a_signal()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (read)
        using (write)
        {
            var buffer = new byte[10];
            var result = Interrupted(() => Pipe.Read(read, buffer), () => Pipe.Write(write, "x"u8));
            Assert.Equal(new IoResult(1, false, 0), result);
        }
    }

    [Fact]
    public void A_write_goes_on_after_a_signal()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (read)
        using (write)
        {
            var page = new byte[Pipe.Size(write)];
            Pipe.Write(write, page);
            Assert.Equal(1, Interrupted(() => Pipe.Write(write, "x"u8), () => Pipe.Read(read, page)).Bytes);
        }
    }

    [Fact]
    public void Waiting_for_readiness_goes_on_after_a_signal()
    {
        using var epoll = new Epoll();
        using var wake = new EventFd();
        epoll.Add(wake.Handle, PollEvents.Readable, 7);
        var ready = new PollEvent[4];
        Assert.Equal(1, Interrupted(() => epoll.Wait(ready, -1), wake.Raise));
        Assert.Equal(7u, ready[0].Token);
        wake.Lower();
        Assert.Equal(1, Interrupted(() => epoll.Wait(ready, 1_000_000), wake.Raise));
    }

    [Fact]
    public void Waiting_for_a_child_goes_on_after_a_signal()
    {
        using var child = Child.Start(Child.Shell("sleep 1000"));
        var exit = Interrupted(() => child.Reap(), () => PidFd.Signal(child.PidFd, Signal.TERM));
        Assert.Equal(new(child.Pid, 15, true, false), exit);
    }

    [Fact]
    public void Opening_a_fifo_goes_on_after_a_signal()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("fifo");
        Assert.True(Command.Succeeds("mkfifo", path));
        using var reader = Interrupted(
            () => PosixFile.Open(path, FileFlags.ReadOnly), () => PosixFile.Open(path, FileFlags.WriteOnly).Dispose());
        Assert.Equal(FileKind.Pipe, PosixFile.Facts(reader).Kind);
    }

    /// <summary>Runs a call that blocks in a thread of its own, interrupts it with signals, and lets it end.</summary>
    private static T Interrupted<T>(Func<T> call, Action end)
    {
        SignalCatcher.Set(SignalAction.Catch, Signal.USR2);
        // Without SA_RESTART, as a handler of the runtime or of a library may be: now read and waitid fail with EINTR
        // too.
        Assert.Equal(0, siginterrupt(Signal.USR2, 1));
        var id = 0;
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Volatile.Write(ref id, gettid());
                result = call();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref id) != 0);
        for (var i = 0; i < 5; i++)
        {
            SpinWait.SpinUntil(() => !thread.IsAlive || IsAsleep(id));
            Assert.Equal(0, tgkill(Environment.ProcessId, id, Signal.USR2));
            WaitFor(Signal.USR2);
        }
        Assert.True(thread.IsAlive);
        end();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException("interrupted", failure);

        static bool IsAsleep(int thread) =>
            File.ReadAllText($"/proc/self/task/{thread}/stat").Split(") ")[1].StartsWith('S');
    }

    /// <summary>Waits until a signal was caught; one sent by an earlier test may still come in through another
    /// thread.</summary>
    private static void WaitFor(int signal)
    {
        using var epoll = new Epoll();
        epoll.Add(SignalCatcher.Handle, PollEvents.Readable, 0);
        var buffer = new byte[16];
        do
            epoll.Wait(new PollEvent[1], -1);
        while (!buffer.AsSpan(0, SignalCatcher.Take(buffer)).Contains((byte)signal));
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    private static partial int tgkill(int group, int thread, int signal);

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int siginterrupt(int signal, int on);
}
