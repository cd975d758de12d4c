using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;

namespace Reeve.Linux.Files;

/// <summary>How a file is opened, open(2). O_CLOEXEC is always added.</summary>
[Flags]
public enum FileFlags
{
    /// <summary>Only for reading.</summary>
    ReadOnly = 0,

    /// <summary>Only for writing.</summary>
    WriteOnly = 1,

    /// <summary>For both.</summary>
    ReadWrite = 2,

    /// <summary>Made if it does not exist.</summary>
    Create = 0x40,

    /// <summary>With <see cref="Create"/>: fail with EEXIST if it does, and follow no symbolic link.</summary>
    Exclusive = 0x80,

    /// <summary>A terminal does not become the controlling one.</summary>
    NoControllingTerminal = 0x100,

    /// <summary>Emptied.</summary>
    Truncate = 0x200,

    /// <summary>Every write goes to the end. Such a file cannot be spliced to.</summary>
    Append = 0x400,

    /// <summary>Neither opening nor using it blocks. Opening a FIFO for writing without a reader fails with
    /// ENXIO.</summary>
    NonBlocking = 0x800,
}

/// <summary>Files by descriptor, where .NET's FileStream would add buffers, locks or checks of its own.</summary>
public static unsafe partial class PosixFile
{
    private const int O_CLOEXEC = 0x80000, SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2;
    private const int LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8;

    /// <summary>Opens or makes a file.</summary>
    /// <param name="path">Any path, see <see cref="NativeText"/>.</param>
    /// <param name="flags">How.</param>
    /// <param name="mode">Permissions of a new file, before the umask. Default 0666.</param>
    /// <exception cref="LinuxException">It cannot be opened; ENOENT, EACCES, EMFILE, ...</exception>
    public static SafeFileHandle Open(string path, FileFlags flags, int mode = 0x1B6)
    {
        var errno = TryOpen(path, flags, mode, out var file);
        return errno == 0 ? file! : throw new LinuxException($"cannot open '{path}'", errno);
    }

    /// <summary>Opens or makes a file.</summary>
    /// <returns>0, or the error.</returns>
    /// <inheritdoc cref="Open"/>
    public static int TryOpen(string path, FileFlags flags, int mode, out SafeFileHandle? file)
    {
        file = null;
        if (path.Contains('\0'))
            return Errno.EINVAL; // The native string would end there and name another file.
        int fd, errno;
        do
        {
            fd = open(path, (int)flags | O_CLOEXEC, mode);
            errno = Marshal.GetLastPInvokeError();
        }
        while (fd < 0 && errno == Errno.EINTR);
        if (fd < 0)
            return errno;
        file = Descriptor.Own(fd);
        return 0;
    }

    /// <summary>Goes to the end.</summary>
    /// <returns>The position there: the file's length.</returns>
    /// <exception cref="LinuxException">Not seekable (ESPIPE).</exception>
    public static long SeekEnd(SafeFileHandle file) => Seek(file, 0, SEEK_END);

    /// <summary>Goes to a position.</summary>
    /// <exception cref="LinuxException">Not seekable (ESPIPE).</exception>
    public static void SeekTo(SafeFileHandle file, long position) => Seek(file, position, SEEK_SET);

    /// <summary>Whether it has a position. A pipe, a socket and a terminal have none.</summary>
    public static bool IsSeekable(SafeFileHandle file) => lseek(file, 0, SEEK_CUR) >= 0;

    /// <summary>Cuts or extends it; the position stays.</summary>
    /// <exception cref="LinuxException">ENOSPC, EINVAL (not a plain file), ...</exception>
    public static void Truncate(SafeFileHandle file, long length)
    {
        int result, errno;
        do
        {
            result = ftruncate(file, length);
            errno = Marshal.GetLastPInvokeError();
        }
        while (result < 0 && errno == Errno.EINTR);
        if (result < 0)
            throw new LinuxException($"cannot truncate a file to {length} bytes", errno);
    }

