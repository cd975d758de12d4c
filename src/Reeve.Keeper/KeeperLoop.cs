using Reeve.Keeper.Children;
using Reeve.Keeper.Protocol;
using Reeve.Linux.Polling;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;

namespace Reeve.Keeper;

/// <summary>The keeper's one loop: wait, see what happened, tell the visor. It decides nothing and never
/// blocks.</summary>
sealed class KeeperLoop : IDisposable
{
    /// <summary>Tokens of what is watched; every smaller one is the slot of a child.</summary>
    const ulong VisorEnds = ulong.MaxValue, VisorSays = ulong.MaxValue - 1, SignalComes = ulong.MaxValue - 2;

    /// <summary>Requests read before the children get their turn.</summary>
    const int RequestsPerTurn = 64;

    /// <summary>How long the visor may take to end once the daemon has ended, children that it left behind once they
    /// were asked to, and all to die once they were killed.</summary>
    static readonly TimeSpan VisorGrace = TimeSpan.FromSeconds(1), StopGrace = TimeSpan.FromSeconds(10),
        KillGrace = TimeSpan.FromSeconds(10);

    /// <summary>Visors in a row that may die over a request to end before the keeper ends the daemon itself.</summary>
    const int DeafVisors = 3;

    /// <summary>When to try again what the kernel refused without telling when it will not.</summary>
    static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(10);

    readonly KeeperParts _parts;
    readonly Epoll _epoll = new();
    readonly PollEvent[] _ready = new PollEvent[64];
    readonly ChildTable _table = new();
    readonly DescriptorStore _store = new();
    readonly VisorRestarts _restarts = new();
    readonly VisorNews _news;
    readonly ChildProcesses _children;
    readonly VisorRequests _requests;
    readonly VisorProcess _visor;

    /// <summary>When the next visor starts; null: one runs, or is about to end.</summary>
    long? _visorDueAt;
    bool _isBlockedForAWhile;
    int _deafVisors;
    bool _gaveUp;

    public KeeperLoop(KeeperParts parts)
    {
        _parts = parts;
        _news = new(_table, _store, parts);
        _children = new(_table, _news, _epoll, parts.Time);
        _requests = new(_children, _store, _news, parts.OnReady);
        _visor = new(_epoll, parts, VisorEnds, VisorSays);
        if (parts.OwnsProcess)
            _epoll.Add(SignalCatcher.Handle, PollEvents.Readable, SignalComes);
    }

    /// <summary>Runs until the visor says that the daemon has ended, or cannot be kept alive.</summary>
    /// <returns>Exit code of the daemon. No child is left.</returns>
    public int Run()
    {
        if (_parts.OwnsProcess)
            ReapWhoeverEnded(); // A program that became the keeper by exec may have left some.
        StartVisor();
        while (_requests.ExitCode is null)
        {
            Turn(WaitTime());
            if (_requests.ExitCode is not null)
                break;
            if (_visorDueAt is { } due && _parts.Time.GetTimestamp() >= due)
                StartVisor();
            Tell();
        }
        EndAll();
        return _requests.ExitCode.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _visor.Dispose();
        _store.Dispose();
        _table.Dispose();
        _epoll.Dispose();
    }

    void Turn(TimeSpan? longest)
    {
        var count = _epoll.Wait(_ready, longest is { } time ? (int)Math.Ceiling(time.TotalMilliseconds) : -1);
        foreach (ref readonly var ready in _ready.AsSpan(0, count))
        {
            switch (ready.Token)
            {
                case VisorEnds:
                    ReapVisor();
                    break;
                case VisorSays:
                    ReadRequests();
                    break;
                case SignalComes:
                    TakeSignals();
                    break;
                case var slot:
                    _children.Reap((int)slot);
                    break;
            }
        }
    }

    TimeSpan? WaitTime()
    {
        if (_visorDueAt is { } due)
            return TimeSpan.FromTicks(Math.Max(0, _parts.Time.GetElapsedTime(_parts.Time.GetTimestamp(), due).Ticks));
        return _isBlockedForAWhile ? AWhile : null;
    }

    /// <summary>Tells the visor what it has to know; if the socket is full, the rest waits for room.</summary>
    void Tell()
    {
        _isBlockedForAWhile = false;
        if (_visor.Socket is not { } socket)
            return;
        var sending = _news.Tell(socket);
        if (sending == Sending.Gone)
        {
            ReadLastWords();
            _visor.Kill();
            return;
        }
        _isBlockedForAWhile = sending == Sending.FullForAWhile;
        _visor.Watch(requests: _news.TakesRequests, room: sending == Sending.Full);
    }

