using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Polling;

namespace Reeve.Visor.Logs;

/// <summary>
/// What a log path leads to, shared by all streams that name it; used by the log thread only. A plain file takes
/// everything at once: what it cannot take is discarded, counted and told. Anything else (a terminal, a FIFO, the
/// stdout of a container) may be slow: then the streams that lead there are held back, as at a shell's redirection.
/// </summary>
internal sealed class LogFile : IPollTarget
{
    private static readonly TimeSpan s_lookPause = TimeSpan.FromSeconds(1);

    private readonly LogEngine _engine;
    private readonly Outage _outage;
    private readonly bool _isPrivate, _isDevice;
    private readonly List<IHeldBack> _held = [];
    private SafeFileHandle? _file;
    private FileFacts _facts;
    private bool _isRegular, _cannotSplice, _rotationFailed, _folderIsGone;
    private byte[]? _pending; // What a slow target has not taken yet; at most one chunk, as its writers are held back.
    private int _pendingAt, _slot, _writers;
    private long _end; // Where our last write ended.
    private long _lookedAt; // When it was looked at last whether the file is still there.
    private int _oldest = LogRotation.Unknown;
    private long _rotateAt; // After a failed rotation: the size for the next attempt.

    public LogFile(LogEngine engine, string path, bool isPrivate)
    {
        (_engine, Path, _isPrivate, _isDevice) = (engine, path, isPrivate, LogPath.IsDevice(path));
        _outage = new($"log '{path}'", "bytes", engine.Time, engine.Trouble);
    }

    public string Path { get; }

    /// <summary>For those who follow it.</summary>
    public LogChanges Changes { get; } = new();

    /// <summary>Streams and logs that opened it; guarded by the engine.</summary>
    public int Users { get; set; }

    /// <summary>It takes nothing now: do not read more for it.</summary>
    public bool IsHeldBack => _pending is not null;

    /// <summary>Somebody begins to write here.</summary>
    /// <returns>0, or why it cannot be opened, which has been told; it will be tried again.</returns>
    public int AddWriter()
    {
        _writers++;
        return Open();
    }

    /// <summary>Somebody ends; with the last one the file is closed, so that a stopped process holds no
    /// descriptor.</summary>
    public void RemoveWriter()
    {
        if (--_writers == 0 && _pending is null)
            Release();
    }

    /// <summary>Opens it if it is not.</summary>
    /// <returns>0, or the error, which has been told.</returns>
    public int Open()
    {
        if (_file is not null)
            return IsTimeToLook() ? Look() : 0;
        if (_outage.Lasts)
            return Errno.EAGAIN;
        var errno = LogPath.TryOpen(Path, _isPrivate, out var file);
        if (errno != 0)
            _outage.Failed(Errno.Describe(errno));
        else
            Use(file!);
        return errno;
    }

    /// <summary>Moves what a pipe holds, without looking at it.</summary>
    /// <returns>False: this file needs <see cref="Append"/>.</returns>
    public bool TrySplice(SafeFileHandle pipe, int maximum, RotationLimits limits, out IoResult result)
    {
        result = default;
        if (_outage.Lasts || Open() != 0 || !_isRegular || _cannotSplice)
            return false;
        var length = (int)Math.Min(maximum, RoomUntilRotation(limits)); // May exchange the file.
        result = Splice.PipeToFile(pipe, _file!, length);
        if (result.Failed)
        {
            if (result.Errno == Errno.EINVAL)
                _cannotSplice = true; // Not every file system can.
            else
                _outage.Failed(Errno.Describe(result.Errno));
            return false;
        }
        if (result.Bytes > 0)
            Wrote(result.Bytes, limits);
        return true;
    }