    /// <summary>Removes a name that is no directory's; one that is not there is no error.</summary>
    /// <exception cref="LinuxException">It cannot be removed: EACCES, EPERM, EISDIR, EROFS, ...</exception>
    public static void Delete(string path)
    {
        if (path.Contains('\0'))
            return;
        if (unlink(path) < 0 && Marshal.GetLastPInvokeError() is not Errno.ENOENT and var errno)
            throw new LinuxException($"cannot remove '{path}'", errno);
    }

    /// <summary>Gives a file another name, in place of one that has it.</summary>
    /// <returns>0, or the error: ENOENT, EACCES, EXDEV, ...</returns>
    public static int TryRename(string from, string to) =>
        from.Contains('\0') || to.Contains('\0') ? Errno.EINVAL : rename(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Changes the permissions of a path.</summary>
    /// <returns>0, or the error.</returns>
    public static int TryChangeMode(string path, int mode) => chmod(path, (uint)mode) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>What the descriptor leads to.</summary>
    public static FileFacts Facts(SafeFileHandle file)
    {
        var errno = Stat.Of(file, out var facts);
        return errno == 0 ? facts : throw new LinuxException("cannot stat a descriptor", errno);
    }

    /// <summary>What the path leads to.</summary>
    /// <param name="path">The path.</param>
    /// <param name="facts">The facts, if there are any.</param>
    /// <param name="follow">Follow a symbolic link at its end. Default true.</param>
    /// <returns>0, or the error: ENOENT, EACCES, ENOTDIR, ELOOP, ...</returns>
    public static int TryFacts(string path, out FileFacts facts, bool follow = true)
    {
        facts = default;
        return path.Contains('\0') ? Errno.ENOENT : Stat.Of(path, follow, out facts);
    }

    /// <summary>Reads at the position and moves it on.</summary>
    public static IoResult Read(SafeFileHandle file, Span<byte> buffer) => Descriptor.Read(file, buffer);

    /// <summary>Writes at the position and moves it on; may write less than asked.</summary>
    /// <returns>Bytes, or the error: ENOSPC, EDQUOT, EFBIG, EIO, EPIPE, ...</returns>
    public static IoResult Write(SafeFileHandle file, ReadOnlySpan<byte> data) => Descriptor.Write(file, data);

    /// <summary>Writes everything, unless an error stops it.</summary>
    /// <returns>Bytes that were written, and why not all.</returns>
    public static IoResult WriteAll(SafeFileHandle file, ReadOnlySpan<byte> data)
    {
        var done = 0;
        while (done < data.Length)
        {
            var one = Descriptor.Write(file, data[done..]);
            if (one.Errno != 0)
                return new(done, false, one.Errno);
            done += one.Bytes;
        }
        return new(done, false, 0);
    }

    /// <summary>Takes the file's exclusive flock(2) without waiting. It ends with the last copy of the
    /// descriptor.</summary>
    /// <returns>False: somebody else holds it.</returns>
    public static bool TryLock(SafeFileHandle file) => Lock(file, LOCK_EX | LOCK_NB) switch
    {
        0 => true,
        Errno.EAGAIN => false,
        var errno => throw new LinuxException("cannot lock a file", errno),
    };

    /// <summary>Gives the lock back.</summary>
    public static void Unlock(SafeFileHandle file) => Lock(file, LOCK_UN);

    private static int Lock(SafeFileHandle file, int operation)
    {
        int result, errno;
        do
        {
            result = flock(file, operation);
            errno = Marshal.GetLastPInvokeError();
        }
        while (result < 0 && errno == Errno.EINTR);
        return result == 0 ? 0 : errno;
    }

    private static long Seek(SafeFileHandle file, long offset, int whence)
    {
        var position = lseek(file, offset, whence);
        return position >= 0
            ? position
            : throw new LinuxException("cannot seek in a file", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle fd, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle fd, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle fd, int operation);
}
