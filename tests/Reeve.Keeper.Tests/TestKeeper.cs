using System.Collections.Concurrent;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Processes;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Tests;

/// <summary>
/// The keeper's loop on a thread of this process. The body of each visor is a process that only sleeps; its end of the
/// connection is the test's. What kills the body kills the visor.
/// </summary>
sealed class TestKeeper : IDisposable
{
    readonly BlockingCollection<TestVisor> _visors = [];
    readonly TaskCompletionSource<int> _exitCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentBag<TestVisor> _all = [];

    public TestKeeper(SpawnLimit? openFiles = null, Func<SpawnRequest>? body = null)
    {
        var loop = new KeeperLoop(new()
        {
            StartVisor = connection =>
            {
                var result = Spawner.Spawn((body ?? Sleep)(), null, null, null);
                if (result.PidFd is not null)
                {
                    var visor = new TestVisor(Descriptor.Duplicate(connection), result.Pid);
                    _all.Add(visor);
                    _visors.Add(visor);
                }
                return result;
            },
            Time = TimeProvider.System,
            Session = 4711,
            OpenFiles = openFiles ?? ResourceLimits.Get(ResourceLimits.OpenFiles),
            OnReady = () => WasReady = true,
        });
        new Thread(() =>
        {
            try
            {
                using (loop)
                    _exitCode.SetResult(loop.Run());
            }
            catch (Exception e)
            {
                _exitCode.SetException(e);
            }
        })
        { IsBackground = true }.Start();
    }

    public bool WasReady { get; private set; }

    public Task<int> ExitCode => _exitCode.Task.WaitAsync(TestVisor.Patience, TestContext.Current.CancellationToken);

    /// <summary>The next visor that the keeper starts.</summary>
    public TestVisor NextVisor()
    {
        var patience = (int)TestVisor.Patience.TotalMilliseconds;
        if (_visors.TryTake(out var visor, patience, TestContext.Current.CancellationToken))
            return visor;
        throw new TimeoutException("The keeper starts no visor");
    }

    /// <summary>The next visor, after it has said hello and that it is ready.</summary>
    public TestVisor NextReadyVisor()
    {
        var visor = NextVisor();
        visor.Link.Ready();
        return visor;
    }

    /// <summary>A visor that has read all there was to take over.</summary>
    public TestVisor NextSettledVisor()
    {
        var visor = NextReadyVisor();
        visor.Expect<KeeperMessage.HandoverDone>();
        return visor;
    }

    public void Dispose()
    {
        // The keeper's own way out; it kills every child that a test left.
        while (!_exitCode.Task.IsCompleted)
        {
            foreach (var visor in _all)
            {
                if (visor.IsOpen)
                    visor.Link.Finish(0);
                visor.TryKill(); // A body that only sleeps does not notice that all is over.
            }
            if (_exitCode.Task.Wait(TimeSpan.FromMilliseconds(100)))
                break;
        }
        foreach (var visor in _all)
            visor.Dispose();
        _visors.Dispose();
    }

    static SpawnRequest Sleep() => new()
    {
        File = "/bin/sleep",
        Arguments = ["sleep", "1000"],
        Environment = [],
        ParentDeathSignal = Signal.KILL,
    };
}
