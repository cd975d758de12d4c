using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Polling;

namespace Reeve.Visor.Logs;

/// <summary>One pipe from a process, and what is known of its output so far. Used by the log thread only.</summary>
/// <remarks>
/// One call of <see cref="OnReady"/> moves one chunk, then others have their turn. To make many small writes cheap, the
/// engine could wait a moment between readiness and this call: nothing here depends on when it comes.
/// </remarks>
internal sealed class OutputPipe : IPollTarget, IHeldBack, ICaptureTarget
{
    private const int LargestSplice = 1024 * 1024;

    private readonly OutputLog _log;
    private readonly LogEngine _engine;
    private readonly SafeFileHandle _pipe;
    private readonly CaptureScanner? _scanner;
    private readonly CaptureBuffer? _section;
    private readonly AnsiStripper? _stripper;
    private readonly LineSplitter? _lines;
    private readonly bool _isPlain;
    private int _slot;
    private bool _isHeld, _isBroken;

    public OutputPipe(OutputLog log, LogEngine engine, SafeFileHandle pipe, int pid)
    {
        (_log, _engine, _pipe, Pid) = (log, engine, pipe, pid);
        var options = log.Settings.Options;
        if (options.CaptureMaxBytes > 0)
            (_scanner, _section) = (new(this), new(options.CaptureMaxBytes));
        if (log.Settings.StripAnsi)
            _stripper = new();
        if (options.Syslog)
            _lines = new(line => _engine.Syslog.Send(SyslogSocket.Information, _log.Settings.Process, line));
        _isPlain = log.File is not null && _scanner is null && _stripper is null && _lines is null && !log.IsObserved;
        _slot = engine.Watch(pipe, PollEvents.Readable, this);
    }

    /// <summary>The process that it was made for.</summary>
    public int Pid { get; }

    private LogFile? File => _log.File;

    /// <summary>There is output, or its end.</summary>
    public void OnReady()
    {
        if (Move(LargestSplice) < 0)
        {
            Close();
            _log.Ended(this);
        }
    }

    /// <summary>The log takes output again.</summary>
    public void Resume()
    {
        _isHeld = false;
        _slot = _engine.Watch(_pipe, PollEvents.Readable, this);
    }

    /// <summary>Moves what was written by now, unless the log holds it back.</summary>
    public void Drain()
    {
        var left = _pipe.IsClosed ? 0 : Descriptor.Available(_pipe);
        while (left > 0 && !_isHeld)
        {
            var moved = Move(left);
            if (moved <= 0)
                break;
            left -= moved;
        }
        Flush();
    }

    /// <summary>Stops reading and closes the pipe.</summary>
    public void Close()
    {
        if (_pipe.IsClosed)
            return;
        Flush();
        if (_isHeld)
            File!.Forget(this);
        else
            _engine.Unwatch(_pipe, _slot);
        _pipe.Dispose();
    }

    /// <inheritdoc/>
    public void OnPlain(ReadOnlySpan<byte> data) => Emit(data, inSection: false);

    /// <inheritdoc/>
    public void OnSection(ReadOnlySpan<byte> data) => Emit(data, inSection: true);

    /// <inheritdoc/>
    public void OnSectionEnd() => _log.Observer.OnCaptured(_log, Pid, _section!.Take());

    // Bytes; 0: nothing there, or held back; -1: the end.
    private int Move(int maximum)
    {
        try
        {
            return MoveChunk(maximum);
        }
        catch (Exception e)
        {
            Break(e);
            return 0;
        }
    }

    // Whatever it is, the process must not feel it: its output is read and thrown away from now on.
    private void Break(Exception e)
    {
        _isBroken = true;
        _engine.Tell(_log, $"{e.GetType().Name}: {e.Message}; its output is discarded");
    }

    private int MoveChunk(int maximum)
    {
        if (File is { IsHeldBack: true } && !_isBroken)
        {
            Hold();
            return 0;
        }
        if (!_isPlain || _isBroken || !File!.TrySplice(_pipe, maximum, _log.Limits, out var result))
        {
            var buffer = _engine.Buffer;
            result = Descriptor.Read(_pipe, buffer.AsSpan(0, Math.Min(buffer.Length, maximum)));
            if (result.Bytes > 0 && !_isBroken)
                Take(buffer.AsSpan(0, result.Bytes));
        }
        // A terminal ends with EIO.
        return result.EndOfFile || result.Failed ? -1 : result.Bytes;
    }

    private void Take(ReadOnlySpan<byte> data)
    {
        if (_scanner is null)
            Emit(data, inSection: false);
        else
            _scanner.Scan(data);
    }

    private void Emit(ReadOnlySpan<byte> data, bool inSection)
    {
        if (_stripper is not null)
        {
            var stripped = _engine.StripBuffer;
            data = stripped.AsSpan(0, _stripper.Strip(data, stripped));
        }
        Hand(data, inSection);
    }

    private void Hand(ReadOnlySpan<byte> data, bool inSection)
    {
        if (data.IsEmpty)
            return;
        if (inSection)
        {
            _section!.Add(data);
        }
        else
        {
            File?.Append(data, _log.Limits);
            _lines?.Add(data);
        }
        if (_log.IsObserved)
            _log.Observer.OnOutput(_log, Pid, data);
    }

    // What was held back in the hope of more goes out as it is.
    private void Flush()
    {
        if (_isBroken)
            return;
        try
        {
            _scanner?.Release();
            if (_stripper is { } stripper && stripper.Release())
                Hand("\x1b"u8, _scanner is { IsInside: true });
            _lines?.Release();
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    private void Hold()
    {
        if (_isHeld)
            return;
        _isHeld = true;
        // Taken out, not masked: the end of the pipe would be told over and over.
        _engine.Unwatch(_pipe, _slot);
        File!.WhenReady(this);
    }
}
