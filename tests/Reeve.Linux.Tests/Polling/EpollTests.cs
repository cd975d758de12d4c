using Reeve.Linux.Files;
using Reeve.Linux.Polling;

namespace Reeve.Linux.Tests.Polling;

public sealed class EpollTests : IDisposable
{
    private readonly Epoll _epoll = new();
    private readonly PollEvent[] _ready = new PollEvent[8];

    public void Dispose() => _epoll.Dispose();

    [Fact]
    public void A_wake_up_is_told_with_its_token_until_it_is_lowered()
    {
        using var wake = new EventFd();
        _epoll.Add(wake.Handle, PollEvents.Readable, 0xFEDC_BA98_7654_3210);
        Assert.Equal(0, _epoll.Wait(_ready, 0));
        wake.Raise();
        wake.Raise();
        Assert.Equal(1, _epoll.Wait(_ready, -1));
        Assert.Equal(new PollEvent(PollEvents.Readable, 0xFEDC_BA98_7654_3210), _ready[0]);
        Assert.True(wake.Lower());
        Assert.False(wake.Lower());
        Assert.Equal(0, _epoll.Wait(_ready, 0));
    }

    [Fact]
    public void Many_descriptors_are_told_each_with_its_own_token()
    {
        var wakes = Enumerable.Range(0, 300).Select(_ => new EventFd()).ToArray();
        for (var i = 0; i < wakes.Length; i++)
        {
            _epoll.Add(wakes[i].Handle, PollEvents.Readable, (ulong)i << 40);
            wakes[i].Raise();
        }
        var ready = new PollEvent[1000];
        var seen = new HashSet<ulong>();
        while (_epoll.Wait(ready, 0) is > 0 and var count)
        {
            foreach (var one in ready[..count])
            {
                Assert.True(seen.Add(one.Token));
                wakes[one.Token >> 40].Lower();
            }
        }
        Assert.Equal(300, seen.Count);
        Array.ForEach(wakes, w => w.Dispose());
    }

    [Fact]
    public void A_pipe_tells_bytes_and_the_end()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        using (read)
        {
            _epoll.Add(read, PollEvents.Readable, 1);
            Pipe.Write(write, "x"u8);
            write.Dispose();
            Assert.Equal(1, _epoll.Wait(_ready, -1));
            Assert.Equal(PollEvents.Readable | PollEvents.HangUp, _ready[0].Events);
            Pipe.Read(read, new byte[9]);
            Assert.Equal(1, _epoll.Wait(_ready, -1));
            Assert.Equal(PollEvents.HangUp, _ready[0].Events);
            _epoll.Remove(read);
            Assert.Equal(0, _epoll.Wait(_ready, 0));
        }
    }

    [Fact]
    public void Modifying_changes_events_and_token()
    {
        var (read, write) = Pipe.Create(PipeEnds.Write);
        using (read)
        using (write)
        {
            _epoll.Add(write, PollEvents.None, 1);
            Assert.Equal(0, _epoll.Wait(_ready, 0));
            _epoll.Modify(write, PollEvents.Writable, 2);
            Assert.Equal(1, _epoll.Wait(_ready, -1));
            Assert.Equal(new PollEvent(PollEvents.Writable, 2), _ready[0]);
        }
    }

    [Fact]
    public void A_plain_file_cannot_be_watched()
    {
        using var directory = new TemporaryDirectory();
        using var file = PosixFile.Open(directory.File("x"), FileFlags.WriteOnly | FileFlags.Create);
        var error = Assert.Throws<LinuxException>(() => _epoll.Add(file, PollEvents.Writable, 1));
        Assert.Equal(Errno.EPERM, error.Errno);
    }
}
