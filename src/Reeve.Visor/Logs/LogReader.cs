using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Files;

namespace Reeve.Visor.Logs;

/// <summary>Reads a log file that is being written and rotated, as Supervisor's readers do.</summary>
public sealed class LogReader
{
    /// <summary>Most bytes of one <see cref="Read"/> or <see cref="Tail"/>: 256 MiB.</summary>
    public const int LongestRead = 256 * 1024 * 1024;

    private const int FollowBuffer = 64 * 1024;

    // ENXIO: a socket.
    private const int NoSuchDevice = 6;

    private readonly LogChanges _changes;

    internal LogReader(string path, LogChanges changes) => (Path, _changes) = (path, changes);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether there is a file to be read.</summary>
    /// <returns>Done; NO_FILE with the path; or FAILED with the reason.</returns>
    public Outcome Look()
    {
        var errno = TryOpen(Path, out var file);
        file?.Dispose();
        return errno == 0 ? Outcome.Done : Failure(errno);
    }

    /// <summary>Whether it may come to be a file that can be read: false where a FIFO, a folder or the like
    /// is.</summary>
    public bool MayBeFollowed => PosixFile.TryFacts(Path, out var facts) != 0 || facts.IsRegular;

    /// <summary>Supervisor's read: docs/xml-rpc.md tells what negative offsets mean.</summary>
    /// <returns>The bytes; or BAD_ARGUMENTS, NO_FILE with the path, or FAILED with the reason.</returns>
    public Outcome<byte[]> Read(long offset, long length)
    {
        if (offset < 0 ? length != 0 : length < 0)
            return new Outcome(OutcomeKind.BadArguments);
        var errno = TryOpen(Path, out var file);
        if (errno != 0)
            return Failure(errno);
        using (file)
        {
            var size = RandomAccess.GetLength(file!);
            var start = offset >= 0 ? Math.Min(offset, size) : offset <= -size ? 0 : size + offset;
            var count = length == 0 ? size - start : Math.Min(length, size - start);
            if (count > LongestRead)
            {
                return new Outcome(OutcomeKind.Failed,
                    $"cannot read {count} bytes of '{Path}' at once: at most {LongestRead}. " +
                    "Ask for parts by offset and length.");
            }
            return ReadAt(file!, start, (int)count);
        }
    }

    /// <summary>Supervisor's tail: bytes, size of the file, overflow. Never fails: no file is an empty one.</summary>
    /// <remarks>At most <see cref="LongestRead"/> bytes, the last ones.</remarks>
    public (byte[] Data, long Size, bool Overflow) Tail(long offset, long length)
    {
        if (TryOpen(Path, out var file) != 0)
            return ([], 0, false);
        using (file)
        {
            var size = RandomAccess.GetLength(file!);
            var end = (Int128)offset + length;
            var overflow = size > end;
            if (length <= 0 || (end > size && offset >= size))
                return ([], size, overflow);
            var count = (int)Math.Min(Math.Min(length, size), LongestRead);
            return (ReadAt(file!, size - count, count), size, overflow);
        }
    }

    /// <summary>The last <paramref name="tailBytes"/> bytes, then what is appended, over rotation, for ever.</summary>
    /// <param name="tailBytes">Bytes of the present file to begin with, at most.</param>
    /// <param name="cancel">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Chunks of at most 64 KiB, each valid until the next is asked for.</returns>
    /// <remarks>
    /// A rotated file's rest comes before the new file's beginning, and a reader that falls behind by several files
    /// gets those in between as long as they are kept. Truncation in place starts at the new beginning. A file that is
    /// not there yet is waited for. Ends when the log is closed and read to its end. A slow reader holds nobody up.
    /// </remarks>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> FollowAsync(
        long tailBytes, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (file, number) = _changes.OpenCurrent(Path);
        try
        {
            var position = file is null ? 0 : Math.Max(0, RandomAccess.GetLength(file) - Math.Max(0, tailBytes));
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var seen = _changes.Written;
                var closed = _changes.Closed;
                // Asked before reading: a file that has a successor now will not grow, so its end is its end.
                var complete = file is null || _changes.Current > number;
                if (file is not null)
                {
                    // Rented for a burst: one who waits for output keeps no buffer.
                    var buffer = ArrayPool<byte>.Shared.Rent(FollowBuffer);
                    try
                    {
                        while (true)
                        {
                            cancel.ThrowIfCancellationRequested();
                            var count = RandomAccess.Read(file, buffer.AsSpan(0, FollowBuffer), position);
                            if (_changes.IsCut(number))
                            {
                                file.Dispose();
                                (file, number) = _changes.OpenCurrent(Path);
                                position = 0;
                                complete = false;
                                if (file is null)
                                    break;
                                continue;
                            }
                            if (count == 0)
                                break;
                            position += count;
                            yield return buffer.AsMemory(0, count);
                        }
                    }
                    finally
                    {
                        ArrayPool<byte>.Shared.Return(buffer);
                    }
                }
                if (complete)
                {
                    var (next, nextNumber) = _changes.OpenAfter(Path, number);
                    if (next is not null)
                    {
                        file?.Dispose();
                        (file, number, position) = (next, nextNumber, 0);
                        continue;
                    }
                }
                if (closed)
                    yield break;
                await _changes.ChangedAsync(seen).WaitAsync(cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private Outcome Failure(int errno) => errno is Errno.ENOENT or Errno.ESPIPE
        ? new(OutcomeKind.NoFile, Path)
        : new(OutcomeKind.Failed, $"cannot read '{Path}': {Errno.Describe(errno)}");

    /// <summary>Opens a plain file for reading; nothing else, so that a FIFO is neither waited for nor
    /// emptied.</summary>
    /// <returns>0, or the error; ESPIPE for what is no plain file.</returns>
    internal static int TryOpen(string path, out SafeFileHandle? file)
    {
        var errno = PosixFile.TryOpen(
            path, FileFlags.ReadOnly | FileFlags.NonBlocking | FileFlags.NoControllingTerminal, 0, out file);
        if (errno != NoSuchDevice && (errno != 0 || PosixFile.Facts(file!).IsRegular))
            return errno;
        file?.Dispose();
        file = null;
        return Errno.ESPIPE;
    }

    private static byte[] ReadAt(SafeFileHandle file, long position, int count)
    {
        var data = GC.AllocateUninitializedArray<byte>(count);
        var done = 0;
        while (done < count)
        {
            var read = RandomAccess.Read(file, data.AsSpan(done), position + done);
            if (read == 0)
                return data[..done]; // It was emptied meanwhile.
            done += read;
        }
        return data;
    }
}
