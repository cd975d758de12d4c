using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;

namespace Reeve.Linux.Files;

/// <summary>Ends of a pipe.</summary>
[Flags]
public enum PipeEnds
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>Where bytes come out.</summary>
    Read = 1,

    /// <summary>Where bytes go in.</summary>
    Write = 2,
}

/// <summary>Anonymous pipes. Every descriptor made here is closed by exec.</summary>
public static unsafe partial class Pipe
{
    private const int O_CLOEXEC = 0x80000, F_SETPIPE_SZ = 1031, F_GETPIPE_SZ = 1032;

    /// <summary>Makes a pipe.</summary>
    /// <param name="nonBlocking">Ends that never block. The end that a child gets should block: programs expect
    /// it.</param>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE, ENFILE).</exception>
    public static (SafeFileHandle Read, SafeFileHandle Write) Create(PipeEnds nonBlocking)
    {
        var ends = stackalloc int[2];
        if (pipe2(ends, O_CLOEXEC) < 0)
            throw new LinuxException("cannot make a pipe", Marshal.GetLastPInvokeError());
        var (read, write) = (Descriptor.Own(ends[0]), Descriptor.Own(ends[1]));
        // O_NONBLOCK belongs to the open file, and each end of a pipe is one of its own.
        if (nonBlocking.HasFlag(PipeEnds.Read))
            Descriptor.SetNonBlocking(read, true);
        if (nonBlocking.HasFlag(PipeEnds.Write))
            Descriptor.SetNonBlocking(write, true);
        return (read, write);
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>Bytes, the end, "would block", or an error.</returns>
    public static IoResult Read(SafeFileHandle pipe, Span<byte> buffer) => Descriptor.Read(pipe, buffer);

    /// <summary>Writes what fits.</summary>
    /// <returns>Bytes, "would block", or an error: EPIPE when nobody reads any more.</returns>
    public static IoResult Write(SafeFileHandle pipe, ReadOnlySpan<byte> data) => Descriptor.Write(pipe, data);

    /// <summary>Bytes waiting to be read.</summary>
    public static int Available(SafeFileHandle pipe) => Descriptor.Available(pipe);

    /// <summary>Asks for a capacity; the kernel rounds up to a power of two pages.</summary>
    /// <param name="pipe">Either end.</param>
    /// <param name="bytes">Wanted capacity.</param>
    /// <returns>The capacity it has now: the old one where the user's limit (EPERM) or what it holds (EBUSY)
    /// forbids.</returns>
    public static int SetSize(SafeFileHandle pipe, int bytes)
    {
        var size = fcntl(pipe, F_SETPIPE_SZ, bytes);
        return size >= 0 ? size : Size(pipe);
    }

    /// <summary>Capacity in bytes.</summary>
    public static int Size(SafeFileHandle pipe)
    {
        var size = fcntl(pipe, F_GETPIPE_SZ, 0);
        return size >= 0
            ? size
            : throw new LinuxException("cannot ask a pipe for its size", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle fd, int command, nint argument);
}
