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
    private readonly ManualResetEventSlim _ready = new();
    private int _standIn;
    private bool _goesOn;

    public TestKeeper()
    {
        Spawner.Prepare();
        _loop = new(new()
        {
            StartVisor = StartVisor,
            Time = _clock,
            Session = 7,
            OpenFiles = ResourceLimits.Get(ResourceLimits.OpenFiles),
            OnReady = _ready.Set,
        });
        _thread = new(() => _loop.Run()) { Name = "keeper", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The connection of the next visor, once the keeper has started it.</summary>
    public KeeperLink Connect()
    {
        var cancel = TestContext.Current.CancellationToken;
        (int StandIn, SafeFileHandle Connection) visor;
        if (_goesOn)
        {
            // The keeper may plan its pause only after the clock went on: on it goes, until the pause is over.
            while (!_visors.TryTake(out visor, 20, cancel))
                Advance();
            _goesOn = false;
        }
        else
        {
            visor = _visors.Take(cancel);
        }
        _standIn = visor.StandIn;
        return new(visor.Connection);
    }

    /// <summary>Waits until the keeper has heard of the first visor that it is ready: before, its death is the daemon's end.</summary>
    public void WaitUntilReady() => _ready.Wait(TestContext.Current.CancellationToken);

    /// <summary>Kills the present visor as far as the keeper is concerned. The next one is started at once, or never
    /// before <see cref="GoOn"/> when the one before died quickly too.</summary>
    public void KillVisor() => Kill(_standIn);

    /// <summary>The next <see cref="Connect"/> ends the keeper's pause.</summary>
    public void GoOn() => _goesOn = true;

    /// <summary>Kills a process and waits until the keeper has its exit status.</summary>
    public static void KillAndReap(int pid)
    {
        Kill(pid);
        SpinWait.SpinUntil(() => !Exists(pid));
    }

    /// <summary>Waits until a program has come to ignore a signal.</summary>
    public static void WaitUntilIgnoring(int pid, int signal) => WaitUntilIn("SigIgn:", pid, signal);

    /// <summary>Waits until a program has come to handle a signal.</summary>
    public static void WaitUntilCatching(int pid, int signal) => WaitUntilIn("SigCgt:", pid, signal);

    private static void WaitUntilIn(string mask, int pid, int signal) => SpinWait.SpinUntil(() => (Convert.ToInt64(
        File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(mask, StringComparison.Ordinal))[7..].Trim(), 16)
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
            Advance();
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
        _ready.Dispose();
    }

    /// <summary>Ten seconds pass for the keeper.</summary>
    public void Advance() => _clock.Advance(TimeSpan.FromSeconds(10));

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
