using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;

namespace Reeve.Linux.Polling;

/// <summary>Wakes a thread that waits in an <see cref="Epoll"/>, eventfd(2).</summary>
public sealed partial class EventFd : IDisposable
{
    private const int EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800;

    /// <summary>Makes one that is not raised.</summary>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE, ENFILE).</exception>
    public EventFd()
    {
        var fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd < 0)
            throw new LinuxException("cannot make an eventfd", Marshal.GetLastPInvokeError());
        Handle = Descriptor.Own(fd);
    }

    /// <summary>Readable while raised.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Raises it; from any thread, as often as one likes.</summary>
    public void Raise()
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        var result = Descriptor.Write(Handle, BitConverter.IsLittleEndian ? one : [0, 0, 0, 0, 0, 0, 0, 1]);
        // EAGAIN: the counter is full, so it is raised.
        if (result.Failed)
            throw new LinuxException("cannot raise an eventfd", result.Errno);
    }

    /// <summary>Lowers it.</summary>
    /// <returns>Whether it was raised.</returns>
    public bool Lower()
    {
        Span<byte> counter = stackalloc byte[8];
        var result = Descriptor.Read(Handle, counter);
        return result.Failed ? throw new LinuxException("cannot lower an eventfd", result.Errno) : result.Bytes == 8;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);
}
