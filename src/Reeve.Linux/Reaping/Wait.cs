using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Reaping;

/// <summary>waitid(2) in all the ways used here.</summary>
internal static unsafe partial class Wait
{
    public const int P_ALL = 0, P_PID = 1, P_PIDFD = 3, WNOHANG = 1, WEXITED = 4, WNOWAIT = 0x0100_0000;

    /// <returns>0, or the error. Zero in the pid's place of the information: nobody has ended yet.</returns>
    public static int For(int kind, int id, byte* information, int options)
    {
        new Span<byte>(information, SigInfo.Size).Clear(); // WNOHANG alone need not write it.
        int result, errno;
        do
        {
            result = waitid(kind, id, information, options);
            errno = Marshal.GetLastPInvokeError();
        }
        while (result < 0 && errno == Errno.EINTR);
        return result == 0 ? 0 : errno;
    }

    /// <inheritdoc cref="For(int,int,byte*,int)"/>
    public static int For(SafeFileHandle pidfd, byte* information, int options)
    {
        new Span<byte>(information, SigInfo.Size).Clear();
        int result, errno;
        do
        {
            result = waitid(P_PIDFD, pidfd, information, options);
            errno = Marshal.GetLastPInvokeError();
        }
        while (result < 0 && errno == Errno.EINTR);
        return result == 0 ? 0 : errno;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, int id, byte* information, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, SafeFileHandle id, byte* information, int options);
}
