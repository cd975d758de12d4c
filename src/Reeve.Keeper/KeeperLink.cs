using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Keeper.Protocol;
using Reeve.Linux;
using Reeve.Linux.Processes;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper;

/// <summary>The visor's end of the connection to its keeper. One thread uses it, except where said otherwise.</summary>
/// <remarks>
/// Nothing here waits. What the keeper cannot take yet is queued: then <see cref="WantsWrite"/> is true, and whoever
/// polls <see cref="Descriptor"/> asks for writability too and calls <see cref="Flush"/>. Once the keeper is gone, what
/// is sent goes nowhere; <see cref="TryReceive"/> is the one place that tells.
/// </remarks>
public sealed class KeeperLink : IDisposable
{
    /// <summary>Environment variable in which the keeper tells its visor the number of the connected
    /// descriptor.</summary>
    public const string DescriptorVariable = "REEVE_KEEPER_FD";

    readonly FrameSocket _socket;
    readonly byte[] _frame = new byte[Frame.MaxLength];
    readonly SafeFileHandle?[] _descriptors = new SafeFileHandle?[Frame.MaxDescriptors];
    ArrayBufferWriter<byte> _block = new(Frame.MaxLength);
    readonly NewsReader _reader = new();
    readonly Queue<KeeperMessage> _received = new();
    readonly Queue<(byte[] Frame, SafeFileHandle? Descriptor)> _unsent = new();

    /// <summary>Talks over a connected SOCK_SEQPACKET socket, which then belongs to the link.</summary>
    public KeeperLink(SafeFileHandle socket)
    {
        Linux.Descriptors.Descriptor.SetNonBlocking(socket, true);
        _socket = new(new(socket));
        Send(new() { Kind = RequestKind.Hello, Number = Frame.Version }, null);
    }

