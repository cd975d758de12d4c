using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Reeve.Linux.Descriptors;
using Reeve.Server.Access;
using Reeve.Server.Listening;
using Reeve.Server.Operations;
using Reeve.Server.XmlRpc;
using Reeve.Visor.Processes;

namespace Reeve.Server;

/// <summary>
/// Everything the daemon answers to from outside: HTTP API, XML-RPC and log streams on all of its sockets.
/// </summary>
/// <remarks>Kestrel alone, without the hosting stack: no container, no routing, 8 MB.</remarks>
public sealed class WebHost : IAsyncDisposable
{
    private readonly IReadOnlyList<ListeningSocket> _sockets;
    private readonly WebHostLimits _limits;
    private readonly ILogger _logger;
    private readonly Supervisor _supervisor;
    private readonly AuditLog _audit;
    private readonly Application _application;
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private bool _started;

    /// <summary>Puts a server together. It answers nothing until it is started.</summary>
    /// <param name="supervisor">Whom everything is asked of.</param>
    /// <param name="sockets">Listening sockets. They stay the caller's: the server works with copies.</param>
    /// <param name="logger">Main log.</param>
    /// <param name="auditFile">File for the record of changes; null: none.</param>
    /// <param name="time">Clock; null: the system's.</param>
    /// <param name="limits">Limits; null: the defaults.</param>
    public WebHost(
        Supervisor supervisor, IReadOnlyList<ListeningSocket> sockets, ILogger logger, string? auditFile = null,
        TimeProvider? time = null, WebHostLimits? limits = null)
    {
        _supervisor = supervisor;
        _sockets = sockets;
        _logger = logger;
        _limits = limits ?? new();
        _audit = new(auditFile, time ?? TimeProvider.System, logger);
        var dispatcher = new Dispatcher(supervisor, _audit, time ?? TimeProvider.System, logger);
        _application = new(dispatcher, logger, _stopping.Token);
        _server = new(
            Options.Create(KestrelOptions()),
            new SocketTransportFactory(
                Options.Create(new SocketTransportOptions { IOQueueCount = 1, Backlog = ListeningSocket.Backlog }),
                NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>Begins to answer.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _server.StartAsync(_application, cancel);
        _started = true;
    }

    /// <summary>
    /// Ends streams in good order, lets requests in progress come to their end, and closes what is left.
    /// </summary>
    /// <param name="hurry">Cancel to close everything at once.</param>
    public async Task StopAsync(CancellationToken hurry)
    {
        await _stopping.CancelAsync();
        if (!_started)
            return;
        _started = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        limit.CancelAfter(_limits.StopTime);
        await _server.StopAsync(limit.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new(canceled: true));
        _server.Dispose();
        _audit.Dispose();
        _stopping.Dispose();
    }

    /// <summary>
    /// Tells the main log, as Supervisor does, what is served and which configured socket asks for no password.
    /// </summary>
    public void Announce()
    {
        var interfaces = _supervisor.Configuration.RpcInterfaces;
        var known = XmlRpcMethods.NamespacesOf(interfaces);
        foreach (var unknown in interfaces.Where(i => !known.Contains(i.Name)))
            Log.InterfaceUnknown(_logger, unknown.Name, unknown.Factory);
        foreach (var socket in _sockets.Where(s => _supervisor.Configuration.Servers.Contains(s.Options)))
        {
            foreach (var name in known)
                Log.InterfaceReady(_logger, name);
            if (socket.Options.Credentials is null)
                Log.NoAuthentication(_logger, socket.Options.Section);
        }
    }

    private KestrelServerOptions KestrelOptions()
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestBodySize = _limits.RequestBody;
        options.Limits.MaxRequestHeadersTotalSize = _limits.RequestHeaders;
        options.Limits.MaxRequestHeaderCount = _limits.RequestHeaderCount;
        options.Limits.RequestHeadersTimeout = _limits.RequestHeadersTime;
        options.Limits.MaxConcurrentConnections = _limits.Connections;
        foreach (var socket in _sockets)
        {
            // Kestrel closes what it is given; the original belongs to the caller.
            var copy = Descriptor.Duplicate(socket.Handle);
            var entrance = new Entrance(socket.Options);
            options.ListenHandle((ulong)Descriptor.Number(copy), listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection =>
                {
                    connection.Features.Set(Peer.Of(entrance, connection));
                    if (!entrance.IsTcp)
                        UnixInput.Use(connection);
                    return next(connection);
                });
            });
            copy.SetHandleAsInvalid();
        }
        return options;
    }
}
