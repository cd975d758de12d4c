using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper;

/// <summary>What the loop needs of the world around it.</summary>
sealed record KeeperParts
{
    /// <summary>Starts a visor with this end of the connection. The loop closes its copy afterwards.</summary>
    public required Func<SafeFileHandle, SpawnResult> StartVisor { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Drawn once per keeper, see <see cref="KeeperMessage.Welcome"/>.</summary>
    public required long Session { get; init; }

    /// <summary>Limit of open files that a child gets unless its request names one.</summary>
    public required SpawnLimit OpenFiles { get; init; }

    /// <summary>
    /// The whole process is the keeper's: the signals it catches are for the daemon, and children that nobody here has
    /// started are orphans to be reaped.
    /// </summary>
    public bool OwnsProcess { get; init; }

    /// <summary>Called once, when the first visor says that the daemon serves.</summary>
    public Action OnReady { get; init; } = static () => { };
}
