using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;

namespace Reeve.Linux.Tests.Descriptors;

public sealed class SeqPacketSocketTests : IDisposable
{
    private readonly SeqPacketSocket _a;
    private readonly SeqPacketSocket _b;
    private readonly byte[] _buffer = new byte[4096];

    public SeqPacketSocketTests() => (_a, _b) = SeqPacketSocket.Pair();

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    [Fact]
    public void Messages_keep_their_borders()
    {
        Assert.Equal(3, _a.Send("one"u8).Bytes);
        Assert.Equal(4, _a.Send("next"u8).Bytes);
        Assert.Equal(3, _b.Receive(_buffer, default, out _).Bytes);
        Assert.Equal("one"u8, _buffer.AsSpan(0, 3));
        Assert.Equal(4, _b.Receive(_buffer, default, out _).Bytes);
        Assert.True(_b.Receive(_buffer, default, out _).WouldBlock);
    }

    [Fact]
    public void A_closed_end_is_the_end_of_reading_and_EPIPE_for_writing()
    {
        _a.Send("last"u8);
        _a.Dispose();
        Assert.Equal(4, _b.Receive(_buffer, default, out _).Bytes);
        Assert.True(_b.Receive(_buffer, default, out _).EndOfFile);
        Assert.Equal(Errno.EPIPE, _b.Send("x"u8).Errno);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(SeqPacketSocket.MaximumDescriptors)]
    public void Descriptors_arrive_in_order_and_closed_by_exec(int count)
    {
        var files = Enumerable.Range(0, count).Select(i => MemFd.Create("test", BitConverter.GetBytes(i))).ToArray();
        Assert.Equal(1, _a.Send("x"u8, files).Bytes);
        Array.ForEach(files, f => f.Dispose());

        var received = new SafeFileHandle?[SeqPacketSocket.MaximumDescriptors];
        Assert.Equal(1, _b.Receive(_buffer, received, out var got).Bytes);

        Assert.Equal(count, got);
        for (var i = 0; i < count; i++)
        {
            using var one = received[i]!;
            Assert.Equal(BitConverter.GetBytes(i), MemFd.ReadAll(one, 100));
            var flags = Convert.ToInt32(File.ReadAllLines($"/proc/self/fdinfo/{Descriptor.Number(one)}")
                .Single(l => l.StartsWith("flags:", StringComparison.Ordinal))[6..].Trim(), 8);
            Assert.NotEqual(0, flags & 0x80000);
        }
    }

    [Fact]
    public void More_descriptors_than_the_kernel_carries_are_refused()
    {
        using var file = MemFd.Create("test");
        var files = Enumerable.Repeat(file, SeqPacketSocket.MaximumDescriptors + 1).ToArray();
        Assert.Throws<ArgumentOutOfRangeException>(() => _a.Send("x"u8, files));
    }

    [Fact]
    public void Thousands_of_descriptors_go_through_in_turns()
    {
        using var file = MemFd.Create("test");
        var batch = Enumerable.Repeat(file, 250).ToArray();
        var received = new SafeFileHandle?[SeqPacketSocket.MaximumDescriptors];
        var total = 0;
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(0, _a.Send("x"u8, batch).Errno);
            _b.Receive(_buffer, received, out var got);
            total += got;
            foreach (var one in received[..got])
                one!.Dispose();
        }
        Assert.Equal(2000, total);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)] // Rounded up to the alignment of control messages there would be room for 2.
    [InlineData(2, 3)]
    [InlineData(10, 253)]
    public void Descriptors_without_room_are_fatal_and_none_leaks(int room, int sent)
    {
        using var file = MemFd.Create("test");
        _a.Send("x"u8, Enumerable.Repeat(file, sent).ToArray());
        var before = OpenDescriptors();
        var received = new SafeFileHandle?[room];

        var error = Assert.Throws<InvalidDataException>(() => _b.Receive(_buffer, received, out _));

        Assert.Contains("descriptors lost", error.Message);
        Assert.All(received, Assert.Null);
        Assert.Equal(before, OpenDescriptors());
    }

    [Fact]
    public void Descriptors_that_this_process_may_not_open_are_fatal()
    {
        using var file = MemFd.Create("test");
        _a.Send("x"u8, [file, file, file]);
        var limit = ResourceLimits.Get(ResourceLimits.OpenFiles);
        using var highest = Descriptor.Duplicate(file);
        var received = new SafeFileHandle?[10];
        var message = "";
        ResourceLimits.Set(new(ResourceLimits.OpenFiles, (ulong)Descriptor.Number(highest) + 1, limit.Hard));
        try
        {
            _b.Receive(_buffer, received, out _);
        }
        catch (InvalidDataException e)
        {
            message = e.Message;
        }
        finally
        {
            ResourceLimits.Set(limit);
        }
        Assert.Contains("raise the limit of open files", message);
    }

    [Fact]
    public void A_message_longer_than_the_buffer_is_fatal_and_its_descriptors_do_not_leak()
    {
        using var file = MemFd.Create("test");
        _a.Send(new byte[5000], [file]);
        var before = OpenDescriptors();
        var received = new SafeFileHandle?[1];
        var error = Assert.Throws<InvalidDataException>(() => _b.Receive(_buffer, received, out _));
        Assert.Contains("longer than 4096", error.Message);
        Assert.Null(received[0]);
        Assert.Equal(before, OpenDescriptors());
    }

    [Fact]
    public void A_full_socket_would_block_and_what_never_fits_is_EMSGSIZE()
    {
        Assert.Equal(Errno.EMSGSIZE, _a.Send(new byte[8 << 20]).Errno);
        var sent = 0;
        IoResult result;
        while ((result = _a.Send(new byte[4096])).Errno == 0)
            sent++;
        Assert.True(result.WouldBlock);
        while (_b.Receive(_buffer, default, out _).Bytes == 4096)
            sent--;
        Assert.Equal(0, sent);
    }

    [Fact]
    public void A_larger_buffer_takes_a_larger_message()
    {
        var message = new byte[150_000];
        _a.SetSendBuffer(8192);
        Assert.Equal(Errno.EMSGSIZE, _a.Send(message).Errno);
        _a.SetSendBuffer(200_000);
        Assert.Equal(message.Length, _a.Send(message).Bytes);
    }

    [Fact]
    public void Nothing_and_closed_descriptors_cannot_be_sent()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _a.Send(default));
        var closed = MemFd.Create("test");
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _a.Send("x"u8, [closed]));
    }

    private static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
