using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;

namespace Reeve.Linux.Tests.Files;

public class FileLockTests
{
    [Fact]
    public void One_description_holds_the_lock_and_readers_are_not_kept_out()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var mine = PosixFile.Open(path, FileFlags.ReadWrite);
            using var other = PosixFile.Open(path, FileFlags.ReadWrite);
            Assert.True(FileLock.TryTake(mine));
            Assert.True(FileLock.TryTake(mine));
            Assert.False(FileLock.TryTake(other));
            Assert.Equal("", File.ReadAllText(path));

            using (var copy = Descriptor.Duplicate(mine))
            {
                mine.Dispose();
                Assert.False(FileLock.TryTake(other));
            }
            Assert.True(FileLock.TryTake(other));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
