using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;

namespace Reeve.Linux.Tests.Files;

public sealed class SpliceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SafeFileHandle _read;
    private readonly SafeFileHandle _write;

    public SpliceTests() => (_read, _write) = Pipe.Create(PipeEnds.Read);

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Bytes_go_from_pipe_to_the_end_of_the_file_and_no_further_than_asked()
    {
        File.WriteAllText(_directory.File("log"), "old ");
        using var file = PosixFile.Open(_directory.File("log"), FileFlags.WriteOnly | FileFlags.Create);
        Assert.Equal(4, PosixFile.SeekEnd(file));
        Pipe.Write(_write, "hello world"u8);

        Assert.Equal(new IoResult(5, false, 0), Splice.PipeToFile(_read, file, 5));
        Assert.Equal(new IoResult(6, false, 0), Splice.PipeToFile(_read, file, 1000));

        Assert.Equal("old hello world", File.ReadAllText(_directory.File("log")));
    }

    [Fact]
    public void An_empty_pipe_would_block_and_a_closed_one_is_at_its_end()
    {
        using var file = PosixFile.Open(_directory.File("log"), FileFlags.WriteOnly | FileFlags.Create);
        Assert.True(Splice.PipeToFile(_read, file, 1000).WouldBlock);
        _write.Dispose();
        Assert.Equal(new IoResult(0, true, 0), Splice.PipeToFile(_read, file, 1000));
    }

    [Fact]
    public void A_file_opened_for_appending_is_refused_with_EINVAL_and_the_pipe_keeps_its_bytes()
    {
        using var file = PosixFile.Open(
            _directory.File("log"), FileFlags.WriteOnly | FileFlags.Create | FileFlags.Append);
        Pipe.Write(_write, "kept"u8);

        Assert.Equal(Errno.EINVAL, Splice.PipeToFile(_read, file, 1000).Errno);

        var buffer = new byte[10];
        Assert.Equal("kept", Encoding.ASCII.GetString(buffer, 0, Pipe.Read(_read, buffer).Bytes));
    }

    [Fact]
    public void A_full_disk_is_told_as_ENOSPC_and_the_pipe_keeps_the_rest()
    {
        var disk = Directory.CreateDirectory(_directory.File("disk")).FullName;
        Assert.SkipUnless(
            Command.Succeeds("mount", "-t", "tmpfs", "-o", "size=16k", "none", disk), "cannot mount a tmpfs here");
        try
        {
            using var file = PosixFile.Open(disk + "/log", FileFlags.WriteOnly | FileFlags.Create);
            Pipe.Write(_write, new byte[40_000]);
            var moved = 0;
            IoResult result;
            while ((result = Splice.PipeToFile(_read, file, 100_000)).Bytes > 0)
                moved += result.Bytes;

            Assert.Equal(Errno.ENOSPC, result.Errno);
            Assert.True(result.Failed);
            Assert.Equal(40_000 - moved, Pipe.Available(_read));
        }
        finally
        {
            Command.Succeeds("umount", disk);
        }
    }
}
