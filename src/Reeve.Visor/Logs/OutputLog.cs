using Microsoft.Win32.SafeHandles;
using Reeve.Core.Processes;
using Reeve.Linux;
using Reeve.Linux.Descriptors;

namespace Reeve.Visor.Logs;

/// <summary>Told by the log thread what needs more than bytes in a file. Must not block.</summary>
public interface IOutputObserver
{
    /// <summary>A chunk of output as read; only when the stream's events are enabled or the daemon logs at
    /// debug.</summary>
    void OnOutput(OutputLog log, int pid, ReadOnlySpan<byte> data);

    /// <summary>A captured section, complete.</summary>
    void OnCaptured(OutputLog log, int pid, ReadOnlySpan<byte> data);
}

/// <summary>What one stream of one process is logged with.</summary>
/// <param name="Process">Name for AUTO files, syslog lines and messages.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Options">Configured.</param>
/// <param name="StripAnsi">Take terminal escape sequences out.</param>
/// <param name="ObserveAll">Call <see cref="IOutputObserver.OnOutput"/> even with events off (loglevel debug).</param>
public sealed record OutputLogSettings(
    string Process, string Stream, OutputOptions Options, bool StripAnsi, bool ObserveAll);

/// <summary>The log of one stream of one process. Thread-safe; files are touched by the log thread only.</summary>
public sealed class OutputLog
{
    private const int MostEarlierPipes = 4;

    private readonly LogEngine _engine;
    private readonly List<OutputPipe> _pipes = []; // The newest last. Log thread only, as the next.
    private bool _closed;

    internal OutputLog(LogEngine engine, OutputLogSettings settings, LogFile? file, IOutputObserver observer)
    {
        (_engine, Settings, File, Observer) = (engine, settings, file, observer);
        Limits = new(settings.Options.MaxBytes, Math.Max(0, settings.Options.Backups));
        IsObserved = settings.Options.EventsEnabled || settings.ObserveAll;
        if (file is not null && !LogPath.IsDevice(file.Path))
            Reader = new(file.Path, file.Changes);
    }

    /// <summary>Settings it was opened with.</summary>
    public OutputLogSettings Settings { get; }

    /// <summary>The file; null: none. The AUTO name once it exists.</summary>
    public string? Path => File?.Path;

    /// <summary>For reading; null when there is no file that can be read back (NONE, /dev/stdout, syslog
    /// only).</summary>
    public LogReader? Reader { get; }

    internal LogFile? File { get; }

    internal IOutputObserver Observer { get; }

    internal RotationLimits Limits { get; }

    internal bool IsObserved { get; }

    /// <summary>Starts to log a pipe, which it owns from now on. An earlier pipe of the same stream goes on until its
    /// end.</summary>
    /// <param name="pipe">Read end, non-blocking.</param>
    /// <param name="pid">The process at the other end, for observers.</param>
    /// <remarks>
    /// Processes that the earlier ones left behind may hold their pipes: at most four are read on, older ones are
    /// closed.
    /// </remarks>
    public void Capture(SafeFileHandle pipe, int pid)
    {
        if (!_engine.Post(() => Add(pipe, pid)))
            pipe.Dispose();
    }

    /// <summary>Calls back, on the log thread, when all that <paramref name="pid"/> had written by now is in the
    /// log.</summary>
    /// <remarks>
    /// Where the log itself is held back (a terminal or FIFO that takes nothing), it does not wait for that: the rest
    /// follows when it can. After the engine's end it calls back at once.
    /// </remarks>
    public void Drain(int pid, Action drained)
    {
        if (!_engine.Post(() => Drained(pid, drained)))
            drained();
    }

    /// <summary>Deletes the file and begins it anew. Does nothing where the log is no file.</summary>
    /// <exception cref="IOException">It cannot be removed or created.</exception>
    public Task ClearAsync() => _engine.RunAsync(() => File?.Clear());

    /// <summary>Closes and opens the file again, after it was renamed from outside (SIGUSR2).</summary>
    public void Reopen() => _engine.Post(() => File?.Reopen());

    /// <summary>Ends logging: drains what is there, closes pipes and file. The file stays.</summary>
    public void Close() => _engine.Post(CloseNow);

    internal void CloseNow()
    {
        if (_closed)
            return;
        _closed = true;
        foreach (var pipe in _pipes.ToArray())
            Remove(pipe);
        _engine.Closed(this);
    }

    internal void Ended(OutputPipe pipe)
    {
        _pipes.Remove(pipe);
        File?.RemoveWriter();
    }

    private void Add(SafeFileHandle pipe, int pid)
    {
        if (_closed)
        {
            pipe.Dispose();
            return;
        }
        try
        {
            Descriptor.SetNonBlocking(pipe, true);
            _pipes.Add(new(this, _engine, pipe, pid));
        }
        catch (LinuxException e)
        {
            pipe.Dispose();
            _engine.Tell(this, e.Message);
            return;
        }
        File?.AddWriter();
        if (_pipes.Count > MostEarlierPipes + 1)
            Remove(_pipes[0]);
    }

    private void Drained(int pid, Action drained)
    {
        try
        {
            foreach (var pipe in _pipes)
            {
                if (pipe.Pid == pid)
                    pipe.Drain();
            }
        }
        finally
        {
            drained();
        }
    }

    private void Remove(OutputPipe pipe)
    {
        pipe.Drain();
        pipe.Close();
        Ended(pipe);
    }
}
