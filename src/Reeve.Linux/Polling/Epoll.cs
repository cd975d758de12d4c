using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;

namespace Reeve.Linux.Polling;

/// <summary>Readiness, epoll_ctl(2).</summary>
[Flags]
public enum PollEvents : uint
{
    /// <summary>Nothing asked for; <see cref="Error"/> and <see cref="HangUp"/> are told all the same.</summary>
    None = 0,

    /// <summary>A read would not block. For a pidfd: the process has ended.</summary>
    Readable = 1,

    /// <summary>A write would not block.</summary>
    Writable = 4,

    /// <summary>An error is pending; for the write end of a pipe: nobody reads any more. Always told.</summary>
    Error = 8,

    /// <summary>The other side has closed; what it wrote can still be read. Always told.</summary>
    HangUp = 0x10,

    /// <summary>The other side of a stream socket will write no more.</summary>
    ReadHangUp = 0x2000,

    /// <summary>Told once, then silent until <see cref="Epoll.Modify"/>.</summary>
    OneShot = 0x4000_0000,

    /// <summary>Told only when readiness begins.</summary>
    EdgeTriggered = 0x8000_0000,
}

/// <summary>One descriptor's readiness.</summary>
/// <param name="Events">What is ready.</param>
/// <param name="Token">What was given when it was added.</param>
public readonly record struct PollEvent(PollEvents Events, ulong Token);

/// <summary>Waits for many descriptors at once, epoll(7). Add, modify and remove from any thread; one thread
/// waits.</summary>
public sealed unsafe partial class Epoll : IDisposable
{
    private const int EPOLL_CLOEXEC = 0x80000, EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;
    private const int MaximumBatch = 256;

    // struct epoll_event is packed on x64 (12 bytes), naturally aligned elsewhere (16).
    private static readonly int s_tokenAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_stride = s_tokenAt + 8;

    private readonly SafeFileHandle _epoll;

    /// <summary>Makes an empty set.</summary>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE, ENFILE).</exception>
    public Epoll()
    {
        var fd = epoll_create1(EPOLL_CLOEXEC);
        if (fd < 0)
            throw new LinuxException("cannot make an epoll set", Marshal.GetLastPInvokeError());
        _epoll = Descriptor.Own(fd);
    }

    /// <summary>Begins to watch.</summary>
    /// <param name="descriptor">Anything but a plain file or a directory (EPERM). Remove it before it is
    /// closed.</param>
    /// <param name="events">What for.</param>
    /// <param name="token">Handed back with its events.</param>
    /// <exception cref="LinuxException">EEXIST, EPERM, ENOSPC (the user's limit of watches), ...</exception>
    public void Add(SafeFileHandle descriptor, PollEvents events, ulong token) =>
        Control(EPOLL_CTL_ADD, descriptor, events, token, "cannot watch a descriptor");

    /// <summary>Watches for something else from now on.</summary>
    public void Modify(SafeFileHandle descriptor, PollEvents events, ulong token) =>
        Control(EPOLL_CTL_MOD, descriptor, events, token, "cannot change how a descriptor is watched");

    /// <summary>Stops watching. Before the descriptor is closed: a copy elsewhere would keep the watch alive for
    /// ever.</summary>
    public void Remove(SafeFileHandle descriptor) =>
        Control(EPOLL_CTL_DEL, descriptor, PollEvents.None, 0, "cannot stop watching a descriptor");

    /// <summary>Waits until something is ready.</summary>
    /// <param name="ready">Filled from its start; more than 256 are told in turns.</param>
    /// <param name="timeoutMilliseconds">Longest wait; -1: for ever, 0: not at all. A signal does not shorten
    /// it.</param>
    /// <returns>How many are ready; 0: the time is over.</returns>
    public int Wait(Span<PollEvent> ready, int timeoutMilliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfZero(ready.Length);
        var capacity = Math.Min(ready.Length, MaximumBatch);
        var buffer = stackalloc byte[capacity * s_stride];
        var start = timeoutMilliseconds > 0 ? Stopwatch.GetTimestamp() : 0;
        var left = timeoutMilliseconds;
        int count;
        while ((count = epoll_wait(_epoll, buffer, capacity, left)) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
                throw new LinuxException("cannot wait for descriptors", errno);
            if (timeoutMilliseconds > 0)
                left = (int)Math.Max(0, timeoutMilliseconds - Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        for (var i = 0; i < count; i++)
        {
            var one = buffer + (i * s_stride);
            ready[i] = new((PollEvents)Unsafe.ReadUnaligned<uint>(one), Unsafe.ReadUnaligned<ulong>(one + s_tokenAt));
        }
        return count;
    }

    /// <summary>Closes the set; the descriptors in it stay open.</summary>
    public void Dispose() => _epoll.Dispose();

    private void Control(int operation, SafeFileHandle descriptor, PollEvents events, ulong token, string what)
    {
        var one = stackalloc byte[16];
        Unsafe.WriteUnaligned(one, (uint)events);
        Unsafe.WriteUnaligned(one + s_tokenAt, token);
        if (epoll_ctl(_epoll, operation, descriptor, one) < 0)
            throw new LinuxException(what, Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeFileHandle epoll, int operation, SafeFileHandle fd, byte* one);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeFileHandle epoll, byte* events, int capacity, int timeout);
}
