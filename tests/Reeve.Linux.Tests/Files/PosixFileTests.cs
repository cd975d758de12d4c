using System.Text;
using Reeve.Linux.Files;

namespace Reeve.Linux.Tests.Files;

public sealed class PosixFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Name => _directory.File("file");

    [Fact]
    public void Opening_tells_the_error_with_the_path()
    {
        var error = Assert.Throws<LinuxException>(() => PosixFile.Open("/nowhere/at all", FileFlags.ReadOnly));
        Assert.Equal("cannot open '/nowhere/at all': No such file or directory", error.Message);
        Assert.Equal(Errno.ENOENT, error.Errno);
    }

    [Fact]
    public void A_path_with_a_zero_character_names_nothing()
    {
        File.WriteAllText(Name, "other");
        Assert.Equal(Errno.EINVAL, PosixFile.TryOpen(Name + "\0x", FileFlags.ReadOnly, 0, out _));
        Assert.Equal(Errno.ENOENT, PosixFile.TryFacts(Name + "\0x", out _));
    }

    [Fact]
    public void An_exclusive_file_is_made_once_with_its_mode()
    {
        PosixFile.Open(Name, FileFlags.WriteOnly | FileFlags.Create | FileFlags.Exclusive, 0x180).Dispose();
        Assert.Equal(0, PosixFile.TryFacts(Name, out var facts));
        Assert.Equal(0x180, facts.Mode);
        Assert.Equal(Errno.EEXIST,
            PosixFile.TryOpen(Name, FileFlags.WriteOnly | FileFlags.Create | FileFlags.Exclusive, 0x180, out _));
    }

    [Fact]
    public void Facts_tell_kind_size_and_identity()
    {
        using var file = PosixFile.Open(Name, FileFlags.ReadWrite | FileFlags.Create);
        Assert.Equal(new IoResult(3, false, 0), PosixFile.WriteAll(file, "abc"u8));
        var facts = PosixFile.Facts(file);
        Assert.True(facts.IsRegular);
        Assert.Equal(3, facts.Size);
        Assert.Equal(1, facts.Links);

        File.Move(Name, Name + ".1");
        File.WriteAllText(Name, "new");
        Assert.Equal(0, PosixFile.TryFacts(Name, out var byName));
        Assert.False(facts.IsSameFile(byName));
        Assert.Equal(0, PosixFile.TryFacts(Name + ".1", out var moved));
        Assert.True(facts.IsSameFile(moved));

        Assert.Equal(Errno.ENOTDIR, PosixFile.TryFacts(Name + "/x", out _));
    }

    [Fact]
    public void Facts_tell_devices_directories_pipes_and_links_apart()
    {
        Assert.Equal(FileKind.CharacterDevice, Kind("/dev/null"));
        Assert.Equal(FileKind.Directory, Kind(_directory.Path));
        File.CreateSymbolicLink(Name, "/dev/null");
        Assert.Equal(FileKind.CharacterDevice, Kind(Name));
        Assert.Equal(FileKind.SymbolicLink, Kind(Name, follow: false));
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (read)
        using (write)
        {
            Assert.Equal(FileKind.Pipe, PosixFile.Facts(read).Kind);
            Assert.False(PosixFile.IsSeekable(read));
            Assert.Equal(Errno.ESPIPE, Assert.Throws<LinuxException>(() => PosixFile.SeekEnd(read)).Errno);
        }

        static FileKind Kind(string path, bool follow = true)
        {
            Assert.Equal(0, PosixFile.TryFacts(path, out var facts, follow));
            return facts.Kind;
        }
    }

    [Fact]
    public void Truncating_seeking_and_reading_back()
    {
        using var file = PosixFile.Open(Name, FileFlags.ReadWrite | FileFlags.Create);
        PosixFile.WriteAll(file, "0123456789"u8);
        PosixFile.Truncate(file, 4);
        Assert.Equal(4, PosixFile.SeekEnd(file));
        PosixFile.SeekTo(file, 1);
        var buffer = new byte[10];
        Assert.Equal("123", Encoding.ASCII.GetString(buffer, 0, PosixFile.Read(file, buffer).Bytes));
        Assert.True(PosixFile.Read(file, buffer).EndOfFile);
        Assert.True(PosixFile.IsSeekable(file));
    }

    [Fact]
    public void A_full_disk_is_told_with_what_was_written()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no /dev/full here");
        using var full = PosixFile.Open("/dev/full", FileFlags.WriteOnly);
        Assert.Equal(new IoResult(0, false, Errno.ENOSPC), PosixFile.WriteAll(full, "x"u8));
    }

    [Fact]
    public void A_lock_excludes_every_other_open_file_until_it_is_given_back()
    {
        using var mine = PosixFile.Open(Name, FileFlags.ReadWrite | FileFlags.Create);
        using var other = PosixFile.Open(Name, FileFlags.ReadWrite);
        Assert.True(PosixFile.TryLock(mine));
        Assert.False(PosixFile.TryLock(other));
        PosixFile.Unlock(mine);
        Assert.True(PosixFile.TryLock(other));
    }
}
