using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Descriptors;

namespace Reeve;

/// <summary>Descriptor 0, 1 or 2 as a stream: System.Console would install signal handlers and terminal settings of its own.</summary>
/// <param name="number">0, 1 or 2.</param>
/// <param name="access">Which way.</param>
/// <param name="dropsWhatFails">What cannot be written is lost: for complaints, which nobody is left to be told of.</param>
internal sealed class StandardStream(int number, FileAccess access, bool dropsWhatFails = false) : Stream
{
    private readonly SafeFileHandle _descriptor = new(number, ownsHandle: false);

    /// <inheritdoc/>
    public override bool CanRead => access == FileAccess.Read;

    /// <inheritdoc/>
    public override bool CanWrite => access == FileAccess.Write;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var result = Descriptor.Read(_descriptor, buffer);
        return result.Failed && result.Errno != Errno.EIO ? throw new LinuxException("cannot read", result.Errno) : result.Bytes;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var result = Descriptor.Write(_descriptor, buffer);
            if (result.WouldBlock)
            {
                // Somebody made the terminal non-blocking; it takes bytes again when it is drained.
                WaitUntilWritable();
                continue;
            }
            if (result.Failed && dropsWhatFails)
                return;
            if (result.Failed)
                throw new LinuxException("cannot write", result.Errno);
            buffer = buffer[result.Bytes..];
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is buffered here.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void WaitUntilWritable()
    {
        using var epoll = new Linux.Polling.Epoll();
        epoll.Add(_descriptor, Linux.Polling.PollEvents.Writable, 0);
        Span<Linux.Polling.PollEvent> ready = stackalloc Linux.Polling.PollEvent[1];
        epoll.Wait(ready, -1);
    }
}
