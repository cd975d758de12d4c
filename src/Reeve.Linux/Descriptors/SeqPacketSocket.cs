using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;

namespace Reeve.Linux.Descriptors;

/// <summary>One end of a pair of sockets that carries whole messages, with descriptors beside the bytes. Never
/// blocks.</summary>
public sealed unsafe partial class SeqPacketSocket : IDisposable
{
    /// <summary>Most descriptors in one message: the kernel's limit.</summary>
    public const int MaximumDescriptors = 253;

    private const int AF_UNIX = 1, SOL_SOCKET = 1, SCM_RIGHTS = 1, SO_SNDBUF = 7, SO_SNDBUFFORCE = 32, HeaderSize = 16;
    private const int SOCK_SEQPACKET = 5, SOCK_CLOEXEC = 0x80000, SOCK_NONBLOCK = 0x800;
    private const int MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x4000_0000, MSG_TRUNC = 0x20, MSG_CTRUNC = 8;

    /// <summary>Takes over an end that was inherited.</summary>
    public SeqPacketSocket(SafeFileHandle socket) => Handle = socket;

    /// <summary>Readable (epoll) when there is a message, or the other end is closed.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes two connected ends, closed by exec.</summary>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE, ENFILE).</exception>
    public static (SeqPacketSocket A, SeqPacketSocket B) Pair()
    {
        var ends = stackalloc int[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
            throw new LinuxException("cannot make a pair of sockets", Marshal.GetLastPInvokeError());
        return (new(Descriptor.Own(ends[0])), new(Descriptor.Own(ends[1])));
    }

    /// <summary>Asks for room for so many bytes on the way to the other end; a message must fit into it with its
    /// overhead.</summary>
    /// <remarks>Without root the system's limit (net.core.wmem_max) caps it silently.</remarks>
    public void SetSendBuffer(int bytes)
    {
        if (setsockopt(Handle, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(int)) < 0
            && setsockopt(Handle, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(int)) < 0)
            throw new LinuxException("cannot set the buffer of a socket", Marshal.GetLastPInvokeError());
    }

    /// <summary>Sends one message, whole or not at all.</summary>
    /// <param name="data">At least one byte: nothing would look like the end.</param>
    /// <param name="descriptors">Copied to the other end; at most <see cref="MaximumDescriptors"/>.</param>
    /// <returns>
    /// The bytes; "would block", wait until writable; EMSGSIZE, it will never fit; EPIPE or ECONNRESET, the other end
    /// is gone; ETOOMANYREFS (109), too many descriptors are on their way.
    /// </returns>
    public IoResult Send(ReadOnlySpan<byte> data, ReadOnlySpan<SafeFileHandle> descriptors = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, MaximumDescriptors);
        var control = stackalloc long[(HeaderSize + (MaximumDescriptors * sizeof(int)) + 7) / sizeof(long)];
        var message = new Message { ControlLength = 0 };
        if (!descriptors.IsEmpty)
        {
            message.Control = control;
            message.ControlLength = (nuint)(HeaderSize + (descriptors.Length * sizeof(int)));
            *(ControlHeader*)control = new() { Length = message.ControlLength, Level = SOL_SOCKET, Type = SCM_RIGHTS };
            var numbers = (int*)((byte*)control + HeaderSize);
            for (var i = 0; i < descriptors.Length; i++)
            {
                ObjectDisposedException.ThrowIf(descriptors[i].IsClosed, descriptors[i]);
                numbers[i] = Descriptor.Number(descriptors[i]);
            }
        }
        fixed (byte* start = data)
        {
            var part = new Part { Start = start, Length = (nuint)data.Length };
            (message.Parts, message.PartCount) = ((nint)(&part), 1);
            nint sent;
            int errno;
            do
            {
                sent = sendmsg(Handle, &message, MSG_NOSIGNAL);
                errno = Marshal.GetLastPInvokeError();
            }
            while (sent < 0 && errno == Errno.EINTR);
            return IoResult.OfWrite(sent, errno);
        }
    }

    /// <summary>Receives one message.</summary>
    /// <param name="buffer">Must be able to hold all of it.</param>
    /// <param name="descriptors">Must be able to hold all of them; filled from its start, owned by the caller, closed
    /// by exec.</param>
    /// <param name="count">How many descriptors came.</param>
    /// <returns>Bytes; the end, when the other side has closed; "would block", when there is no message;
    /// ECONNRESET.</returns>
    /// <exception cref="InvalidDataException">
    /// Something was cut off: the message is longer than the buffer, or descriptors were lost, because there was no
    /// room for them or this process may not open that many. The two ends no longer agree: drop the connection.
    /// </exception>
    public IoResult Receive(Span<byte> buffer, Span<SafeFileHandle?> descriptors, out int count)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length);
        var room = Math.Min(descriptors.Length, MaximumDescriptors);
        var control = stackalloc long[(HeaderSize + (MaximumDescriptors * sizeof(int)) + 7) / sizeof(long)];
        count = 0;
        fixed (byte* start = buffer)
        {
            var part = new Part { Start = start, Length = (nuint)buffer.Length };
            var message = new Message { Parts = (nint)(&part), PartCount = 1 };
            nint received;
            int errno;
            do
            {
                // Exactly so long: rounded up, it would let one descriptor more in than there is room for.
                message.Control = control;
                message.ControlLength = room == 0 ? 0 : (nuint)(HeaderSize + (room * sizeof(int)));
                received = recvmsg(Handle, &message, MSG_CMSG_CLOEXEC);
                errno = Marshal.GetLastPInvokeError();
            }
            while (received < 0 && errno == Errno.EINTR);
            if (received < 0)
                return new(0, false, errno);
            count = TakeDescriptors(control, message.ControlLength, descriptors);
            if ((message.Flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
            {
                foreach (ref var one in descriptors[..count])
                {
                    one!.Dispose();
                    one = null;
                }
                count = 0;
                throw new InvalidDataException((message.Flags & MSG_TRUNC) != 0
                    ? $"cannot receive a message: it is longer than {buffer.Length} bytes"
                    : $"cannot receive a message: descriptors lost; room for {room}, or raise the limit of open files");
            }
            return IoResult.OfRead(received, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static int TakeDescriptors(long* control, nuint length, Span<SafeFileHandle?> descriptors)
    {
        var header = (ControlHeader*)control;
        if (length < HeaderSize || header->Level != SOL_SOCKET || header->Type != SCM_RIGHTS)
            return 0;
        var count = (int)((Math.Min(length, header->Length) - HeaderSize) / sizeof(int));
        var numbers = (int*)((byte*)control + HeaderSize);
        for (var i = 0; i < count; i++)
            descriptors[i] = Descriptor.Own(numbers[i]);
        return count;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int family, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(SafeFileHandle socket, int level, int option, int* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(SafeFileHandle socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(SafeFileHandle socket, Message* message, int flags);

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public nint Name;
        public uint NameLength;
        public nint Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct cmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlHeader
    {
        public nuint Length;
        public int Level, Type;
    }
}
