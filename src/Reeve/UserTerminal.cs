using Microsoft.Win32.SafeHandles;
using Reeve.Cli.Shell;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Polling;
using Reeve.Linux.Terminals;

namespace Reeve;

/// <summary>The terminal on standard input, for the shells.</summary>
internal sealed class UserTerminal : ITerminal
{
    /// <summary>Lines and columns now; 24 and 80 where the terminal does not say.</summary>
    public static WindowSize Size
    {
        get
        {
            using var output = Borrow(1);
            var size = Tty.Size(output) ?? default;
            return new(size.Rows > 0 ? size.Rows : 24, size.Columns > 0 ? size.Columns : 80);
        }
    }

    /// <inheritdoc/>
    public int Width => Size.Columns;

    /// <inheritdoc/>
    public IDisposable EnterRawMode()
    {
        var input = Borrow(0);
        var before = TerminalMode.Get(input);
        before.ToRaw().Apply(input);
        return new Restoring(() => before.Apply(input));
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, CancellationToken cancel)
    {
        using var input = Borrow(0);
        using var epoll = new Epoll();
        using var wake = new EventFd();
        using var registration = cancel.Register(wake.Raise);
        epoll.Add(input, PollEvents.Readable, 0);
        epoll.Add(wake.Handle, PollEvents.Readable, 1);
        Span<PollEvent> ready = stackalloc PollEvent[2];
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var count = epoll.Wait(ready, -1);
            for (var i = 0; i < count; i++)
            {
                if (ready[i].Token != 0)
                    continue;
                var result = Descriptor.Read(input, buffer);
                if (result.Failed && result.Errno != Errno.EIO)
                    throw new LinuxException("cannot read the terminal", result.Errno);
                if (!result.WouldBlock)
                    return result.Bytes;
            }
        }
    }

    private static SafeFileHandle Borrow(int number) => new(number, ownsHandle: false);

    private sealed class Restoring(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }
}
