using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Files;

/// <summary>Locks of open file descriptions, fcntl(2) F_OFD_SETLK.</summary>
/// <remarks>
/// Unlike flock(2), which .NET and others take to read a file, they are in nobody's way; unlike POSIX locks they belong to
/// the description: a copy in another process, handed over, holds them too.
/// </remarks>
public static partial class FileLock
{
    private const int F_OFD_SETLK = 37;
    private const short F_WRLCK = 1;

    /// <summary>Takes the whole file's exclusive lock without waiting. It ends with the last copy of the descriptor.</summary>
    /// <returns>False: somebody else holds it.</returns>
    /// <exception cref="LinuxException">The file cannot be locked; it must be open for writing.</exception>
    public static bool TryTake(SafeFileHandle file)
    {
        var whole = new Region { Type = F_WRLCK };
        while (fcntl(file, F_OFD_SETLK, ref whole) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN or Errno.EACCES:
                    return false;
                case var errno:
                    throw new LinuxException("cannot lock a file", errno);
            }
        }
        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle fd, int command, ref Region region);

    /// <summary>struct flock; a start and length of 0: the whole file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Region
    {
        public short Type, Whence;
        public long Start, Length;
        public int Pid;
    }
}
