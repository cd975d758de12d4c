using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Reeve.Core.Processes;
using Reeve.Linux;
using Reeve.Linux.Polling;

namespace Reeve.Visor.Logs;

/// <summary>The log thread: one epoll over every pipe of every process.</summary>
public sealed class LogEngine : IDisposable
{
    private const int ChunkSize = 128 * 1024, EventBatch = 256;
    private const int WakeSlot = 0;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LogFile> _files = []; // Guarded by the lock, as the next three.
    private readonly HashSet<OutputLog> _logs = [];
    private List<Action> _posted = [];
    private bool _ended;

    private readonly Epoll _epoll = new();
    private readonly EventFd _wake = new();
    private readonly List<IPollTarget?> _slots = [null]; // Log thread only, as the next three.
    private readonly Stack<int> _freeSlots = [];
    private List<Action> _running = [];
    private bool _ending;

    private readonly Thread _thread;
    private byte[]? _stripBuffer;
    private volatile LogEngineOptions _options;

    /// <summary>Starts the thread.</summary>
    /// <exception cref="LinuxException">Out of descriptors.</exception>
    public LogEngine(LogEngineOptions options)
    {
        _options = options;
        Syslog = new(this);
        _epoll.Add(_wake.Handle, PollEvents.Readable, WakeSlot);
        _thread = new(Run) { Name = "logs", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What it works with. May be exchanged at a reload: logs opened later go by the new identifier and
    /// directory.</summary>
    public LogEngineOptions Options
    {
        get => _options;
        set => _options = value;
    }

    internal TimeProvider Time => _options.Time;

    internal SyslogSocket Syslog { get; }

    /// <summary>For one chunk; shared by all streams, so that an idle one costs no buffer.</summary>
    internal byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(ChunkSize, pinned: true);

    internal byte[] StripBuffer => _stripBuffer ??= new byte[AnsiStripper.LongestResult(ChunkSize)];

    private string ChildLogDirectory => Path.GetFullPath(_options.ChildLogDirectory ?? Path.GetTempPath());

    /// <summary>Opens the log of one stream. An AUTO file is created now, an explicit one at the first output
    /// pipe.</summary>
    /// <param name="settings">What and where.</param>
    /// <param name="reuse">AUTO path to go on with (after the visor's death); null: a new name.</param>
    /// <param name="observer">Told of chunks and captures.</param>
    /// <remarks>
    /// A file that cannot be made is told as trouble and tried again when there is output: no process fails for its
    /// log. Streams that name one file share it.
    /// </remarks>
    public OutputLog Open(OutputLogSettings settings, string? reuse, IOutputObserver observer)
    {
        var options = settings.Options;
        var file = options.Target switch
        {
            OutputTarget.Auto => OpenAuto(settings, reuse),
            OutputTarget.File => Acquire(Path.GetFullPath(options.Path!), isPrivate: false),
            _ => null,
        };
        var log = new OutputLog(this, settings, file, observer);
        lock (_lock)
            _logs.Add(log);
        return log;
    }

    /// <summary>Removes the AUTO logs that an earlier daemon of this identifier left in childlogdir.</summary>
    /// <param name="keep">Paths that are in use.</param>
    public void CleanUp(IReadOnlySet<string> keep) =>
        AutoLogs.CleanUp(ChildLogDirectory, _options.Identifier, keep, Trouble);

    /// <summary>Moves what the pipes hold by now, writes queued lines, closes everything and ends the thread.</summary>
    public void Dispose()
    {
        if (Post(() => _ending = true))
            _thread.Join();
    }

    /// <summary>Runs something on the log thread.</summary>
    /// <returns>False: the thread has ended.</returns>
    internal bool Post(Action action)
    {
        lock (_lock)
        {
            if (_ended)
                return false;
            _posted.Add(action);
            if (_posted.Count == 1)
                _wake.Raise();
            return true;
        }
    }

    /// <summary>Runs something on the log thread and tells how it went.</summary>
    internal Task RunAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = Post(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (UnauthorizedAccessException e)
            {
                done.SetException(new IOException(e.Message, e));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return posted ? done.Task : Task.FromException(new ObjectDisposedException(nameof(LogEngine)));
    }

    internal bool IsLogThread => Thread.CurrentThread == _thread;

    internal void Trouble(LogLevel level, string text) => _options.Trouble?.Invoke(level, text);

    internal void Tell(OutputLog log, string reason) =>
        Trouble(LogLevel.Critical, $"cannot log {log.Settings.Stream} of '{log.Settings.Process}': {reason}");

    /// <summary>The file at a path, shared with whoever uses it already.</summary>
    internal LogFile Acquire(string path, bool isPrivate)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(path, out var file))
                _files.Add(path, file = new(this, path, isPrivate));
            file.Users++;
            return file;
        }
    }

