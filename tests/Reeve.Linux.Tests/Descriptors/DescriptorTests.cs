using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;

namespace Reeve.Linux.Tests.Descriptors;

public class DescriptorTests
{
    [Fact]
    public void A_copy_leads_to_the_same_open_file_and_outlives_the_original()
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        using (read)
        using (var copy = Descriptor.Duplicate(write))
        {
            write.Dispose();
            Pipe.Write(copy, "x"u8);
            Assert.Equal(1, Pipe.Read(read, new byte[4]).Bytes);
        }
    }

    [Fact]
    public void Close_on_exec_and_blocking_can_be_changed()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (read)
        using (write)
        {
            Descriptor.SetCloseOnExec(read, false);
            Descriptor.SetNonBlocking(read, true);
            Assert.Contains("flags:\t04000", FdInfo());
            Descriptor.SetCloseOnExec(read, true);
            Descriptor.SetNonBlocking(read, false);
            Assert.Contains("flags:\t02000000", FdInfo());

            string FdInfo() => File.ReadAllText($"/proc/self/fdinfo/{Descriptor.Number(read)}");
        }
    }

    [Fact]
    public void A_number_that_is_not_open_cannot_be_taken_over()
    {
        Assert.Equal(Errno.EBADF, Assert.Throws<LinuxException>(() => Descriptor.Inherit(1_000_000)).Errno);
        Assert.Equal(Errno.EBADF, Assert.Throws<LinuxException>(() => Descriptor.Inherit(-1)).Errno);
    }
}
