using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Files;

/// <summary>splice(2): bytes go from pipe to file inside the kernel, so that a killed process loses none of
/// them.</summary>
public static unsafe partial class Splice
{
    private const uint SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2;

    /// <summary>Moves what a pipe holds to the file's position, and the position on.</summary>
    /// <param name="pipe">Read end; never waited for.</param>
    /// <param name="file">Opened without <see cref="FileFlags.Append"/>: else the kernel says EINVAL.</param>
    /// <param name="maximum">At most so many bytes; more than 0.</param>
    /// <returns>
    /// Bytes; the end, when every writer has closed; "would block", when the pipe is empty; or the error of the file:
    /// ENOSPC, EDQUOT, EFBIG (the pipe keeps the bytes), EINVAL (the file cannot be spliced to).
    /// </returns>
    public static IoResult PipeToFile(SafeFileHandle pipe, SafeFileHandle file, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        nint moved;
        int errno;
        do
        {
            moved = splice(pipe, null, file, null, (nuint)maximum, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            errno = Marshal.GetLastPInvokeError();
        }
        while (moved < 0 && errno == Errno.EINTR);
        return IoResult.OfRead(moved, errno);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint splice(
        SafeFileHandle from, long* fromOffset, SafeFileHandle to, long* toOffset, nuint length, uint flags);
}
