using System.Text;

namespace Reeve.Cli.Output;

/// <summary>
/// Buffered UTF-8 to a stream. Console.Out would load encodings and the terminal description, at a third of the time a
/// command has. Whole lines written from several threads stay whole.
/// </summary>
internal sealed class TextOutput(Stream stream)
{
    readonly Lock _gate = new();
    readonly byte[] _buffer = new byte[16 * 1024];
    int _used;

    public void Write(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            while (text.Length > 0)
            {
                // 3 bytes are the most that one UTF-16 unit takes.
                var count = Math.Min(text.Length, (_buffer.Length - _used) / 3);
                if (count > 0 && count < text.Length && char.IsHighSurrogate(text[count - 1]))
                    count--;
                if (count == 0)
                {
                    FlushLocked();
                    continue;
                }
                _used += Encoding.UTF8.GetBytes(text[..count], _buffer.AsSpan(_used));
                text = text[count..];
            }
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (bytes.Length > _buffer.Length - _used)
                FlushLocked();
            if (bytes.Length > _buffer.Length)
            {
                WriteOut(bytes);
                return;
            }
            bytes.CopyTo(_buffer.AsSpan(_used));
            _used += bytes.Length;
        }
    }

    /// <summary>Writes both with nothing of another thread between.</summary>
    public void WriteTogether(ReadOnlySpan<char> first, ReadOnlySpan<byte> second)
    {
        lock (_gate)
        {
            Write(first);
            Write(second);
        }
    }

    public void WriteLine(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            Write(text);
            Write("\n"u8);
        }
    }

    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Flush()
    {
        lock (_gate)
            FlushLocked();
    }

    void FlushLocked()
    {
        var used = _used;
        // Forgotten before it is tried: after a failure the next flush must not fail once more.
        _used = 0;
        if (used > 0)
            WriteOut(_buffer.AsSpan(0, used));
    }

    void WriteOut(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
            stream.Flush();
        }
        catch (IOException e)
        {
            throw new OutputException(e);
        }
    }
}

/// <summary>Output could not be written: its reader has gone, or its disk is full.</summary>
internal sealed class OutputException(IOException reason) : Exception(reason.Message, reason)
{
    const int BrokenPipe = 32;

    /// <summary>Whether the reader has gone, which is nobody's error.</summary>
    public bool IsClosed { get; } = (reason.HResult & 0xffff) == BrokenPipe
        || reason.Message.Contains("Broken pipe", StringComparison.Ordinal);
}
