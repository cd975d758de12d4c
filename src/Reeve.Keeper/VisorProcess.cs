using Microsoft.Win32.SafeHandles;
using Reeve.Keeper.Protocol;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Polling;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper;

/// <summary>The one visor there is: its process and the connection to it.</summary>
/// <param name="epoll">Where both are watched.</param>
/// <param name="parts">How it is started, and the clock that measures how long it lives.</param>
/// <param name="endToken">Told by epoll when the process has ended.</param>
/// <param name="frameToken">Told by epoll when the connection has something, or has room.</param>
sealed class VisorProcess(Epoll epoll, KeeperParts parts, ulong endToken, ulong frameToken) : IDisposable
{
    /// <summary>Exit codes of a shell for a program that is not there, and for one that cannot be run.</summary>
    const int NotFound = 127, NotRun = 126;

    SafeFileHandle? _pidFd;
    long _startedAt;
    PollEvents _watched;

    /// <summary>0: there is none.</summary>
    public int Pid { get; private set; }

    /// <summary>Null: there is none, or none that is still listened to.</summary>
    public FrameSocket? Socket { get; private set; }

    /// <summary>How long the last one ran, or runs.</summary>
    public TimeSpan Lived => parts.Time.GetElapsedTime(_startedAt);

    /// <summary>Starts it.</summary>
    /// <returns>0, or the exit code that says why not.</returns>
    public int Start()
    {
        _startedAt = parts.Time.GetTimestamp();
        try
        {
            var (ours, visors) = SeqPacketSocket.Pair();
            using var closed = visors;
            Socket = new(ours);
            epoll.Add(ours.Handle, _watched = PollEvents.Readable, frameToken);
            var result = parts.StartVisor(visors.Handle);
            if (result.PidFd is null)
            {
                Abandon();
                return result is { Stage: SpawnStage.Exec, Errno: Errno.ENOENT } ? NotFound : NotRun;
            }
            (Pid, _pidFd) = (result.Pid, result.PidFd);
            epoll.Add(_pidFd, PollEvents.Readable, endToken);
            return 0;
        }
        catch (LinuxException)
        {
            // Out of descriptors, memory or watches; a visor whose end nobody would notice must not stay.
            Abandon();
            if (_pidFd is not null)
            {
                PidFd.Signal(_pidFd, Signal.KILL);
                PidFd.Reap(_pidFd);
                DropProcess();
            }
            return NotRun;
        }
    }

    /// <summary>What to wait for at the connection: requests, room to send, both or neither.</summary>
    public void Watch(bool requests, bool room)
    {
        var wanted = (requests ? PollEvents.Readable : 0) | (room ? PollEvents.Writable : 0);
        if (Socket is null || wanted == _watched)
            return;
        epoll.Modify(Socket.Handle, wanted, frameToken);
        _watched = wanted;
    }

    /// <summary>Takes its exit status, if it has ended. The connection stays: the last words may be in it.</summary>
    public ChildExit? TryReap()
    {
        if (_pidFd is null || PidFd.TryReap(_pidFd) is not { } exit)
            return null;
        epoll.Remove(_pidFd);
        DropProcess();
        return exit;
    }

    /// <summary>Kills it and listens no more; that it has ended is told as ever.</summary>
    public void Kill()
    {
        Abandon();
        if (_pidFd is not null)
            PidFd.Signal(_pidFd, Signal.KILL);
    }

    /// <summary>Listens no more, which it notices.</summary>
    public void Abandon()
    {
        if (Socket is null)
            return;
        epoll.Remove(Socket.Handle);
        Socket.Dispose();
        Socket = null;
    }

    public void Dispose()
    {
        Abandon();
        _pidFd?.Dispose();
    }

    void DropProcess()
    {
        _pidFd!.Dispose();
        _pidFd = null;
        Pid = 0;
    }
}
