using System.Net.Sockets;
using Reeve.Client;
using Reeve.Linux;
using Reeve.Linux.Listening;

namespace Reeve;

/// <summary>The command line's connection to a unix socket, without what .NET's Socket brings along.</summary>
internal sealed class UnixConnection : IBlockingConnection
{
    private readonly UnixClient _client;

    private UnixConnection(UnixClient client) => _client = client;

    /// <summary>Connects.</summary>
    public static UnixConnection Open(string path) => UnixClient.TryConnect(path, out var client) switch
    {
        0 => new(client!),
        var errno => throw Error(errno),
    };

    /// <inheritdoc/>
    public TimeSpan ReceiveTimeout
    {
        set => _client.SetReceiveTimeout(value);
    }

    /// <inheritdoc/>
    public bool IsReadable => _client.IsReadable;

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> data)
    {
        if (_client.Send(data) is not 0 and var errno)
            throw Error(errno);
    }

    /// <inheritdoc/>
    public int Receive(Span<byte> buffer)
    {
        var result = _client.Receive(buffer);
        return result.Errno == 0 ? result.Bytes : throw Error(result.Errno);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static SocketException Error(int errno) => new(
        (int)(errno switch
        {
            Errno.EAGAIN => SocketError.TimedOut,
            Errno.EACCES or Errno.EPERM => SocketError.AccessDenied,
            Errno.ECONNREFUSED => SocketError.ConnectionRefused,
            Errno.ECONNRESET or Errno.EPIPE => SocketError.ConnectionReset,
            Errno.ENOENT => SocketError.AddressNotAvailable,
            _ => SocketError.SocketError,
        }),
        Errno.Describe(errno));
}
