using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Reeve.Client;
using Reeve.Core.Configuration;
using Reeve.Keeper;
using Reeve.Linux;
using Reeve.Linux.Users;
using Reeve.Server.Listening;
using Reeve.Visor.Processes;

namespace Reeve.Launching;

/// <summary>All sockets of the daemon: the configured ones, and its own at the place where <c>reeve</c> looks first.</summary>
/// <remarks>The keeper holds a copy of each: while a visor is replaced, clients wait in the queue and are not refused.</remarks>
internal sealed class ListeningSockets : IDisposable
{
    private const string Prefix = "listen:";
    private readonly List<(string Name, ListeningSocket Socket)> _sockets = [];

    /// <summary>For the server.</summary>
    public IReadOnlyList<ListeningSocket> All => [.. _sockets.Select(s => s.Socket)];

    /// <summary>Binds them, or takes over those that the keeper holds.</summary>
    /// <remarks>
    /// A visor that takes over does without what cannot be had: processes that run need somebody who looks after them more
    /// than a socket.
    /// </remarks>
    /// <exception cref="ListenException">A configured one cannot be opened; those opened before are closed again.</exception>
    public static ListeningSockets Open(
        DaemonConfiguration configuration, Handover handover, KeeperLink keeper, ILogger log)
    {
        var sockets = new ListeningSockets();
        try
        {
            foreach (var options in configuration.Servers)
                sockets.OpenConfigured(options, handover, keeper, log);
        }
        catch (ListenException)
        {
            sockets.Close(keeper);
            throw;
        }
        sockets.OpenPrivate(configuration, handover, keeper, log);
        sockets.DropOthers(handover, keeper);
        return sockets;
    }

    /// <summary>Closes and removes them.</summary>
    public void Close(KeeperLink keeper)
    {
        foreach (var (name, socket) in _sockets)
        {
            socket.Unlink();
            keeper.Unstore(name);
        }
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, socket) in _sockets)
            socket.Dispose();
        _sockets.Clear();
    }

    private void OpenConfigured(ServerOptions options, Handover handover, KeeperLink keeper, ILogger log)
    {
        try
        {
            Open(options, handover, keeper, log);
        }
        catch (ListenException e) when (!handover.IsFresh)
        {
            LaunchLog.NoSocket(log, e.Remedy);
        }
    }

    private void Open(ServerOptions options, Handover handover, KeeperLink keeper, ILogger log)
    {
        var name = options switch
        {
            UnixServerOptions unix => $"{Prefix}{NativeText.Escape(unix.File)}",
            InetServerOptions inet => $"{Prefix}{inet.Host}:{inet.Port}",
            _ => throw new ArgumentException($"cannot listen on {options}"),
        };
        var kept = handover.Stored.GetValueOrDefault(name);
        var socket = kept is null ? ListeningSocket.Bind(options, log) : ListeningSocket.Adopt(options, kept);
        _sockets.Add((name, socket));
        if (kept is null)
            keeper.Store(name, socket.Handle);
    }

    /// <summary>Of an attempt to begin anew that failed, with another file: clients would wait there for ever.</summary>
    private void DropOthers(Handover handover, KeeperLink keeper)
    {
        foreach (var (name, socket) in handover.Stored.Where(
            s => s.Key.StartsWith(Prefix, StringComparison.Ordinal) && _sockets.TrueForAll(ours => ours.Name != s.Key)))
        {
            socket.Dispose();
            keeper.Unstore(name);
        }
    }

    private void OpenPrivate(DaemonConfiguration configuration, Handover handover, KeeperLink keeper, ILogger log)
    {
        var path = DefaultEndpoint.SocketPath(Privileges.EffectiveUserId, Environment.GetEnvironmentVariable);
        if (configuration.Servers.OfType<UnixServerOptions>().Any(s => s.File == path))
            return;
        try
        {
            if (Environment.GetEnvironmentVariable(DefaultEndpoint.SocketVariable) is null)
                PrivateDirectory(Path.GetDirectoryName(path)!);
            Open(new UnixServerOptions { Section = "reeve", File = path }, handover, keeper, NullLogger.Instance);
        }
        catch (ListenException e) when (e.Remedy.Length > 0 && File.Exists(path))
        {
            LaunchLog.PrivateSocketTaken(log, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LaunchLog.PrivateSocketFailed(log, path, e.Message);
        }
    }

    /// <summary>Nobody else may put a socket where ours is looked for.</summary>
    private static void PrivateDirectory(string directory)
    {
        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(directory, mine);
        File.SetUnixFileMode(directory, mine);
    }
}
