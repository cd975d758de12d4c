using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;

namespace Reeve.Linux.Descriptors;

/// <summary>What can be done with any descriptor.</summary>
public static unsafe partial class Descriptor
{
    private const int F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, F_DUPFD_CLOEXEC = 1030;
    private const int FD_CLOEXEC = 1, O_NONBLOCK = 0x800;
    private const nuint FIONREAD = 0x541B;

    /// <summary>Takes a descriptor that was inherited under a known number. The result closes it.</summary>
    /// <exception cref="LinuxException">There is none under this number (EBADF).</exception>
    public static SafeFileHandle Inherit(int number)
    {
        if (number < 0 || fcntl(number, F_GETFD, 0) < 0)
            throw new LinuxException($"cannot take over descriptor {number}", Errno.EBADF);
        return Own(number);
    }

    /// <summary>The number to tell another image of this process, or a child, where it finds the descriptor.</summary>
    public static int Number(SafeFileHandle descriptor) => (int)descriptor.DangerousGetHandle();

    /// <summary>Whether exec closes it.</summary>
    public static void SetCloseOnExec(SafeFileHandle descriptor, bool on) =>
        Change(descriptor, F_GETFD, F_SETFD, FD_CLOEXEC, on, "cannot change close-on-exec of a descriptor");

    /// <summary>Whether reads and writes return instead of waiting. Counts for every copy of the descriptor.</summary>
    public static void SetNonBlocking(SafeFileHandle descriptor, bool on) =>
        Change(descriptor, F_GETFL, F_SETFL, O_NONBLOCK, on, "cannot change the blocking of a descriptor");

    /// <summary>A second descriptor of the same open file, closed by exec.</summary>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE).</exception>
    public static SafeFileHandle Duplicate(SafeFileHandle descriptor)
    {
        var copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
        return copy >= 0
            ? Own(copy)
            : throw new LinuxException("cannot duplicate a descriptor", Marshal.GetLastPInvokeError());
    }

    /// <summary>Reads what is there.</summary>
    public static IoResult Read(SafeFileHandle descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            int errno;
            do
            {
                count = read(descriptor, start, (nuint)buffer.Length);
                errno = Marshal.GetLastPInvokeError();
            }
            while (count < 0 && errno == Errno.EINTR);
            return buffer.IsEmpty && count == 0 ? default : IoResult.OfRead(count, errno);
        }
    }

    /// <summary>Writes what fits.</summary>
    public static IoResult Write(SafeFileHandle descriptor, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            nint count;
            int errno;
            do
            {
                count = write(descriptor, start, (nuint)data.Length);
                errno = Marshal.GetLastPInvokeError();
            }
            while (count < 0 && errno == Errno.EINTR);
            return IoResult.OfWrite(count, errno);
        }
    }

    /// <summary>Bytes waiting to be read from a pipe, socket or terminal.</summary>
    public static int Available(SafeFileHandle descriptor)
    {
        int bytes;
        return ioctl(descriptor, FIONREAD, &bytes) == 0
            ? bytes
            : throw new LinuxException("cannot count the bytes to be read", Marshal.GetLastPInvokeError());
    }

    internal static SafeFileHandle Own(int number) => new(number, ownsHandle: true);

    private static void Change(SafeFileHandle descriptor, int get, int set, int flag, bool on, string what)
    {
        var flags = fcntl(descriptor, get, 0);
        if (flags >= 0)
        {
            var wanted = on ? flags | flag : flags & ~flag;
            if (wanted == flags || fcntl(descriptor, set, wanted) >= 0)
                return;
        }
        throw new LinuxException(what, Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle fd, nuint request, int* argument);
}
