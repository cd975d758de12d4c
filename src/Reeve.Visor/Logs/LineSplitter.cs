namespace Reeve.Visor.Logs;

/// <summary>Takes one line, without its newline.</summary>
internal delegate void LineHandler(ReadOnlySpan<byte> line);

/// <summary>Makes lines of chunks. An unfinished line waits for its newline, up to <see cref="LongestLine"/>.</summary>
internal sealed class LineSplitter(LineHandler handler)
{
    /// <summary>A longer line is handed on in pieces of this many bytes.</summary>
    public const int LongestLine = 8 * 1024;

    private byte[] _partial = [];
    private int _length;

    /// <summary>Hands on the lines that a chunk completes.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var end = data.IndexOf((byte)'\n');
            var part = end < 0 ? data : data[..end];
            if (_length + part.Length > LongestLine)
            {
                part = part[..(LongestLine - _length)];
                Complete(part);
                data = data[part.Length..];
                continue;
            }
            if (end < 0)
            {
                Keep(part);
                return;
            }
            Complete(part);
            data = data[(end + 1)..];
        }
    }

    /// <summary>No more is coming for now: an unfinished line is a line.</summary>
    public void Release()
    {
        if (_length > 0)
            Complete([]);
    }

    private void Complete(ReadOnlySpan<byte> rest)
    {
        if (_length == 0)
        {
            handler(rest);
            return;
        }
        Keep(rest);
        var length = _length;
        _length = 0;
        handler(_partial.AsSpan(0, length));
        _partial = []; // An idle stream costs no buffer.
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (_partial.Length < _length + part.Length)
            Array.Resize(ref _partial, Math.Min(LongestLine, Math.Max(_length + part.Length, 2 * _partial.Length)));
        part.CopyTo(_partial.AsSpan(_length));
        _length += part.Length;
    }
}
