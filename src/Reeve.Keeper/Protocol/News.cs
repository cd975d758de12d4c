using Reeve.Keeper.Children;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Protocol;

/// <summary>Writes the keeper's frames. Each returns the length; descriptors travel beside, in the order
/// named.</summary>
static class News
{
    /// <summary>Longest entry of a Kept frame.</summary>
    public const int MaxKept = 64 + Frame.MaxText;

    /// <summary>Most bytes of a frame without a label or a name in it.</summary>
    public const int MaxShort = 64;

    public static int Welcome(Span<byte> buffer, int pid, long session, int visorStarts, SpawnLimit openFiles)
    {
        var frame = Begin(buffer, NewsKind.Welcome);
        frame.Int32(Frame.Version);
        frame.Int32(pid);
        frame.Int64(session);
        frame.Int32(visorStarts);
        frame.Int64((long)openFiles.Soft);
        frame.Int64((long)openFiles.Hard);
        return frame.Length;
    }

    /// <summary>With one descriptor.</summary>
    public static int Stored(Span<byte> buffer, ReadOnlySpan<byte> name)
    {
        var frame = Begin(buffer, NewsKind.Stored);
        frame.Text(name);
        return frame.Length;
    }

    /// <summary>Begins a frame of many children: entries follow up to its end, with the descriptors of their
    /// pipes.</summary>
    public static int Kept(Span<byte> buffer) => Begin(buffer, NewsKind.Kept).Length;

    /// <summary>One child of a Kept frame.</summary>
    public static int KeptEntry(Span<byte> buffer, in Child child, TimeSpan lived)
    {
        var frame = new FrameWriter(buffer);
        frame.Int64(child.Id);
        frame.Int32(child.Pid);
        frame.Int64(child.StartedAt);
        frame.Int64(lived.Ticks);
        frame.Byte((byte)child.Pipes);
        frame.Byte(child.HasEnded ? (byte)1 : (byte)0);
        Status(ref frame, child.Status);
        frame.Text(child.Label);
        return frame.Length;
    }

    public static int HandoverDone(Span<byte> buffer) => Begin(buffer, NewsKind.HandoverDone).Length;

    /// <summary>With the descriptors of its pipes.</summary>
    public static int Spawned(Span<byte> buffer, in Child child)
    {
        var frame = Begin(buffer, NewsKind.Spawned);
        frame.Int64(child.Id);
        frame.Int32(child.Pid);
        frame.Int64(child.StartedAt);
        frame.Byte((byte)child.Pipes);
        return frame.Length;
    }

    public static int SpawnFailed(Span<byte> buffer, long id, SpawnStage stage, int errno)
    {
        var frame = Begin(buffer, NewsKind.SpawnFailed);
        frame.Int64(id);
        frame.Byte((byte)stage);
        frame.Int32(errno);
        return frame.Length;
    }

    public static int Exited(Span<byte> buffer, in Child child)
    {
        var frame = Begin(buffer, NewsKind.Exited);
        frame.Int64(child.Id);
        frame.Int32(child.Pid);
        Status(ref frame, child.Status);
        return frame.Length;
    }

    public static int SignalFailed(Span<byte> buffer, long id, int signal, int errno)
    {
        var frame = Begin(buffer, NewsKind.SignalFailed);
        frame.Int64(id);
        frame.Int32(signal);
        frame.Int32(errno);
        return frame.Length;
    }

    public static int SignalReceived(Span<byte> buffer, int signal)
    {
        var frame = Begin(buffer, NewsKind.SignalReceived);
        frame.Int32(signal);
        return frame.Length;
    }

    public static int OrphanReaped(Span<byte> buffer, int pid, ExitStatus status)
    {
        var frame = Begin(buffer, NewsKind.OrphanReaped);
        frame.Int32(pid);
        Status(ref frame, status);
        return frame.Length;
    }

    static FrameWriter Begin(Span<byte> buffer, NewsKind kind)
    {
        var frame = new FrameWriter(buffer);
        frame.Byte((byte)kind);
        return frame;
    }

    static void Status(ref FrameWriter frame, ExitStatus status)
    {
        frame.Byte((byte)((status.Signaled ? 1 : 0) | (status.CoreDumped ? 2 : 0)));
        frame.Int32(status.Code);
    }
}
