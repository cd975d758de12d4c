using Microsoft.Extensions.Logging.Abstractions;
using Reeve.Core.Configuration;
using Reeve.Linux.Files;
using Reeve.Server.Listening;
using Reeve.Visor.Logs;

namespace Reeve.Launching;

/// <summary>Tries, before a restart, what the start after it has to open: by then nothing would run any more.</summary>
/// <remarks>
/// Only what differs from the present: that is open already. What was made for a try is taken away again. The world may change
/// between the two; then the start goes back to the configuration that worked last.
/// </remarks>
internal static class Rehearsal
{
    /// <summary>Tries it.</summary>
    /// <param name="next">What is to come into force.</param>
    /// <param name="present">What is open.</param>
    /// <param name="fullPath">Makes a path of the configuration absolute.</param>
    /// <returns>Why it would fail; null: it would not.</returns>
    public static string? Try(DaemonConfiguration next, DaemonConfiguration present, Func<string, string> fullPath)
    {
        try
        {
            foreach (var server in next.Servers.Where(s => !IsOpen(s, present)))
                TryToListen(server);
            if (fullPath(next.PidFile) is var pidFile && pidFile != fullPath(present.PidFile))
                TryToLock(pidFile);
            return LogOf(next, fullPath) is { } log && log != LogOf(present, fullPath) ? MainLog.WhyUnwritable(log) : null;
        }
        catch (ListenException e)
        {
            return e.Remedy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Of an address the port alone counts: one of our own sockets would be in the way of the other.</summary>
    private static bool IsOpen(ServerOptions server, DaemonConfiguration present) => present.Servers.Any(open => (server, open) switch
    {
        (UnixServerOptions a, UnixServerOptions b) => a.File == b.File,
        (InetServerOptions a, InetServerOptions b) => a.Port == b.Port,
        _ => false,
    });

    private static void TryToListen(ServerOptions server)
    {
        using var socket = ListeningSocket.Bind(server, NullLogger.Instance);
        socket.Unlink();
    }

    private static void TryToLock(string path)
    {
        // One that cannot be opened is only told of at the start.
        if (PosixFile.TryOpen(path, FileFlags.ReadWrite, 0, out var file) != 0)
            return;
        using (file)
        {
            if (PosixFile.Facts(file!).IsRegular && !FileLock.TryTake(file!))
                throw new IOException($"another daemon uses the pid file {path}");
        }
    }

    private static string? LogOf(DaemonConfiguration configuration, Func<string, string> fullPath) =>
        configuration.LogFile is null or "syslog" ? null : fullPath(configuration.LogFile);
}
