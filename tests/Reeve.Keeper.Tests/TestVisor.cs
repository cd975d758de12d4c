using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Polling;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Tests;

/// <summary>The test's side of a connection to a keeper.</summary>
sealed class TestVisor : IDisposable
{
    /// <summary>For what must happen: only a test that fails waits so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Epoll _epoll = new();
    readonly PollEvent[] _ready = new PollEvent[1];
    bool _watchesWrite;

    public TestVisor(SafeFileHandle connection, int pid)
    {
        Link = new(connection);
        Pid = pid;
        _epoll.Add(Link.Descriptor, PollEvents.Readable, 0);
    }

    public KeeperLink Link { get; }

    /// <summary>Of the process that is its body.</summary>
    public int Pid { get; }

    public bool IsOpen => !Link.Descriptor.IsClosed;

    /// <summary>Everything received so far, in order.</summary>
    public List<KeeperMessage> Seen { get; } = [];

    public void Kill() => SendSignal(Pid, Signal.KILL);

    public void TryKill()
    {
        if (PidFd.TryOpen(Pid, out var process) != 0)
            return;
        using (process)
            PidFd.Signal(process!, Signal.KILL);
    }

    public static void SendSignal(int pid, int signal)
    {
        Assert.Equal(0, PidFd.TryOpen(pid, out var process));
        using (process)
            PidFd.Signal(process!, signal);
    }

    /// <summary>The next message, waiting for it.</summary>
    public KeeperMessage Next()
    {
        while (true)
        {
            Link.Flush();
            if (Link.TryReceive() is { } message)
            {
                Seen.Add(message);
                return message;
            }
            if (Link.WantsWrite != _watchesWrite)
            {
                _watchesWrite = Link.WantsWrite;
                _epoll.Modify(
                    Link.Descriptor, PollEvents.Readable | (_watchesWrite ? PollEvents.Writable : PollEvents.None), 0);
            }
            if (_epoll.Wait(_ready, (int)Patience.TotalMilliseconds) == 0)
                throw new TimeoutException("The keeper says nothing. Before: " + string.Join('\n', Seen.TakeLast(20)));
        }
    }

    /// <summary>The next message of a kind; what comes before it is skipped.</summary>
    public T Expect<T>(Func<T, bool>? which = null) where T : KeeperMessage
    {
        while (true)
        {
            if (Next() is T message && (which is null || which(message)))
                return message;
        }
    }

    /// <summary>Starts a program with an empty environment and waits until it runs.</summary>
    public KeeperMessage.Spawned Spawn(long id, PipeSet pipes, params string[] command)
    {
        Link.Spawn(new(id), $"label-{id}", Request(command), pipes);
        return Expect<KeeperMessage.Spawned>(spawned => spawned.Id.Value == id);
    }

    public KeeperMessage.Exited ExpectExit(long id) => Expect<KeeperMessage.Exited>(exited => exited.Id.Value == id);

    public static SpawnRequest Request(params string[] command) =>
        new() { File = command[0], Arguments = command, Environment = ["PATH=/usr/bin:/bin"] };

    public static SpawnRequest Shell(string script) => Request("/bin/sh", "-c", script);

    /// <summary>Everything up to the end of a pipe whose child ends by itself.</summary>
    public static string ReadAllWhileRunning(KeeperMessage.Spawned child, TestVisor visor)
    {
        var text = ReadAll(child.Pipes.Output!);
        visor.ExpectExit(child.Id.Value);
        return text;
    }

    /// <summary>Everything up to the end, which comes when nobody holds the other end any more.</summary>
    public static string ReadAll(SafeFileHandle pipe)
    {
        var text = new StringBuilder();
        while (ReadSome(pipe) is { Length: > 0 } some)
            text.Append(some);
        return text.ToString();
    }

    /// <summary>Waits for bytes; empty: the end.</summary>
    public static string ReadSome(SafeFileHandle pipe)
    {
        using var epoll = new Epoll();
        epoll.Add(pipe, PollEvents.Readable, 0);
        if (epoll.Wait(new PollEvent[1], (int)Patience.TotalMilliseconds) == 0)
            throw new TimeoutException("Nothing comes out of the pipe");
        var buffer = new byte[64 * 1024];
        return Encoding.UTF8.GetString(buffer, 0, Linux.Files.Pipe.Read(pipe, buffer).Bytes);
    }

    public void Dispose()
    {
        if (IsOpen)
            _epoll.Remove(Link.Descriptor);
        Link.Dispose();
        _epoll.Dispose();
    }
}
