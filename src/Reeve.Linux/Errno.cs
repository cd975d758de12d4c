using System.Runtime.InteropServices;

namespace Reeve.Linux;

/// <summary>Error numbers of Linux that Reeve tells apart.</summary>
public static class Errno
{
#pragma warning disable CS1591 // The names are the documentation: errno(3).
    public const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, E2BIG = 7, ENOEXEC = 8, EBADF = 9,
        ECHILD = 10, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EEXIST = 17, ENOTDIR = 20, EISDIR = 21, EINVAL = 22,
        ENFILE = 23, EMFILE = 24, ENOTTY = 25, EFBIG = 27, ENOSPC = 28, ESPIPE = 29, EROFS = 30, EPIPE = 32, ELOOP = 40,
        EMSGSIZE = 90, EADDRINUSE = 98, ECONNRESET = 104, ECONNREFUSED = 111, EDQUOT = 122;
#pragma warning restore CS1591

    /// <summary>The system's text for an error: <c>No such file or directory</c>.</summary>
    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
