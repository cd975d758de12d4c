using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Reeve.Core.Processes;

namespace Reeve.Visor.Journal;

/// <summary>What a journal says: the active groups, and each process as it was last.</summary>
internal sealed record JournalContent(
    IReadOnlyList<GroupOptions> Groups, IReadOnlyDictionary<(string Group, string Name), ProcessEntry> Processes);

/// <summary>What the visor must remember across its own death: an append-only file of checksummed records.</summary>
/// <remarks>
/// A record is its length and the CRC-32C of its JSON (4 bytes each, little-endian), then the JSON. Reading ends at the first
/// record that is cut or does not match: a crash in the middle of a write costs that record only. A record is in the page
/// cache before the effect that follows it is carried out; decisions of people are also forced to the disk, behind their backs.
/// </remarks>
internal sealed class VisorJournal : IDisposable
{
    private const int HeaderBytes = 8;
    private const int LongestRecord = 64 * 1024 * 1024;
    private const long LeastGrowth = 1024 * 1024;
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);
    private readonly JournalFiles _files;
    private readonly TimeProvider _time;
    private readonly Action<string> _trouble;
    private SafeFileHandle? _file;
    private long _length;
    private long _compactAt = LeastGrowth;
    private bool _lacksRecords;
    private long? _refusedAt; // When the disk refused last; null: it takes what is written.
    private int _forcing; // 0: nobody forces; 1: somebody does; 2: and has to do it once more.

    /// <summary>Opens nothing yet: <see cref="Read"/> looks at an earlier file, <see cref="Rewrite"/> begins the new one.</summary>
    /// <param name="files">Where it lies.</param>
    /// <param name="time">Clock.</param>
    /// <param name="trouble">Told once that the disk refuses, and once that it takes what is written again.</param>
    public VisorJournal(JournalFiles files, TimeProvider time, Action<string> trouble) =>
        (_files, _time, _trouble) = (files, time, trouble);

    /// <summary>What an earlier visor wrote in a session; null when it was another session, or nothing of use.</summary>
    public static JournalContent? Read(SafeFileHandle file, long session)
    {
        IReadOnlyList<GroupOptions>? groups = null;
        var processes = new Dictionary<(string, string), ProcessEntry>();
        var ours = false;
        foreach (var record in Records(file))
        {
            if (record.Session is { } number)
                ours = number == session;
            else if (record.Groups is not null)
                groups = record.Groups;
            else if (record.Process is { } process)
                processes[(process.Group, process.Name)] = process;
        }
        return ours && groups is not null ? new(groups, processes) : null;
    }

    /// <summary>Begins a new file with the whole state, which takes the old one's place when it is complete.</summary>
    /// <remarks>
    /// When that fails the old one goes on; when that is not whole either, the new one lies in memory, held by the keeper,
    /// until the disk takes it: a decision that was answered must outlive the visor all the same.
    /// </remarks>
    public void Rewrite(long session, IReadOnlyList<GroupOptions> groups, IEnumerable<ProcessEntry> processes)
    {
        var all = processes.ToList();
        if (TryRewrite(_files.Create, _files.Commit) is not { } problem)
        {
            if (_refusedAt is not null)
                _trouble("the journal is written to the disk again");
            _refusedAt = null;
        }
        else
        {
            var consequence = _file is not null && !_lacksRecords ? "The one before goes on"
                : TryRewrite(JournalFiles.CreateInMemory, _files.CommitInMemory) is null ? "It lies in memory until that works"
                : "If the visor dies now, the next one takes processes over by name only";
            if (_refusedAt is null)
                _trouble($"cannot write the journal: {problem.Message} {consequence}");
            _refusedAt = _time.GetTimestamp();
        }
        _compactAt = Math.Max(LeastGrowth, _length * 4);

        Exception? TryRewrite(Func<SafeFileHandle> create, Action<SafeFileHandle> commit)
        {
            var (before, beforeLength) = (_file, _length);
            try
            {
                (_file, _length) = (create(), 0);
                Write(new() { Session = session });
                Write(new() { Groups = groups });
                foreach (var process in all)
                    Write(new() { Process = process });
                commit(_file);
                before?.Dispose();
                _lacksRecords = false;
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (_file != before)
                    _file?.Dispose();
                (_file, _length) = (before, beforeLength);
                return e;
            }
        }
    }

    /// <summary>Whether <see cref="Rewrite"/> is worth it: much has been appended, or some could not be, or the disk may
    /// have room again.</summary>
    public bool WantsRewrite => _length > _compactAt
        || _lacksRecords || (_refusedAt is { } then && _time.GetElapsedTime(then) >= TryAgain);

    /// <summary>Writes a process's state.</summary>
    public void Append(ProcessEntry process) => Append(new JournalRecord { Process = process });

    /// <summary>Writes the active groups.</summary>
    public void Append(IReadOnlyList<GroupOptions> groups) => Append(new JournalRecord { Groups = groups });

    /// <summary>Forces what was written to the disk, on another thread: one at a time, however many ask.</summary>
    public void Force()
    {
        if (Interlocked.Exchange(ref _forcing, 2) == 0)
            ThreadPool.QueueUserWorkItem(static journal => journal.ForceNow(), this, preferLocal: false);
    }

    public void Dispose() => _file?.Dispose();

    private void ForceNow()
    {
        do
        {
            Volatile.Write(ref _forcing, 1);
            try
            {
                if (Volatile.Read(ref _file) is { } file)
                    RandomAccess.FlushToDisk(file);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The write itself is told when it fails; a disk that cannot be forced (tmpfs, memfd) holds what it can.
            }
        }
        while (Interlocked.CompareExchange(ref _forcing, 0, 1) != 1);
    }

    private void Append(JournalRecord record)
    {
        try
        {
            Write(record);
        }
        catch (IOException)
        {
            _lacksRecords = true; // The rewrite that this asks for tells what is wrong.
        }
    }

    private void Write(JournalRecord record)
    {
        if (_file is null)
            return;
        var json = JsonSerializer.SerializeToUtf8Bytes(record, JournalJson.Default.JournalRecord);
        var bytes = new byte[HeaderBytes + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, json.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Checksum(json));
        json.CopyTo(bytes, HeaderBytes);
        RandomAccess.Write(_file, bytes, _length);
        _length += bytes.Length;
    }

    private static IEnumerable<JournalRecord> Records(SafeFileHandle file)
    {
        for (var at = 0L; TryRead(file, ref at) is { } record;)
            yield return record;
    }

    private static JournalRecord? TryRead(SafeFileHandle file, ref long at)
    {
        try
        {
            var header = new byte[HeaderBytes];
            if (RandomAccess.Read(file, header, at) != HeaderBytes)
                return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length is <= 0 or > LongestRecord || length > RandomAccess.GetLength(file) - at - HeaderBytes)
                return null;
            var json = new byte[length];
            if (RandomAccess.Read(file, json, at + HeaderBytes) != length
                || Checksum(json) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)))
                return null;
            at += HeaderBytes + length;
            return JsonSerializer.Deserialize(json, JournalJson.Default.JournalRecord);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // A disk that cannot be read any more ends the journal as a cut record does.
            return null;
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        var sum = ~0u;
        while (data.Length >= sizeof(ulong))
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }
        foreach (var octet in data)
            sum = BitOperations.Crc32C(sum, octet);
        return ~sum;
    }
}
