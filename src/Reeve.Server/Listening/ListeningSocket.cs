using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Reeve.Core.Configuration;
using Reeve.Linux.Files;
using Reeve.Linux.Listening;

namespace Reeve.Server.Listening;

/// <summary>A socket that listens for one server section, made here or taken over from an earlier visor.</summary>
/// <remarks>
/// Apart from the server, because it outlives it: the keeper holds a copy, so that a client which connects while the
/// visor
/// is away waits instead of being refused.
/// </remarks>
public sealed class ListeningSocket : IDisposable
{
    internal const int Backlog = 1024;

    // What the path of a unix socket led to when we began; another file there is not ours to remove.
    private readonly FileFacts? _file;

    private ListeningSocket(ServerOptions options, SafeFileHandle handle, FileFacts? file)
    {
        Options = options;
        Handle = handle;
        _file = file;
    }

    /// <summary>The section.</summary>
    public ServerOptions Options { get; }

    /// <summary>The descriptor, closed by exec. A copy may be stored with the keeper.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes a socket that listens.</summary>
    /// <exception cref="ListenException">The address is taken, or the system refuses.</exception>
    public static ListeningSocket Bind(ServerOptions options, ILogger logger)
    {
        switch (options)
        {
            case UnixServerOptions unix:
                var (handle, file) = UnixBinding.Bind(unix, logger);
                return new(unix, handle, file);
            case InetServerOptions inet:
                return new(inet, BindInet(inet), null);
            default:
                throw new ArgumentException($"cannot listen for a {options.GetType().Name}", nameof(options));
        }
    }

    /// <summary>Goes on with a socket that an earlier visor made.</summary>
    /// <param name="options">The section it was made for.</param>
    /// <param name="handle">The descriptor, owned from now on.</param>
    public static ListeningSocket Adopt(ServerOptions options, SafeFileHandle handle)
    {
        var path = (options as UnixServerOptions)?.File;
        if (path is null || PosixFile.TryFacts(path, out var file, follow: false) != 0 || file.Kind != FileKind.Socket)
            return new(options, handle, null);
        return new(options, handle, file);
    }

    /// <summary>
    /// Removes the path of a unix socket, if it still leads to this one. For the daemon's end, not for a visor's.
    /// </summary>
    public void Unlink()
    {
        if (Options is UnixServerOptions unix && _file is { } ours
            && PosixFile.TryFacts(unix.File, out var now, follow: false) == 0 && now.IsSameFile(ours))
        {
            PosixFile.Delete(unix.File);
        }
    }

    /// <summary>Closes the descriptor. The path stays.</summary>
    public void Dispose() => Handle.Dispose();

    private static SafeFileHandle BindInet(InetServerOptions inet)
    {
        var where = $"[{inet.Section}] {(inet.Host.Length == 0 ? "*" : inet.Host)}:{inet.Port}";
        var errno = Listener.TryBindInet(AddressOf(inet, where), inet.Port, out var handle);
        if (errno == 0 && (errno = Listener.TryListen(handle!, Backlog)) != 0)
            handle!.Dispose();
        return errno switch
        {
            0 => handle!,
            Linux.Errno.EADDRINUSE => throw ListenException.InUse(where),
            Linux.Errno.EACCES =>
                throw ListenException.Of(where, errno, "ports below 1024 are for root; use a higher one"),
            _ => throw ListenException.Of(where, errno, "use an address of this machine"),
        };
    }

    private static IPAddress AddressOf(InetServerOptions inet, string where)
    {
        var host = inet.Host.Trim('[', ']');
        if (host is "" or "*")
            return IPAddress.Any;
        if (IPAddress.TryParse(host, out var address))
            return address;
        try
        {
            var found = Dns.GetHostAddresses(host);
            // IPv4 unless the name has nothing else, as in Supervisor.
            return found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new ListenException(
                $"Cannot open an HTTP server: socket.error reported -2: {failure.Message}",
                $"cannot listen on {where}: the name '{host}' leads to no address; use an address");
        }
    }
}
