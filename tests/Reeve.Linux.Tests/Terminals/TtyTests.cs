using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;
using Reeve.Linux.Polling;
using Reeve.Linux.Reaping;
using Reeve.Linux.Spawning;
using Reeve.Linux.Terminals;

namespace Reeve.Linux.Tests.Terminals;

public class TtyTests
{
    [Fact]
    public void A_child_gets_a_controlling_terminal_of_the_given_size()
    {
        var (output, exit) = Run("tty; stty size; echo in >/dev/tty", new(33, 101));
        Assert.Equal(0, exit.Code);
        Assert.Matches(@"^/dev/pts/\d+\r\n33 101\r\nin\r\n$", output);
    }

    [Fact]
    public void The_end_of_the_last_slave_is_the_end_of_reading()
    {
        var (master, slave) = Tty.Open(new(24, 80));
        using (master)
        {
            Assert.True(Tty.Read(master, new byte[10]).WouldBlock);
            slave.Dispose();
            Assert.True(Tty.Read(master, new byte[10]).EndOfFile);
        }
    }

    [Fact]
    public void The_size_can_be_changed_and_asked_for()
    {
        var (master, slave) = Tty.Open(new(24, 80));
        using (master)
        using (slave)
        {
            Assert.Equal(new WindowSize(24, 80), Tty.Size(slave));
            Tty.SetSize(master, new(50, 200));
            Assert.Equal(new WindowSize(50, 200), Tty.Size(slave));
            Assert.Throws<ArgumentOutOfRangeException>(() => Tty.SetSize(master, new(-1, 80)));
            Assert.Throws<ArgumentOutOfRangeException>(() => Tty.SetSize(master, new(24, 65536)));
        }
    }

    [Fact]
    public void Raw_mode_passes_every_key_and_the_old_mode_can_be_put_back()
    {
        var (master, slave) = Tty.Open(new(24, 80));
        using (master)
        using (slave)
        {
            var cooked = TerminalMode.Get(slave);
            Tty.Write(master, "a"u8);
            Assert.Equal("a", Drain(master)); // Echoed.
            cooked.ToRaw().Apply(slave);
            Tty.Write(master, "\u0003"u8);
            var key = new byte[4];
            var count = Tty.Read(slave, key).Bytes;
            if (count == 1) // What was typed before the change may come by itself.
                count += Tty.Read(slave, key.AsSpan(1)).Bytes;
            Assert.Equal("a\u0003", Encoding.ASCII.GetString(key, 0, count));
            Assert.True(Tty.Read(master, key).WouldBlock);
            cooked.Apply(slave);
            Tty.Write(master, "b"u8);
            Assert.Equal("b", Drain(master));
        }
    }

    [Fact]
    public void What_is_no_terminal_says_so()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (read)
        using (write)
        {
            Assert.False(Tty.IsTerminal(read));
            Assert.Null(Tty.Size(read));
            Assert.Equal(Errno.ENOTTY, Assert.Throws<LinuxException>(() => TerminalMode.Get(read)).Errno);
            Assert.Equal(Errno.ENOTTY, Assert.Throws<LinuxException>(() => Tty.SetSize(read, new(1, 1))).Errno);
        }
        var (master, slave) = Tty.Open(new(24, 80));
        using (master)
        using (slave)
            Assert.True(Tty.IsTerminal(slave));
    }

    private static (string Output, ChildExit Exit) Run(string script, WindowSize size)
    {
        var (master, slave) = Tty.Open(size);
        using (master)
        {
            var result = Spawner.Spawn(Child.Shell(script) with { ControllingTerminal = true }, slave, slave, slave);
            slave.Dispose();
            Assert.Equal((SpawnStage.None, 0), (result.Stage, result.Errno));
            using var pidfd = result.PidFd!;
            var output = Drain(master, toTheEnd: true);
            return (output, PidFd.Reap(pidfd));
        }
    }

    private static string Drain(SafeFileHandle master, bool toTheEnd = false)
    {
        using var epoll = new Epoll();
        epoll.Add(master, PollEvents.Readable, 0);
        var text = new StringBuilder();
        var buffer = new byte[1000];
        while (epoll.Wait(new PollEvent[1], -1) > 0)
        {
            var read = Tty.Read(master, buffer);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read.Bytes));
            if (read.EndOfFile || (!toTheEnd && read.Bytes > 0))
                break;
        }
        return text.ToString();
    }
}