    /// <summary>Takes data: it is written, kept until it can be, or lost and counted.</summary>
    /// <param name="data">The data.</param>
    /// <param name="limits">Rotation.</param>
    /// <param name="wholeLines">Rotate only at the end of a line.</param>
    public void Append(ReadOnlySpan<byte> data, RotationLimits limits, bool wholeLines = false)
    {
        while (!data.IsEmpty)
        {
            if (_outage.Lasts || Open() != 0)
            {
                _outage.Lost(data.Length);
                return;
            }
            if (_pending is not null)
            {
                _pending = [.. _pending.AsSpan(_pendingAt), .. data];
                _pendingAt = 0;
                return;
            }
            var part = _isRegular ? data[..UntilRotation(data, limits, wholeLines)] : data;
            var result = Descriptor.Write(_file!, part);
            if (result.WouldBlock)
            {
                HoldBack(data);
                return;
            }
            if (result.Failed)
            {
                _outage.Failed(Errno.Describe(result.Errno));
                continue;
            }
            Wrote(result.Bytes, limits);
            data = data[result.Bytes..];
        }
    }

    /// <summary>Calls back once it takes output again.</summary>
    public void WhenReady(IHeldBack waiting) => _held.Add(waiting);

    /// <summary>Waits no longer.</summary>
    public void Forget(IHeldBack waiting) => _held.Remove(waiting);

    /// <summary>It takes output again, or never will.</summary>
    public void OnReady()
    {
        while (_pending is not null && _file is not null)
        {
            var result = Descriptor.Write(_file, _pending.AsSpan(_pendingAt));
            if (result.WouldBlock)
            {
                Watch();
                return;
            }
            if (result.Failed)
            {
                _outage.Failed(Errno.Describe(result.Errno));
                break;
            }
            _pendingAt += result.Bytes;
            if (_pendingAt == _pending.Length)
                _pending = null;
        }
        if (_pending is not null)
            _outage.Lost(_pending.Length - _pendingAt);
        _pending = null;
        Unwatch();
        if (_writers == 0)
            Release();
        var held = _held.ToArray();
        _held.Clear();
        foreach (var one in held)
            one.Resume();
    }

    /// <summary>Opens the path anew: somebody else may have renamed the file.</summary>
    public void Reopen()
    {
        if (_file is null)
            return;
        Release();
        Open();
        OnReady();
    }

    /// <summary>Removes the file and makes a new one. A device is left as it is, and so is a file that nobody made
    /// yet.</summary>
    /// <exception cref="IOException">It cannot be removed or made.</exception>
    public void Clear()
    {
        var isThere = PosixFile.TryFacts(Path, out var facts) == 0;
        var isInUse = _file is not null;
        if (_isDevice || isThere && !facts.IsRegular || !isThere && !isInUse)
            return;
        PosixFile.Delete(Path);
        Release();
        var errno = LogPath.TryOpen(Path, _isPrivate, out var file);
        if (errno != 0)
            throw new LinuxException($"cannot create '{Path}'", errno);
        Use(file!);
        _end = 0; // Whatever was at the path before, even if the new file has its inode.
        Changes.Replaced();
        if (!isInUse)
            Release();
    }

    /// <summary>Closes the descriptor; the next output opens it again.</summary>
    public void Release()
    {
        Unwatch();
        _file?.Dispose();
        _file = null;
    }

    private void Use(SafeFileHandle file)
    {
        var before = _facts;
        (_file, _facts, _cannotSplice, _rotateAt) = (file, PosixFile.Facts(file), false, 0);
        (_oldest, _folderIsGone, _lookedAt) = (LogRotation.Unknown, false, _engine.Time.GetTimestamp());
        _isRegular = _facts.IsRegular;
        // Of the same file the end stays known: somebody may have emptied it while it was closed.
        if (before.Inode == 0 || before.IsSameFile(_facts))
            return;
        _end = 0;
        Changes.Replaced();
    }

    private bool IsTimeToLook() =>
        _isRegular && !_isDevice && _engine.Time.GetElapsedTime(_lookedAt) >= s_lookPause;

