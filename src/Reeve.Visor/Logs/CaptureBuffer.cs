namespace Reeve.Visor.Logs;

/// <summary>The newest bytes of one captured section. Takes no memory between sections.</summary>
/// <param name="limit">Most bytes kept (<c>capture_maxbytes</c>).</param>
/// <remarks>
/// Supervisor drops as many of the oldest bytes as a chunk brings, so that what remains depends on how the output was
/// cut into reads; here it is the last <paramref name="limit"/> bytes, always.
/// </remarks>
internal sealed class CaptureBuffer(long limit)
{
    private const int FirstSize = 1024;

    private readonly int _limit = (int)Math.Clamp(limit, 1, Array.MaxLength);
    private byte[] _ring = [];
    private int _start, _count;

    /// <summary>Adds to the section.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        if (data.Length > _limit)
            data = data[^_limit..];
        Grow(data.Length);
        var excess = _count + data.Length - _ring.Length;
        if (excess > 0)
        {
            _start = (_start + excess) % _ring.Length;
            _count -= excess;
        }
        var end = (int)(((long)_start + _count) % _ring.Length);
        var first = Math.Min(data.Length, _ring.Length - end);
        data[..first].CopyTo(_ring.AsSpan(end));
        data[first..].CopyTo(_ring);
        _count += data.Length;
    }

    /// <summary>The section; the buffer is empty afterwards.</summary>
    public ReadOnlySpan<byte> Take()
    {
        var section = new ReadOnlySpan<byte>(_ring, _start, Math.Min(_count, _ring.Length - _start));
        if (section.Length < _count)
        {
            var joined = new byte[_count];
            section.CopyTo(joined);
            _ring.AsSpan(0, _count - section.Length).CopyTo(joined.AsSpan(section.Length));
            section = joined;
        }
        _ring = [];
        _start = _count = 0;
        return section;
    }

    private void Grow(int more)
    {
        var wanted = Math.Min((long)_count + more, _limit);
        if (wanted <= _ring.Length)
            return;
        // Below the limit nothing was ever dropped, so the bytes begin at 0.
        Array.Resize(ref _ring, (int)Math.Min(_limit, Math.Max(wanted, Math.Max(FirstSize, 2L * _ring.Length))));
    }
}
