namespace Reeve.Visor.Logs;

/// <summary>Lines on their way from any thread to one log. Bounded: when the log does not take them, the oldest
/// go.</summary>
/// <param name="engine">Whose thread writes.</param>
/// <param name="file">Where to.</param>
/// <param name="limits">Rotation.</param>
/// <param name="dropped">Makes the line that tells how many are missing.</param>
internal sealed class LineQueue(LogEngine engine, LogFile file, RotationLimits limits, Func<int, byte[]> dropped)
    : IHeldBack
{
    /// <summary>Most bytes that wait.</summary>
    public const int Capacity = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _lines = new();
    private int _bytes, _dropped;
    private bool _waits;

    /// <summary>The log.</summary>
    public LogFile File => file;

    /// <summary>Queues a line.</summary>
    public void Add(byte[] line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            _bytes += line.Length;
            while (_bytes > Capacity && _lines.Count > 1)
            {
                _bytes -= _lines.Dequeue().Length;
                _dropped++;
            }
        }
    }

    /// <summary>Writes what waits, as far as the log takes it. On the log thread.</summary>
    public void Write()
    {
        while (!file.IsHeldBack)
        {
            var data = Collect();
            if (data.IsEmpty)
                return;
            file.Append(data, limits, wholeLines: true);
        }
        if (!_waits)
            file.WhenReady(this);
        _waits = true;
    }

    /// <inheritdoc/>
    public void Resume()
    {
        _waits = false;
        Write();
    }

    // Many lines go out in one write.
    private ReadOnlySpan<byte> Collect()
    {
        var count = 0;
        var buffer = engine.Buffer;
        lock (_lock)
        {
            if (_dropped > 0)
            {
                var line = dropped(_dropped);
                _dropped = 0;
                line.CopyTo(buffer, 0);
                count = line.Length;
            }
            while (_lines.TryPeek(out var line) && (count == 0 || count + line.Length <= buffer.Length))
            {
                _lines.Dequeue();
                _bytes -= line.Length;
                if (line.Length > buffer.Length)
                    return line;
                line.CopyTo(buffer, count);
                count += line.Length;
            }
        }
        return buffer.AsSpan(0, count);
    }
}