    void ReadRequests()
    {
        for (var i = 0; i < RequestsPerTurn && _news.TakesRequests && _visor.Socket is { } socket; i++)
        {
            switch (_requests.Obey(socket))
            {
                case Obedience.Obeyed when _requests.ExitCode is null:
                    break;
                case Obedience.Refused:
                    _visor.Kill();
                    return;
                default:
                    return;
            }
        }
    }

    void StartVisor()
    {
        _visorDueAt = null;
        _news.BeginHandover();
        _requests.BeginConnection();
        if (_visor.Start() is not 0 and var failure)
            PlanNextVisor(failure, TimeSpan.Zero);
    }

    void ReapVisor()
    {
        if (_visor.TryReap() is not { } exit)
            return;
        var lived = _visor.Lived;
        ReadLastWords();
        _visor.Abandon();
        if (_requests.ExitCode is null)
            PlanNextVisor(exit.Signaled ? 128 + exit.Code : exit.Code, lived);
    }

    /// <summary>Does what was asked for by a visor that has hung up, above all if it said that all is over.</summary>
    void ReadLastWords()
    {
        do
            _news.DropAnswer(); // Nobody waits for it.
        while (_visor.Socket is { } socket && _requests.ExitCode is null && _requests.Obey(socket) == Obedience.Obeyed);
    }

    void PlanNextVisor(int exitCode, TimeSpan lived)
    {
        var pause = _requests.WasReady
            ? _restarts.Ended(exitCode, lived, _requests.IsReady, hasChildren: _table.Living > 0)
            : null;
        _deafVisors = _news.EndAsked ? _deafVisors + 1 : 0;
        if (_deafVisors > 0)
            pause = _deafVisors < DeafVisors ? TimeSpan.Zero : null;
        if (pause is { } time)
            _visorDueAt = _parts.Time.GetTimestamp() + (long)(time.TotalSeconds * _parts.Time.TimestampFrequency);
        else
        {
            _gaveUp = true;
            _requests.Finish(exitCode);
        }
    }

    void TakeSignals()
    {
        Span<byte> signals = stackalloc byte[64];
        for (var count = SignalCatcher.Take(signals); count > 0; count = SignalCatcher.Take(signals))
        {
            foreach (var signal in signals[..count])
            {
                if (signal != Signal.CHLD)
                    _news.AddSignal(signal);
            }
        }
        if (_visorDueAt is not null && _news.EndAsked)
            _visorDueAt = _parts.Time.GetTimestamp(); // Who wants it to end does not wait out a pause.
        ReapWhoeverEnded();
    }

    /// <summary>Reaps all who have ended, in the only order in which they can be seen: our own, the visor,
    /// strangers.</summary>
    void ReapWhoeverEnded()
    {
        for (var pid = Orphans.Peek(); pid > 0; pid = Orphans.Peek())
        {
            if (pid == _visor.Pid)
                ReapVisor();
            else if (_table.FindLiving(pid) is >= 0 and var slot)
                _children.Reap(slot);
            else if (Orphans.TryReap(pid) is { } exit)
                _news.AddOrphan(pid, ExitStatus.Of(exit));
        }
    }

    /// <summary>Leaves nobody behind but a process that the kernel cannot end.</summary>
    void EndAll()
    {
        _visor.Abandon();
        if (_gaveUp && _table.Living > 0)
        {
            // No visor has stopped them in its order: they get the chance to end by themselves.
            _children.StopAll();
            WaitFor(StopGrace, static loop => loop._table.Living > 0);
        }
        _children.KillAll();
        WaitForAll(VisorGrace);
        _visor.Kill();
        WaitForAll(KillGrace);
    }

    void WaitForAll(TimeSpan longest) => WaitFor(longest, static loop => loop._table.Living > 0 || loop._visor.Pid != 0);

    void WaitFor(TimeSpan longest, Func<KeeperLoop, bool> somebodyIsLeft)
    {
        var start = _parts.Time.GetTimestamp();
        for (var left = longest; left > TimeSpan.Zero && somebodyIsLeft(this);
            left = longest - _parts.Time.GetElapsedTime(start))
            Turn(left);
    }
}