    /// <summary>Takes the connection that the keeper left to this process.</summary>
    /// <exception cref="InvalidOperationException">There is none: this process was not started by a keeper.</exception>
    /// <exception cref="LinuxException">The descriptor named in the environment is not open.</exception>
    public static KeeperLink Connect()
    {
        var value = Environment.GetEnvironmentVariable(DescriptorVariable);
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new InvalidOperationException(
                $"cannot find the keeper: {DescriptorVariable} is '{value}', not the number of a descriptor. "
                + "Start the daemon, which starts its visor itself.");
        }
        var socket = Linux.Descriptors.Descriptor.Inherit(number);
        Linux.Descriptors.Descriptor.SetCloseOnExec(socket, true);
        return new(socket);
    }

    /// <summary>Readable (epoll) when <see cref="TryReceive"/> has something.</summary>
    public SafeFileHandle Descriptor => _socket.Handle;

    /// <summary>Something is queued: poll for writability, then <see cref="Flush"/>.</summary>
    public bool WantsWrite => _unsent.Count > 0;

    /// <summary>The next message, or null when there is none now.</summary>
    /// <remarks>Call it until it says null: several messages may come at once, without another readiness.</remarks>
    /// <exception cref="EndOfStreamException">The keeper is gone: the visor must end without touching
    /// anything.</exception>
    /// <exception cref="InvalidDataException">The keeper speaks another protocol.</exception>
    public KeeperMessage? TryReceive()
    {
        while (_received.Count == 0)
        {
            if (!TryReadFrame())
                return null;
        }
        return _received.Dequeue();
    }

    /// <summary>Starts a child; answered by <see cref="KeeperMessage.Spawned"/> or
    /// <see cref="KeeperMessage.SpawnFailed"/>.</summary>
    /// <remarks>An id that is still in use is answered by SpawnFailed with EEXIST, and the earlier child
    /// stays.</remarks>
    /// <param name="id">New id.</param>
    /// <param name="label">Handed back by <see cref="KeeperMessage.Kept"/>; at most 1024 bytes of UTF-8.</param>
    /// <param name="request">What to start. Without a limit for open files the child gets the one that the keeper was
    /// started with.</param>
    /// <param name="pipes">Which pipes to make.</param>
    /// <exception cref="ArgumentException">
    /// Id 0, a label or a request too long, a zero character in it, or pipes that contradict each other.
    /// </exception>
    /// <exception cref="InvalidOperationException">The keeper's Welcome is not here yet.</exception>
    public void Spawn(ChildId id, string label, SpawnRequest request, PipeSet pipes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(id.Value, nameof(id));
        if (!VisorRequest.ArePipes(pipes))
        {
            throw new ArgumentException(
                $"cannot make pipes {pipes}: stderr goes into its own or to stdout", nameof(pipes));
        }
        var text = Text(label, nameof(label));
        _block.ResetWrittenCount();
        SpawnBlock.Encode(WithOpenFiles(request), _block);
        var block = _block.WrittenSpan;
        var spawn = new VisorRequest
        {
            Kind = RequestKind.Spawn,
            Id = id.Value,
            Pipes = pipes,
            Text = text,
            Block = block,
        };
        if (spawn.MaxWritten <= Frame.MaxLength)
        {
            Send(spawn, null);
            return;
        }
        var memory = SpawnBlockMemory.Write(block);
        Send(new() { Kind = RequestKind.SpawnInMemory, Id = id.Value, Pipes = pipes, Text = text }, memory);
        _block = new(Frame.MaxLength); // The large one was an exception.
    }

    /// <summary>Signals a child, or its process group.</summary>
    public void Signal(ChildId id, int signal, bool group) =>
        Send(new() { Kind = RequestKind.Signal, Id = id.Value, Number = signal, Group = group }, null);

    /// <summary>Closes the keeper's copies of a child's pipes; once it has ended, drops its exit status too.</summary>
    /// <remarks>
    /// A child that lives stays known, to the next visor as well: its end is told as ever, and then forgotten by a
    /// second call. An unknown id is nothing to forget.
    /// </remarks>
    public void Forget(ChildId id) => Send(new() { Kind = RequestKind.Forget, Id = id.Value }, null);

    /// <summary>Leaves a copy of a descriptor (a listening socket, a lock) with the keeper for the next
    /// visor.</summary>
    /// <param name="name">Not empty, at most 1024 bytes of UTF-8; what was stored under it before is closed.</param>
    /// <param name="descriptor">Stays the caller's.</param>
    public void Store(string name, SafeFileHandle descriptor) => Send(
        new() { Kind = RequestKind.Store, Text = Name(name) }, Linux.Descriptors.Descriptor.Duplicate(descriptor));

    /// <summary>Takes a stored descriptor out and closes the keeper's copy.</summary>
    public void Unstore(string name) => Send(new() { Kind = RequestKind.Unstore, Text = Name(name) }, null);

    /// <summary>Says that a signal to the daemon has been dealt with: the next visor need not hear of it.</summary>
    /// <remarks>After whatever was left with the keeper because of it: the keeper reads in that order.</remarks>
    public void SignalSeen(int signal) => Send(new() { Kind = RequestKind.SignalSeen, Number = signal }, null);

    /// <summary>Says that the daemon serves: whoever launched it in the background may go.</summary>
    public void Ready() => Send(new() { Kind = RequestKind.Ready }, null);

    /// <summary>Ends the daemon: the keeper exits with this code as soon as it read this.</summary>
    /// <remarks>Children that are left are killed. The visor has a second to end by itself.</remarks>
    public void Finish(int exitCode) => Send(new() { Kind = RequestKind.Finish, Number = exitCode }, null);

    /// <summary>Sends what was queued, as far as the keeper takes it.</summary>
    public void Flush()
    {
        while (_unsent.TryPeek(out var first))
        {
            if (!TrySend(first.Frame, first.Descriptor))
                return;
            _unsent.Dequeue();
        }
    }

    /// <summary>Sends everything that was queued, and waits for the keeper to take it: the visor's last words.</summary>
    /// <param name="patience">The longest wait. A keeper that is gone is not waited for.</param>
    /// <returns>False: the time is over.</returns>
    public bool FlushAll(TimeSpan patience)
    {
        const int again = 10; // What the kernel refuses for a while it does not tell the end of.
        var began = TimeProvider.System.GetTimestamp();
        using var epoll = new Linux.Polling.Epoll();
        epoll.Add(Descriptor, Linux.Polling.PollEvents.Writable, 0);
        Span<Linux.Polling.PollEvent> ready = stackalloc Linux.Polling.PollEvent[1];
        for (Flush(); WantsWrite; Flush())
        {
            if (TimeProvider.System.GetElapsedTime(began) > patience)
                return false;
            epoll.Wait(ready, again);
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        while (_unsent.TryDequeue(out var unsent))
            unsent.Descriptor?.Dispose();
        while (_received.TryDequeue(out var message))
            CloseDescriptors(message);
    }

    static void CloseDescriptors(KeeperMessage message)
    {
        var pipes = (message as KeeperMessage.Kept)?.Pipes ?? (message as KeeperMessage.Spawned)?.Pipes;
        pipes?.Input?.Dispose();
        pipes?.Output?.Dispose();
        pipes?.Error?.Dispose();
        (message as KeeperMessage.Stored)?.Descriptor.Dispose();
    }

    /// <returns>False: there is none now.</returns>
    bool TryReadFrame()
    {
        switch (_socket.Receive(_frame, out var length, _descriptors, out var count))
        {
            case Receiving.Nothing:
                return false;
            case Receiving.Closed:
                throw new EndOfStreamException("cannot hear the keeper any more: it is gone");
            case Receiving.Broken:
                throw new InvalidDataException(
                    "cannot take over what the keeper sent: a frame or its descriptors were cut off. "
                    + "Raise the limit of open files.");
            default:
                _reader.Read(_frame.AsSpan(0, length), _descriptors.AsSpan(0, count)!, _received);
                return true;
        }
    }

    /// <summary>The keeper raises its own limit, which no child may inherit: select(2) breaks above 1024.</summary>
    SpawnRequest WithOpenFiles(SpawnRequest request)
    {
        if (request.Limits.Any(limit => limit.Resource == ResourceLimits.OpenFiles))
            return request;
        if (_reader.OpenFiles is null)
            TryReadFrame();
        return _reader.OpenFiles is { } limit
            ? request with { Limits = [.. request.Limits, limit] }
            : throw new InvalidOperationException(
                $"cannot start '{request.File}' before the keeper's Welcome was received");
    }

    static byte[] Name(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Text(name, nameof(name));
    }

    static byte[] Text(string text, string parameter)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= Frame.MaxText
            ? bytes
            : throw new ArgumentException(
                $"cannot send '{text[..40]}...': {bytes.Length} bytes, at most {Frame.MaxText} are possible",
                parameter);
    }

    /// <summary>Sends, or queues behind what waits already. The descriptor belongs to the link from here on.</summary>
    void Send(in VisorRequest request, SafeFileHandle? descriptor)
    {
        var length = request.Write(_frame);
        if (_unsent.Count > 0 || !TrySend(_frame.AsSpan(0, length), descriptor))
            _unsent.Enqueue((_frame.AsSpan(0, length).ToArray(), descriptor));
    }

    /// <returns>False: not now.</returns>
    bool TrySend(ReadOnlySpan<byte> frame, SafeFileHandle? descriptor)
    {
        var sent = _socket.Send(frame, descriptor is null ? [] : [descriptor]);
        if (sent is Sending.Full or Sending.FullForAWhile)
            return false;
        descriptor?.Dispose();
        return true;
    }
}
