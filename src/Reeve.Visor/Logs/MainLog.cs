using Microsoft.Extensions.Logging;
using Reeve.Core.Configuration;
using Reeve.Linux;
using Reeve.Linux.Files;

namespace Reeve.Visor.Logs;

/// <summary>supervisord.log: <c>YYYY-MM-DD HH:MM:SS,mmm LEVL text</c>, rotated, written by the log thread.</summary>
/// <remarks>
/// Nobody who logs ever waits: lines are queued, up to 1 MiB, and when the disk or the terminal stalls for longer the
/// oldest are dropped and counted. <c>BLAT</c> has no level in .NET: a <see cref="DaemonLogLevel.Blather"/> log takes
/// all there is.
/// </remarks>
public sealed class MainLog : ILogger
{
    private const string Stdout = "/dev/stdout";
    private const int MostOnWayToSyslog = 4096;

    private readonly LogEngine _engine;
    private readonly TimeProvider _time;
    private readonly bool _toSyslog;
    private readonly LineQueue? _file, _echo;
    private readonly Action _write;
    private int _isPosted, _onWayToSyslog;
    private volatile DaemonLogLevel _level;

    /// <summary>Opens it.</summary>
    /// <param name="engine">Whose thread writes; it outlives the log.</param>
    /// <param name="options">Where to and what.</param>
    /// <exception cref="IOException">The file cannot be written; the text says why and what to do.</exception>
    public MainLog(LogEngine engine, MainLogOptions options)
    {
        (_engine, _time, _toSyslog, _level) = (engine, options.Time, options.Syslog, options.Level);
        _write = () =>
        {
            Volatile.Write(ref _isPosted, 0);
            _file?.Write();
            _echo?.Write();
        };
        if (options.Path is { } path)
        {
            var errno = Open(
                System.IO.Path.GetFullPath(path), new(options.MaxBytes, Math.Max(0, options.Backups)), out _file);
            if (errno != 0)
            {
                engine.RunAsync(_file.File.RemoveWriter).GetAwaiter().GetResult();
                engine.Release(_file.File);
                throw new IOException(Unwritable(path, errno));
            }
            if (!LogPath.IsDevice(_file.File.Path))
                Reader = new(_file.File.Path, _file.File.Changes);
        }
        if (options.Echo && (_file is null || LogPath.DescriptorNumber(_file.File.Path) != 1))
            Open(Stdout, default, out _echo); // No stdout is no reason not to start; it has been told.
    }

    /// <summary>Tries whether a main log could be opened there; a file made for that is removed again.</summary>
    /// <returns>Why not; null: it could.</returns>
    public static string? WhyUnwritable(string path)
    {
        var isNew = PosixFile.TryFacts(path, out _) == Errno.ENOENT;
        var errno = LogPath.TryOpen(path, isPrivate: false, out var file);
        file?.Dispose();
        if (errno == 0 && isNew)
            File.Delete(path);
        return errno == 0 ? null : Unwritable(path, errno);
    }

    /// <summary>The file; null: none or syslog.</summary>
    public string? Path => _file?.File.Path;

    /// <summary>For reading; null: no file.</summary>
    public LogReader? Reader { get; }

    /// <summary>Lines below it are dropped. May change at a reload.</summary>
    public DaemonLogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    /// <summary>Deletes the file and begins it anew.</summary>
    /// <returns>NO_FILE when there is none; FAILED with the reason.</returns>
    public async Task<Outcome> ClearAsync()
    {
        if (Reader is null || !File.Exists(Path))
            return new(OutcomeKind.NoFile, Path);
        try
        {
            await _engine.RunAsync(_file!.File.Clear).ConfigureAwait(false);
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return new(OutcomeKind.Failed, e.Message);
        }
    }

    /// <summary>Closes and opens the file again.</summary>
    public void Reopen()
    {
        if (_file is { } file)
            _engine.Post(file.File.Reopen);
    }

    /// <summary>Returns when every line written so far has left this process, or cannot for now: a stalled terminal is
    /// not waited for.</summary>
    public void Flush()
    {
        if (_engine.IsLogThread)
        {
            _write();
            return;
        }
        using var written = new ManualResetEventSlim();
        var posted = _engine.Post(() =>
        {
            try
            {
                _write();
            }
            finally
            {
                written.Set();
            }
        });
        if (posted)
            written.Wait();
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && MainLogLine.LevelOf(logLevel) <= _level;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!IsEnabled(logLevel))
            return;
        var text = formatter(state, exception);
        Write(logLevel, exception is null ? text : $"{text}\n{exception}");
    }

    /// <summary>Writes a line, if its level is enabled: for <see cref="LogEngineOptions.Trouble"/>.</summary>
    public void Write(LogLevel level, string text)
    {
        if (!IsEnabled(level))
            return;
        var now = _time.GetLocalNow();
        var line = MainLogLine.Format(now, level, text);
        _file?.Add(line);
        _echo?.Add(line);
        if (_toSyslog && Volatile.Read(ref _onWayToSyslog) < MostOnWayToSyslog)
        {
            Interlocked.Increment(ref _onWayToSyslog);
            _engine.Post(() => SendToSyslog(now, level, text));
        }
        if (Interlocked.Exchange(ref _isPosted, 1) == 0)
            _engine.Post(_write);
    }

    private int Open(string path, RotationLimits limits, out LineQueue queue)
    {
        var file = _engine.Acquire(path, isPrivate: false);
        queue = new(_engine, file, limits, DroppedLine);
        var errno = 0;
        _engine.RunAsync(() => errno = file.AddWriter()).GetAwaiter().GetResult();
        return errno;
    }

    private byte[] DroppedLine(int count) => MainLogLine.Format(
        _time.GetLocalNow(), LogLevel.Warning,
        $"{count} lines before this one were dropped: the log did not take them in time");

    // Each line by itself, as messages of syslog are mixed with others'.
    private void SendToSyslog(DateTimeOffset now, LogLevel level, string text)
    {
        Interlocked.Decrement(ref _onWayToSyslog);
        foreach (var part in text.TrimEnd('\n').Split('\n'))
            _engine.Syslog.Send(MainLogLine.PriorityOf(level), "", MainLogLine.Format(now, level, part).AsSpan()[..^1]);
    }

    private static string Unwritable(string path, int errno) =>
        $"cannot open the main log '{path}': {Errno.Describe(errno)}. Name a file that can be written (logfile=, -l).";
}