    internal void Release(LogFile file)
    {
        lock (_lock)
        {
            if (--file.Users > 0)
                return;
            _files.Remove(file.Path);
        }
        file.Release();
        file.Changes.Close();
    }

    internal void Closed(OutputLog log)
    {
        lock (_lock)
            _logs.Remove(log);
        if (log.File is { } file)
            Release(file);
    }

    /// <summary>Watches a descriptor until <see cref="Unwatch"/>.</summary>
    /// <returns>Its slot.</returns>
    internal int Watch(SafeFileHandle descriptor, PollEvents events, IPollTarget target)
    {
        if (!_freeSlots.TryPop(out var slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }
        try
        {
            _epoll.Add(descriptor, events, (ulong)slot);
        }
        catch (LinuxException)
        {
            _freeSlots.Push(slot);
            throw;
        }
        _slots[slot] = target;
        return slot;
    }

    internal void Unwatch(SafeFileHandle descriptor, int slot)
    {
        _epoll.Remove(descriptor);
        _slots[slot] = null;
        _freeSlots.Push(slot);
    }

    private LogFile OpenAuto(OutputLogSettings settings, string? reuse)
    {
        var options = _options;
        var path = reuse ?? Path.Combine(
            ChildLogDirectory, AutoLogs.NewName(settings.Process, settings.Stream, options.Identifier));
        var errno = LogPath.TryOpen(path, isPrivate: true, out var made);
        if (errno == 0)
            made!.Dispose();
        else
            Trouble(LogLevel.Critical, $"cannot create log '{path}': {Errno.Describe(errno)}");
        return Acquire(path, isPrivate: true);
    }

    private void Run()
    {
        var ready = new PollEvent[EventBatch];
        while (!_ending)
        {
            var count = _epoll.Wait(ready, -1);
            foreach (var one in ready.AsSpan(0, count))
            {
                if (one.Token == WakeSlot)
                    RunPosted();
                else
                    RunReady((int)one.Token);
            }
        }
        End();
    }

    private void RunReady(int slot)
    {
        try
        {
            // It may have gone, or given its slot to another, in this very turn: being called for nothing does no harm.
            _slots[slot]?.OnReady();
        }
        catch (Exception e)
        {
            Trouble(LogLevel.Critical, $"the log thread failed: {e}");
        }
    }

    private void RunPosted()
    {
        _wake.Lower();
        lock (_lock)
            (_posted, _running) = (_running, _posted);
        foreach (var action in _running)
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                Trouble(LogLevel.Critical, $"the log thread failed: {e}");
            }
        }
        _running.Clear();
    }

    private void End()
    {
        OutputLog[] logs;
        LogFile[] files;
        lock (_lock)
            logs = [.. _logs];
        foreach (var log in logs)
            log.CloseNow();
        while (true)
        {
            // Closing may have had something to say, which the main log takes as a posted action.
            RunPosted();
            lock (_lock)
            {
                if (_posted.Count > 0)
                    continue;
                _ended = true;
                files = [.. _files.Values];
            }
            break;
        }
        foreach (var file in files)
        {
            file.Release();
            file.Changes.Close();
        }
        Syslog.Dispose();
        _wake.Dispose();
        _epoll.Dispose();
    }
}
