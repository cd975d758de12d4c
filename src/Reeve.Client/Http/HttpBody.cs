using System.Buffers;
using System.Buffers.Text;

namespace Reeve.Client.Http;

/// <summary>The body of one answer, read piece by piece whatever its framing.</summary>
internal sealed class HttpBody(HttpConnection connection, HttpHead head)
{
    const int MaxLine = 256;
    const int MaxTrailerLines = 100;

    long _left = head.Framing == Framing.Length ? head.Length : 0;
    bool _firstChunk = true;

    /// <summary>Whether all of it has been read; only then the connection can serve another request.</summary>
    public bool IsComplete { get; private set; } = head.Framing == Framing.None;

    /// <summary>The next piece, as it comes off the wire.</summary>
    /// <returns>A copy that stays valid; empty: the end.</returns>
    /// <exception cref="ReeveProtocolException">
    /// The connection ended before the body, or a chunk is malformed.
    /// </exception>
    public async ValueTask<byte[]> ReadAsync(CancellationToken cancel)
    {
        if (IsComplete)
            return [];
        if (head.Framing == Framing.Chunked && _left == 0 && !await ReadChunkSizeAsync(cancel).ConfigureAwait(false))
            return [];
        if (connection.Received.IsEmpty && await connection.FillAsync(cancel).ConfigureAwait(false) == 0)
        {
            if (head.Framing != Framing.UntilClose)
                throw connection.CutShort();
            IsComplete = true;
            return [];
        }
        var available = connection.Received.Length;
        var count = head.Framing == Framing.UntilClose ? available : (int)Math.Min(available, _left);
        var piece = connection.Received[..count].ToArray();
        connection.Consume(count);
        _left -= count;
        IsComplete = head.Framing == Framing.Length && _left == 0;
        return piece;
    }

    /// <summary>All of it.</summary>
    /// <exception cref="ReeveProtocolException">It has more than <paramref name="limit"/> bytes.</exception>
    public async ValueTask<byte[]> ReadAllAsync(int limit, CancellationToken cancel)
    {
        if (_left > limit)
            throw TooLong(limit);
        var whole = new ArrayBufferWriter<byte>((int)Math.Max(_left, 256));
        while (await ReadAsync(cancel).ConfigureAwait(false) is { Length: > 0 } piece)
        {
            if (whole.WrittenCount + piece.Length > limit)
                throw TooLong(limit);
            whole.Write(piece);
        }
        return whole.WrittenSpan.ToArray();
    }

    async ValueTask<bool> ReadChunkSizeAsync(CancellationToken cancel)
    {
        if (!_firstChunk && (await ReadLineAsync(cancel).ConfigureAwait(false)).Length != 0)
            throw new ReeveProtocolException("a chunk of the answer is longer than it says.");
        _firstChunk = false;
        var line = await ReadLineAsync(cancel).ConfigureAwait(false);
        if (!Utf8Parser.TryParse(line, out long size, out var used, 'x') || size < 0 || used > 15
            || (used < line.Length && line[used] is not ((byte)';' or (byte)' ')))
        {
            throw new ReeveProtocolException("a chunk of the answer has no size.");
        }
        _left = size;
        if (size > 0)
            return true;
        for (var lines = 0; (await ReadLineAsync(cancel).ConfigureAwait(false)).Length != 0; lines++)
        {
            if (lines == MaxTrailerLines)
                throw new ReeveProtocolException("the answer has too many trailers.");
        }
        IsComplete = true;
        return false;
    }

    async ValueTask<byte[]> ReadLineAsync(CancellationToken cancel)
    {
        int end;
        while ((end = connection.Received.IndexOf((byte)'\n')) < 0)
        {
            if (connection.Received.Length > MaxLine)
                throw new ReeveProtocolException("a chunk of the answer has no size.");
            if (await connection.FillAsync(cancel).ConfigureAwait(false) == 0)
                throw connection.CutShort();
        }
        if (end > MaxLine)
            throw new ReeveProtocolException("a chunk of the answer has no size.");
        var line = connection.Received[..end].TrimEnd((byte)'\r').ToArray();
        connection.Consume(end + 1);
        return line;
    }

    static ReeveProtocolException TooLong(int limit) => new($"the answer has more than {limit} bytes.");
}
