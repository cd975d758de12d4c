using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Processes;
using Reeve.Linux.Spawning;

namespace Reeve.Visor.Tests.Processes;

/// <summary>A keeper on a thread of its own. It wants visor processes to watch: sleepers stand in for them.</summary>
internal sealed partial class TestKeeper : IDisposable
{
    private readonly HeldClock _clock = new() { Began = DateTimeOffset.UtcNow };
    private readonly KeeperLoop _loop;
    private readonly Thread _thread;
    private readonly BlockingCollection<(int StandIn, SafeFileHandle Connection)> _visors = [];
    private int _standIn;

    public TestKeeper()
    {
        Spawner.Prepare();
        _loop = new(new()
        {
            StartVisor = StartVisor,
            Time = _clock,
            Session = 7,
            OpenFiles = ResourceLimits.Get(ResourceLimits.OpenFiles),
        });
        _thread = new(() => _loop.Run()) { Name = "keeper", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The connection of the next visor, once the keeper has started it.</summary>
    public KeeperLink Connect()
    {
        var (standIn, connection) = _visors.Take(TestContext.Current.CancellationToken);
        _standIn = standIn;
        return new(connection);
    }

    /// <summary>Kills the present visor as far as the keeper is concerned. The next one is started at once, or never
    /// before <see cref="GoOn"/> when the one before died quickly too.</summary>
    public void KillVisor() => Kill(_standIn);

    /// <summary>The keeper's pause is over.</summary>
    public void GoOn() => _clock.Advance(TimeSpan.FromSeconds(10));

    /// <summary>Kills a process and waits until the keeper has its exit status.</summary>
    public static void KillAndReap(int pid)
    {
        Kill(pid);
        SpinWait.SpinUntil(() => !Exists(pid));
    }

    /// <summary>Waits until a program has come to ignore a signal.</summary>
    public static void WaitUntilIgnoring(int pid, int signal) => SpinWait.SpinUntil(() => (Convert.ToInt64(
        File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16)
        & (1L << (signal - 1))) != 0);

    public static bool Exists(int pid) => kill(pid, 0) == 0;

    public static void Kill(int pid) => Assert.Equal(0, kill(pid, 9));

    /// <summary>The present visor has said that all is over.</summary>
    public void Dispose()
    {
        if (Exists(_standIn))
            Kill(_standIn);
        // The clock is held: what the keeper grants a visor before it gives up comes to its end only here.
        while (!_thread.Join(TimeSpan.FromMilliseconds(100)))
        {
            GoOn();
            if (!_visors.TryTake(out var another))
                continue;
            another.Connection.Dispose();
            if (Exists(another.StandIn))
                Kill(another.StandIn);
        }
        _loop.Dispose();
        while (_visors.TryTake(out var unused))
            unused.Connection.Dispose();
        _visors.Dispose();
    }

    private SpawnResult StartVisor(SafeFileHandle end)
    {
        var block = new ArrayBufferWriter<byte>();
        SpawnBlock.Encode(new() { File = "/bin/sleep", Arguments = ["sleep", "600"], Environment = [] }, block);
        using var none = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        var number = Descriptor.Number(none);
        var result = Spawner.Spawn(block.WrittenSpan, number, number, number);
        _visors.Add((result.Pid, Descriptor.Duplicate(end)));
        return result;
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
