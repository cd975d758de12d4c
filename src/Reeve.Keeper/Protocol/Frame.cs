namespace Reeve.Keeper.Protocol;

/// <summary>What both ends agree on: one frame is one datagram, its first byte the kind, numbers
/// little-endian.</summary>
static class Frame
{
    /// <summary>Told in the first frame of each side. Raised when a frame changes its meaning.</summary>
    /// <remarks>After an upgrade the two ends may be one version apart, whichever of them is older.</remarks>
    public const int Version = 1;

    /// <summary>Longest frame in bytes. A spawn block that would pass it travels in a memfd.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>Most descriptors in one frame: SCM_MAX_FD of Linux.</summary>
    public const int MaxDescriptors = 253;

    /// <summary>Longest label of a child and longest name of a stored descriptor, in bytes of UTF-8.</summary>
    public const int MaxText = 1024;

    /// <summary>Whether an end that speaks <paramref name="version"/> can be talked to.</summary>
    public static bool Understands(int version) => version is >= Version - 1 and <= Version + 1 and > 0;
}

/// <summary>Frames from the visor to the keeper.</summary>
enum RequestKind : byte
{
    None, Hello, Spawn, SpawnInMemory, Signal, Forget, Store, Unstore, Ready, Finish, SignalSeen,
}

/// <summary>Frames from the keeper to the visor.</summary>
enum NewsKind : byte
{
    None, Welcome, Stored, Kept, HandoverDone, Spawned, SpawnFailed, Exited, SignalFailed, SignalReceived, OrphanReaped,
}
