using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;

namespace Reeve.Keeper.Protocol;

/// <summary>What became of a frame to be sent.</summary>
enum Sending
{
    /// <summary>The socket has it.</summary>
    Sent,

    /// <summary>The socket is full: again when it is writable.</summary>
    Full,

    /// <summary>The kernel lacks memory, or too many descriptors are under way: nothing will tell when that is
    /// over.</summary>
    FullForAWhile,

    /// <summary>Nobody reads any more.</summary>
    Gone,
}

/// <summary>What came of receiving.</summary>
enum Receiving
{
    /// <summary>A whole frame.</summary>
    Frame,

    /// <summary>There is none now.</summary>
    Nothing,

    /// <summary>The other side has closed, and all it sent has been read.</summary>
    Closed,

    /// <summary>A frame too long, or with descriptors that could not be taken; or the socket failed.</summary>
    Broken,
}

/// <summary>One end of the connection between keeper and visor: frames with descriptors, never waiting.</summary>
sealed class FrameSocket(SeqPacketSocket socket) : IDisposable
{
    const int ENOBUFS = 105, ETOOMANYREFS = 109;

    public SafeFileHandle Handle => socket.Handle;

    /// <summary>Sends one frame, and copies of the descriptors with it.</summary>
    public Sending Send(ReadOnlySpan<byte> frame, ReadOnlySpan<SafeFileHandle> descriptors) =>
        socket.Send(frame, descriptors).Errno switch
        {
            0 => Sending.Sent,
            Errno.EAGAIN => Sending.Full,
            Errno.ENOMEM or ENOBUFS or ETOOMANYREFS => Sending.FullForAWhile,
            _ => Sending.Gone,
        };

    /// <summary>Receives one frame. Unless it is whole, no descriptor of it is left open.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="length">Length of the frame.</param>
    /// <param name="descriptors">Filled from its start with what is then the caller's.</param>
    /// <param name="count">How many descriptors came.</param>
    public Receiving Receive(Span<byte> buffer, out int length, Span<SafeFileHandle?> descriptors, out int count)
    {
        (length, count) = (0, 0);
        try
        {
            IoResult result;
            do
                result = socket.Receive(buffer, descriptors, out count);
            // Told once, when the other side closed with frames unread; those that it sent are still there.
            while (result.Errno == Errno.ECONNRESET);
            length = result.Bytes;
            foreach (ref var descriptor in descriptors[..(length > 0 ? 0 : count)])
                descriptor?.Dispose(); // Without a byte beside it nothing says what it is.
            return result.WouldBlock ? Receiving.Nothing
                : result.EndOfFile && count == 0 ? Receiving.Closed
                : result.Errno == 0 && length > 0 ? Receiving.Frame
                : Receiving.Broken;
        }
        catch (InvalidDataException)
        {
            return Receiving.Broken;
        }
    }

    public void Dispose() => socket.Dispose();
}
