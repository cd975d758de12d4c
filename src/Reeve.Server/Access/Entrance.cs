using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Reeve.Core.Configuration;
using Reeve.Linux;
using Reeve.Linux.Descriptors;

namespace Reeve.Server.Access;

/// <summary>
/// One server section: everything that came in through it is known by it. A feature of each connection.
/// </summary>
internal sealed class Entrance(ServerOptions options)
{
    /// <summary>As configured.</summary>
    public ServerOptions Options { get; } = options;

    /// <summary>Checks passwords; null: none is asked for.</summary>
    public BasicAuthentication? Authentication { get; } =
        options.Credentials is null ? null : new BasicAuthentication(options.Credentials);

    /// <summary>Whether browsers come in here.</summary>
    public bool IsTcp => Options is InetServerOptions;
}

/// <summary>The other end of one connection.</summary>
internal sealed class Peer(Entrance entrance, string? who, string from)
{
    /// <summary>Where it came in.</summary>
    public Entrance Entrance { get; } = entrance;

    /// <summary>Who it is, until a password says otherwise or after.</summary>
    public Caller Caller { get; } = new(entrance.Authentication?.UserName ?? who, from, Role.Admin);

    /// <summary>Asks the kernel who connected.</summary>
    public static Peer Of(Entrance entrance, ConnectionContext connection)
    {
        if (entrance.Options is not UnixServerOptions unix)
        {
            return new(entrance, null, (connection.RemoteEndPoint as IPEndPoint)?.ToString() ?? "tcp");
        }
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            try
            {
                var credentials = PeerCredentials.Of(socket.SafeHandle);
                return new(entrance, $"uid {credentials.UserId}", $"unix:{unix.File} pid {credentials.Pid}");
            }
            catch (Exception gone) when (gone is LinuxException or ObjectDisposedException)
            {
                // Its request, if any, will find the connection closed.
            }
        }
        return new(entrance, null, $"unix:{unix.File}");
    }
}