    // What goes to a file that was removed is found by nobody, and what follows its folder elsewhere by few.
    private int Look()
    {
        _lookedAt = _engine.Time.GetTimestamp();
        var isRemoved = PosixFile.Facts(_file!).Links == 0;
        if (!isRemoved && !_folderIsGone)
            return 0;
        var errno = LogPath.TryOpen(Path, _isPrivate, out var file);
        if (errno != 0 && !isRemoved)
            return 0;
        Release();
        if (errno != 0)
        {
            _outage.Failed(Errno.Describe(errno));
            return errno;
        }
        Use(file!);
        _engine.Trouble(LogLevel.Warning, $"log '{Path}' was not there any more and is made anew");
        return 0;
    }

    private int UntilRotation(ReadOnlySpan<byte> data, RotationLimits limits, bool wholeLines)
    {
        var room = (int)Math.Min(data.Length, RoomUntilRotation(limits));
        if (!wholeLines || room == data.Length)
            return room;
        var lineEnd = data[(room - 1)..].IndexOf((byte)'\n');
        return lineEnd < 0 ? data.Length : room + lineEnd;
    }

    // Goes to the end each time, as a file opened for append would: others may write to it or empty it.
    private long RoomUntilRotation(RotationLimits limits)
    {
        var end = PosixFile.SeekEnd(_file!);
        if (end < _end)
            Changes.Cut(null);
        _end = end;
        if (RotateIfFull(limits))
            PosixFile.SeekEnd(_file!);
        return IsRotated(limits) ? Math.Max(_rotateAt, limits.MaxBytes) - _end : long.MaxValue;
    }

    private bool IsRotated(RotationLimits limits) => limits.MaxBytes > 0 && !_isDevice;

    private void Wrote(int bytes, RotationLimits limits)
    {
        _end += bytes;
        _outage.Over();
        Changes.Wrote();
        // One that is emptied in place keeps its content until there is more, so that it can be read.
        if (_isRegular && limits.Backups > 0)
            RotateIfFull(limits);
    }

    private bool RotateIfFull(RotationLimits limits)
    {
        if (!IsRotated(limits) || _end < Math.Max(_rotateAt, limits.MaxBytes))
            return false;
        try
        {
            if (limits.Backups == 0)
                EmptyInPlace();
            else
                MoveAlong(limits.Backups);
            _rotationFailed = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file grows on; the next attempt is due when it has grown by as much again.
            _rotateAt = _end + limits.MaxBytes;
            _folderIsGone = e is LinuxException { Errno: Errno.ENOENT };
            if (_folderIsGone && PosixFile.Facts(_file!).Links == 0)
                return false; // It will soon be looked at, and told.
            if (!_rotationFailed)
            {
                _engine.Trouble(
                    LogLevel.Critical, $"cannot rotate log '{Path}': {e.Message}; it grows beyond its limit");
            }
            _rotationFailed = true;
            return false;
        }
    }

    private void EmptyInPlace()
    {
        Changes.Cut(() => PosixFile.Truncate(_file!, 0));
        (_end, _rotateAt) = (0, 0);
    }

    // Apart, so that the closure is made for a rotation only and not for every chunk.
    private void MoveAlong(int backups)
    {
        var next = Changes.Rotate(() => LogRotation.Rotate(Path, backups, _isPrivate, ref _oldest));
        _file!.Dispose();
        (_file, _facts, _end, _rotateAt) = (next, PosixFile.Facts(next), 0, 0);
    }

    private void HoldBack(ReadOnlySpan<byte> data)
    {
        (_pending, _pendingAt) = (data.ToArray(), 0);
        Watch();
    }

    private void Watch()
    {
        if (_slot == 0)
            _slot = _engine.Watch(_file!, PollEvents.Writable, this);
    }

    private void Unwatch()
    {
        if (_slot == 0)
            return;
        _engine.Unwatch(_file!, _slot);
        _slot = 0;
    }
}
