using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Reeve.Core.Configuration;
using Reeve.Linux;
using Reeve.Linux.Files;
using Reeve.Linux.Listening;

namespace Reeve.Server.Listening;

/// <summary>
/// Makes the socket of a <c>[unix_http_server]</c>. It comes into being under a name of its own and gets its real one
/// when
/// mode, owner and listening are right, so nobody ever meets half a socket. A second daemon takes nothing from the
/// first:
/// whoever listens at the path is asked first, and a lock on the directory keeps two from asking at once.
/// </summary>
internal static class UnixBinding
{
    public static (SafeFileHandle Handle, FileFacts File) Bind(UnixServerOptions unix, ILogger logger)
    {
        var where = $"[{unix.Section}] {unix.File}";
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{unix.File}.{Environment.ProcessId}");
        using var directory = LockDirectory(unix.File, where);
        RemoveStale(unix.File, where, logger);
        // Left by a daemon that had this pid and was killed between two steps below.
        if (PosixFile.TryFacts(temporary, out var old, follow: false) == 0 && old.Kind == FileKind.Socket)
            PosixFile.Delete(temporary);

        Check(Listener.TryBindUnix(temporary, out var handle), where);
        try
        {
            Check(PosixFile.TryChangeMode(temporary, unix.Mode & 0xFFF), where);
            if (unix.UserId is not null || unix.GroupId is not null)
            {
                var refused = Listener.TryChangeOwner(temporary, unix.UserId, unix.GroupId);
                Check(refused, where, "only root gives sockets away; leave chown out");
            }
            Check(Listener.TryListen(handle!, ListeningSocket.Backlog), where);
            var errno = Listener.TryLink(temporary, unix.File);
            if (errno == Errno.EEXIST)
                throw ListenException.InUse(where);
            Check(errno, where);
            Check(PosixFile.TryFacts(unix.File, out var facts, follow: false), where);
            return (handle!, facts);
        }
        catch
        {
            handle!.Dispose();
            throw;
        }
        finally
        {
            PosixFile.Delete(temporary);
        }
    }

    // flock on the directory needs no file that would be left behind, and ends with the process.
    private static SafeFileHandle LockDirectory(string path, string where)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        Check(
            PosixFile.TryOpen(parent, FileFlags.ReadOnly, 0, out var directory), where,
            $"the directory {parent} must exist, and this user must be able to read and write it");
        // Held by others for microseconds. Anybody who may read the directory could hold it for ever, so not for ever.
        var deadline = Environment.TickCount64 + 5000;
        while (!PosixFile.TryLock(directory!))
        {
            if (Environment.TickCount64 > deadline)
            {
                directory!.Dispose();
                throw ListenException.InUse($"{where} (the directory {parent} is locked)");
            }
            Thread.Sleep(5);
        }
        return directory!;
    }

    private static void RemoveStale(string path, string where, ILogger logger)
    {
        var errno = PosixFile.TryFacts(path, out var facts, follow: false);
        if (errno == Errno.ENOENT)
            return;
        Check(errno, where);
        if (facts.Kind is not (FileKind.Socket or FileKind.SymbolicLink))
            throw ListenException.Of(where, Errno.EEXIST, "a file that is no socket is in the way; move it");
        var answer = Listener.TryConnectUnix(path);
        switch (answer)
        {
            // Nobody listens: left behind by a daemon that was killed.
            case Errno.ECONNREFUSED or Errno.ENOENT:
                Log.UnlinkingStale(logger, path);
                PosixFile.Delete(path);
                break;
            case Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM:
                throw ListenException.Of(where, answer);
            // Somebody is there (0, EAGAIN), or there is no way to know (EACCES): then nothing may be taken away.
            default:
                throw ListenException.InUse(where);
        }
    }

    private static void Check(int errno, string where, string? mend = null)
    {
        if (errno == Errno.EADDRINUSE)
            throw ListenException.InUse(where);
        if (errno != 0)
            throw ListenException.Of(where, errno, mend);
    }
}
