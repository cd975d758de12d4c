using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Listening;

/// <summary>
/// Listening sockets made step by step, with the system's own error numbers, which .NET's sockets translate away.
/// </summary>
public static unsafe partial class Listener
{
    /// <summary>Most bytes of a unix socket's path.</summary>
    public const int MaxUnixPath = 107;

    private const int ENAMETOOLONG = 36;
    private const int AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10;
    private const int SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000, SOCK_NONBLOCK = 0x800;
    private const int SOL_SOCKET = 1, SO_REUSEADDR = 2, IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26, AT_FDCWD = -100;

    /// <summary>Makes a socket and binds it to a path that does not exist yet. It does not listen yet.</summary>
    /// <returns>0, or the error: EADDRINUSE (the path exists), ENOENT, EACCES, ENAMETOOLONG, EMFILE, ...</returns>
    public static int TryBindUnix(string path, out SafeFileHandle? socket)
    {
        Span<byte> address = stackalloc byte[MaxUnixPath + 3];
        var length = UnixAddress(path, address);
        socket = null;
        return length == 0 ? ENAMETOOLONG : TryBind(AF_UNIX, address[..length], bothFamilies: false, out socket);
    }

    /// <summary>Makes a socket and binds it to an address. It does not listen yet.</summary>
    /// <param name="address">Address; <c>::</c> takes IPv4 too.</param>
    /// <param name="port">Port; 0: any that is free.</param>
    /// <param name="socket">The socket.</param>
    /// <returns>0, or the error: EADDRINUSE, EACCES, EADDRNOTAVAIL, ...</returns>
    public static int TryBindInet(IPAddress address, int port, out SafeFileHandle? socket)
    {
        Span<byte> bytes = stackalloc byte[28];
        bytes.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)port);
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            BitConverter.TryWriteBytes(bytes, (ushort)AF_INET);
            address.TryWriteBytes(bytes[4..], out _);
            return TryBind(AF_INET, bytes[..16], bothFamilies: false, out socket);
        }
        BitConverter.TryWriteBytes(bytes, (ushort)AF_INET6);
        address.TryWriteBytes(bytes[8..], out _);
        BitConverter.TryWriteBytes(bytes[24..], (uint)address.ScopeId);
        return TryBind(AF_INET6, bytes, bothFamilies: address.Equals(IPAddress.IPv6Any), out socket);
    }

    /// <summary>Begins to listen.</summary>
    /// <returns>0, or the error: EADDRINUSE when another socket of the address was faster.</returns>
    public static int TryListen(SafeFileHandle socket, int backlog) =>
        listen(socket, backlog) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Tries to connect to a unix socket, and closes the connection again.</summary>
    /// <returns>
    /// 0, or the error: ENOENT, ECONNREFUSED (nobody listens), EAGAIN (somebody listens, but is busy), EACCES, ...
    /// </returns>
    public static int TryConnectUnix(string path)
    {
        // Not blocking: a busy listener must not hold up the question.
        var errno = TryConnectUnix(path, SOCK_NONBLOCK, out var connected);
        connected?.Dispose();
        return errno;
    }

    /// <summary>Connects to a unix socket.</summary>
    internal static int TryConnectUnix(string path, int flags, out SafeFileHandle? connected)
    {
        connected = null;
        Span<byte> address = stackalloc byte[MaxUnixPath + 3];
        var length = UnixAddress(path, address);
        if (length == 0)
            return ENAMETOOLONG;
        var fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
        if (fd < 0)
            return Marshal.GetLastPInvokeError();
        var own = new SafeFileHandle(fd, ownsHandle: true);
        int errno;
        fixed (byte* start = address)
        {
            do
                errno = connect(own, start, (uint)length) == 0 ? 0 : Marshal.GetLastPInvokeError();
            while (errno == Errno.EINTR);
        }
        if (errno == 0)
            connected = own;
        else
            own.Dispose();
        return errno;
    }

    /// <summary>Gives a file a second name, link(2). Never replaces anything.</summary>
    /// <returns>0, or the error: EEXIST, ENOENT, EACCES, EPERM (the file system has no links), ...</returns>
    public static int TryLink(string existing, string name) =>
        linkat(AT_FDCWD, existing, AT_FDCWD, name, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Changes the owner of a path, not following a symbolic link.</summary>
    /// <param name="path">The path.</param>
    /// <param name="user">New user; null: unchanged.</param>
    /// <param name="group">New group; null: unchanged.</param>
    /// <returns>0, or the error: EPERM, ...</returns>
    public static int TryChangeOwner(string path, int? user, int? group) =>
        lchown(path, (uint)(user ?? -1), (uint)(group ?? -1)) == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static int UnixAddress(string path, Span<byte> address)
    {
        if (path.Length == 0 || path.Contains('\0') || NativeText.ByteCount(path) > MaxUnixPath)
            return 0;
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)AF_UNIX);
        return 2 + NativeText.Write(path, address[2..]) + 1;
    }

    private static int TryBind(int family, ReadOnlySpan<byte> address, bool bothFamilies, out SafeFileHandle? bound)
    {
        bound = null;
        var fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            return Marshal.GetLastPInvokeError();
        var own = new SafeFileHandle(fd, ownsHandle: true);
        int on = 1, v6Only = bothFamilies ? 0 : 1;
        // A restarted daemon need not wait for the old one's closed connections. Two listeners are still refused.
        if (family != AF_UNIX)
            _ = setsockopt(own, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(int));
        if (family == AF_INET6)
            _ = setsockopt(own, IPPROTO_IPV6, IPV6_V6ONLY, &v6Only, sizeof(int));
        fixed (byte* start = address)
        {
            if (bind(own, start, (uint)address.Length) == 0)
            {
                bound = own;
                return 0;
            }
        }
        var errno = Marshal.GetLastPInvokeError();
        own.Dispose();
        return errno;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(SafeFileHandle fd, int level, int option, int* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(SafeFileHandle fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(SafeFileHandle fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(SafeFileHandle fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int linkat(int oldDirectory, string existing, int newDirectory, string name, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int lchown(string path, uint user, uint group);
}
