using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Files;

namespace Reeve.Visor.Processes;

/// <summary>The write end of one process's stdin. What the pipe does not take now waits here, bounded.</summary>
internal sealed class ProcessInput(SafeFileHandle pipe, VisorLoop loop) : IDisposable
{
    /// <summary>Most bytes that wait for a process that does not read.</summary>
    public const int Limit = 1024 * 1024;

    private readonly Queue<byte[]> _waiting = new();
    private int _waitingBytes;
    private int _written;
    private bool _closed;

    /// <summary>Hands text over; all of it or, when too much waits already, nothing.</summary>
    public Outcome Write(ReadOnlySpan<byte> text)
    {
        if (_closed)
            return new(OutcomeKind.NoFile, "stdin is closed");
        if (_waitingBytes + text.Length > Limit)
        {
            return new(OutcomeKind.Failed,
                $"the process does not read its stdin: {_waitingBytes} bytes wait already, at most {Limit} may");
        }
        if (_waiting.Count == 0)
        {
            var result = Send(text, out var sent);
            if (result is { } errno)
                return Failed(errno);
            text = text[sent..];
        }
        if (text.Length == 0)
            return Outcome.Done;
        _waiting.Enqueue(text.ToArray());
        _waitingBytes += text.Length;
        loop.WatchWrite(pipe, Continue);
        return Outcome.Done;
    }

    /// <summary>The pipe takes bytes again.</summary>
    /// <returns>Whether more waits.</returns>
    private bool Continue()
    {
        while (!_closed && _waiting.TryPeek(out var next))
        {
            if (Send(next.AsSpan(_written), out var sent) is { } errno)
            {
                Failed(errno);
                return false;
            }
            _written += sent;
            _waitingBytes -= sent;
            if (_written < next.Length)
                return true;
            _waiting.Dequeue();
            _written = 0;
        }
        return false;
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        loop.Unwatch(pipe);
        pipe.Dispose();
    }

    private Outcome Failed(int errno)
    {
        Dispose();
        return new(OutcomeKind.NoFile, $"cannot write to stdin: {Errno.Describe(errno)}");
    }

    /// <summary>Writes what fits. Null: no error.</summary>
    private int? Send(ReadOnlySpan<byte> text, out int sent)
    {
        sent = 0;
        while (sent < text.Length)
        {
            var result = Pipe.Write(pipe, text[sent..]);
            if (result.WouldBlock)
                return null;
            if (result.Failed)
                return result.Errno;
            sent += result.Bytes;
        }
        return null;
    }
}
