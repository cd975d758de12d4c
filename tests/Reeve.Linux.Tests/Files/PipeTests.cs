using System.Text;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;

namespace Reeve.Linux.Tests.Files;

public class PipeTests
{
    [Fact]
    public void Reading_tells_bytes_then_would_block_then_the_end()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        using (read)
        {
            var buffer = new byte[16];
            Pipe.Write(write, "hello"u8);
            Assert.Equal(5, Pipe.Available(read));
            Assert.Equal(new IoResult(5, false, 0), Pipe.Read(read, buffer));
            Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, 5));
            Assert.True(Pipe.Read(read, buffer).WouldBlock);
            write.Dispose();
            Assert.Equal(new IoResult(0, true, 0), Pipe.Read(read, buffer));
        }
    }

    [Fact]
    public void Writing_to_a_full_pipe_would_block_and_to_an_abandoned_one_is_EPIPE()
    {
        var (read, write) = Pipe.Create(PipeEnds.Write);
        using (write)
        {
            var block = new byte[Pipe.Size(write)];
            Assert.Equal(block.Length, Pipe.Write(write, block).Bytes);
            Assert.True(Pipe.Write(write, block).WouldBlock);
            read.Dispose();
            var result = Pipe.Write(write, block);
            Assert.Equal(Errno.EPIPE, result.Errno);
            Assert.True(result.Failed);
        }
    }

    [Fact]
    public void Only_the_chosen_end_does_not_block_and_both_are_closed_by_exec()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        using (read)
        using (write)
        {
            Assert.Contains("flags:\t02004000", FdInfo(Descriptor.Number(read)));
            Assert.Contains("flags:\t02000001", FdInfo(Descriptor.Number(write)));
        }

        static string FdInfo(int fd) => File.ReadAllText($"/proc/self/fdinfo/{fd}");
    }

    [Fact]
    public void The_size_can_be_set_and_a_refused_size_leaves_the_old_one()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        using (read)
        using (write)
        {
            Assert.Equal(1 << 20, Pipe.SetSize(read, 1 << 20));
            Assert.Equal(1 << 20, Pipe.Size(write));
            Pipe.Write(write, new byte[100_000]);
            Assert.Equal(1 << 20, Pipe.SetSize(read, 4096)); // EBUSY: it holds more.
        }
    }
}
