using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Listening;

/// <summary>A blocking connection to a unix socket.</summary>
/// <remarks>
/// .NET's Socket starts an epoll thread with the first one that is made and tries out every address family: half a
/// millisecond in a command that lives for four.
/// </remarks>
public sealed unsafe partial class UnixClient : IDisposable
{
    private const int SOL_SOCKET = 1, SO_RCVTIMEO = 20, MSG_NOSIGNAL = 0x4000, MSG_PEEK = 2, MSG_DONTWAIT = 0x40;
    private readonly SafeFileHandle _socket;

    private UnixClient(SafeFileHandle socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <returns>0, or the error.</returns>
    public static int TryConnect(string path, out UnixClient? client)
    {
        var errno = Listener.TryConnectUnix(path, flags: 0, out var socket);
        client = errno == 0 ? new(socket!) : null;
        return errno;
    }

    /// <summary>How long <see cref="Receive(Span{byte})"/> waits; zero: for ever.</summary>
    public void SetReceiveTimeout(TimeSpan timeout)
    {
        var value = stackalloc long[] { (long)timeout.TotalSeconds, timeout.Microseconds + (timeout.Milliseconds * 1000L) };
        if (setsockopt(_socket, SOL_SOCKET, SO_RCVTIMEO, value, 2 * sizeof(long)) < 0)
            throw new LinuxException("cannot limit how long a connection waits", Marshal.GetLastPInvokeError());
    }

    /// <summary>Sends all of it.</summary>
    /// <returns>0, or the error.</returns>
    public int Send(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            long sent;
            fixed (byte* start = data)
                sent = send(_socket, start, (nuint)data.Length, MSG_NOSIGNAL);
            if (sent >= 0)
                data = data[(int)sent..];
            else if (Marshal.GetLastPInvokeError() is not Errno.EINTR and var errno)
                return errno;
        }
        return 0;
    }

    /// <summary>Waits for bytes; EAGAIN when none came in time.</summary>
    public Files.IoResult Receive(Span<byte> buffer) => Receive(buffer, 0);

    /// <summary>Whether bytes, or the end, can be received without waiting.</summary>
    public bool IsReadable => !Receive(stackalloc byte[1], MSG_PEEK | MSG_DONTWAIT).WouldBlock;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private Files.IoResult Receive(Span<byte> buffer, int flags)
    {
        while (true)
        {
            long count;
            fixed (byte* start = buffer)
                count = recv(_socket, start, (nuint)buffer.Length, flags);
            if (count >= 0)
                return new((int)count, count == 0, 0);
            if (Marshal.GetLastPInvokeError() is not Errno.EINTR and var errno)
                return new(0, false, errno);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(SafeFileHandle fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long send(SafeFileHandle fd, byte* data, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long recv(SafeFileHandle fd, byte* data, nuint length, int flags);
}
