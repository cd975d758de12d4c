using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Processes;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Protocol;

/// <summary>Turns the keeper's frames into messages.</summary>
sealed class NewsReader
{
    /// <summary>Limit of open files for children, as the keeper was started with; null before its first
    /// frame.</summary>
    public SpawnLimit? OpenFiles { get; private set; }

    /// <summary>Reads one frame, whose descriptors then belong to the messages.</summary>
    /// <param name="bytes">The frame.</param>
    /// <param name="descriptors">What came with it.</param>
    /// <param name="messages">Where to add: several for a Kept frame.</param>
    /// <exception cref="InvalidDataException">It is none; all its descriptors are closed.</exception>
    public void Read(
        ReadOnlySpan<byte> bytes, ReadOnlySpan<SafeFileHandle> descriptors, Queue<KeeperMessage> messages)
    {
        var frame = new FrameReader(bytes);
        var left = descriptors;
        var kind = (NewsKind)frame.Byte();
        if (kind == NewsKind.Kept)
        {
            var whole = ReadKept(frame, ref left, messages);
            Check(whole && left.IsEmpty, kind, bytes, left);
            return;
        }
        KeeperMessage? message = kind switch
        {
            NewsKind.Welcome => Welcome(ref frame),
            NewsKind.Stored => Stored(ref frame, ref left),
            NewsKind.HandoverDone => new KeeperMessage.HandoverDone(),
            NewsKind.Spawned => new KeeperMessage.Spawned(
                new(frame.Int64()), frame.Int32(), Time(frame.Int64()), Pipes((PipeSet)frame.Byte(), ref left)),
            NewsKind.SpawnFailed => new KeeperMessage.SpawnFailed(
                new(frame.Int64()), (SpawnStage)frame.Byte(), frame.Int32()),
            NewsKind.Exited => new KeeperMessage.Exited(new(frame.Int64()), frame.Int32(), Status(ref frame)),
            NewsKind.SignalFailed => new KeeperMessage.SignalFailed(new(frame.Int64()), frame.Int32(), frame.Int32()),
            NewsKind.SignalReceived => new KeeperMessage.SignalReceived(frame.Int32()),
            NewsKind.OrphanReaped => new KeeperMessage.OrphanReaped(frame.Int32(), Status(ref frame)),
            _ => null,
        };
        Check(message is not null && frame.IsWhole && left.IsEmpty, kind, bytes, descriptors);
        messages.Enqueue(message!);
    }

    static bool ReadKept(FrameReader frame, ref ReadOnlySpan<SafeFileHandle> left, Queue<KeeperMessage> messages)
    {
        while (!frame.IsWhole)
        {
            ChildId id = new(frame.Int64());
            var pid = frame.Int32();
            var startedAt = frame.Int64();
            TimeSpan lived = new(frame.Int64());
            var pipes = (PipeSet)frame.Byte();
            var hasEnded = frame.Byte() != 0;
            var status = Status(ref frame);
            var label = Encoding.UTF8.GetString(frame.Text());
            if (frame.IsTooShort)
                return false;
            messages.Enqueue(new KeeperMessage.Kept(
                id, label, pid, Time(startedAt), lived, Pipes(pipes, ref left), hasEnded ? status : null));
        }
        return true;
    }

    KeeperMessage.Welcome Welcome(ref FrameReader frame)
    {
        var version = frame.Int32();
        if (Frame.Understands(version))
        {
            var welcome = new KeeperMessage.Welcome(frame.Int32(), frame.Int64(), frame.Int32());
            OpenFiles = new(ResourceLimits.OpenFiles, (ulong)frame.Int64(), (ulong)frame.Int64());
            return welcome;
        }
        throw new InvalidDataException(
                $"cannot talk to the keeper: it speaks version {version} of the protocol, this program version "
                + $"{Frame.Version}. Restart the daemon with one program file for both.");
    }

    static KeeperMessage.Stored? Stored(ref FrameReader frame, ref ReadOnlySpan<SafeFileHandle> left)
    {
        var name = Encoding.UTF8.GetString(frame.Text());
        return Next(ref left) is { } descriptor ? new KeeperMessage.Stored(name, descriptor) : null;
    }

    static ExitStatus Status(ref FrameReader frame)
    {
        var flags = frame.Byte();
        return new(frame.Int32(), (flags & 1) != 0, (flags & 2) != 0);
    }

    static DateTimeOffset Time(long ticks) =>
        ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks ? new(ticks, TimeSpan.Zero) : default;

    static ChildPipes Pipes(PipeSet pipes, ref ReadOnlySpan<SafeFileHandle> left) => new(
        pipes.HasFlag(PipeSet.Input) ? Next(ref left) : null,
        pipes.HasFlag(PipeSet.Output) ? Next(ref left) : null,
        pipes.HasFlag(PipeSet.Error) ? Next(ref left) : null);

    static SafeFileHandle? Next(ref ReadOnlySpan<SafeFileHandle> left)
    {
        if (left.IsEmpty)
            return null;
        var next = left[0];
        left = left[1..];
        return next;
    }

    static void Check(bool good, NewsKind kind, ReadOnlySpan<byte> bytes, ReadOnlySpan<SafeFileHandle> descriptors)
    {
        if (good)
            return;
        foreach (var descriptor in descriptors)
            descriptor.Dispose();
        throw new InvalidDataException(
            $"cannot understand the keeper: a frame of kind {kind} with {bytes.Length} bytes and "
            + $"{descriptors.Length} descriptors");
    }
}
