using Microsoft.Extensions.Logging;

namespace Reeve.Visor.Processes;

/// <summary>Stops the groups one at a time, highest priority number first; each only when the one before is down.</summary>
/// <remarks>Source: Supervisor's shutdown order. Loop's thread only.</remarks>
internal sealed class OrderedShutdown
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(3);
    private readonly Stack<ActiveGroup> _left;
    private readonly VisorLoop _loop;
    private readonly ILogger _logger;
    private readonly Action _done;
    private bool _ended;

    public OrderedShutdown(ActiveGroups groups, VisorLoop loop, ILogger logger, Action done)
    {
        _left = new(groups.InOrder);
        (_loop, _logger, _done) = (loop, logger, done);
    }

    public void Begin()
    {
        Report();
        StopNext();
    }

    /// <summary>Looks whether the present group is down; called after each change of state.</summary>
    public void StateChanged() => _loop.Post(() =>
    {
        if (!_ended && _left.TryPeek(out var present) && present.IsDown)
        {
            _left.Pop();
            StopNext();
        }
    });

    private void StopNext()
    {
        while (_left.TryPeek(out var next))
        {
            foreach (var process in next.Processes.Reverse())
                process.Shutdown();
            if (!next.IsDown)
                return;
            _left.Pop();
        }
        if (_ended)
            return;
        _ended = true;
        _done();
    }

    private void Report()
    {
        var unstopped = string.Join(", ", _left.Reverse().SelectMany(g => g.Processes).Where(p => !p.IsDown).Select(p => p.Options.Name));
        if (_ended || unstopped.Length == 0)
            return;
        Log.WaitingToDie(_logger, unstopped);
        _loop.After(ReportInterval, Report);
    }
}
