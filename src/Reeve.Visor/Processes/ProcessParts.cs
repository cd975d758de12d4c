using Microsoft.Extensions.Logging;
using Reeve.Keeper;
using Reeve.Visor.Events;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Processes;

/// <summary>What every process needs of the house; one for all of them.</summary>
internal sealed class ProcessParts
{
    public required VisorLoop Loop { get; init; }

    public required KeeperLink Keeper { get; init; }

    public required ILogger Logger { get; init; }

    public required EventBus Events { get; init; }

    public required ChildPreparation Children { get; init; }

    /// <summary>Wall clock with the local offset.</summary>
    public required Func<DateTimeOffset> Clock { get; init; }

    /// <summary>Whether the daemon is ending.</summary>
    public required Func<bool> Closing { get; init; }

    /// <summary>Opens the log of one stream, going on with an AUTO file where its path is given.</summary>
    public required Func<ManagedProcess, OutputStream, string?, OutputLog> OpenLog { get; init; }

    /// <summary>Whether the visor may open what one more child needs, and still be able to do its work.</summary>
    public required Func<ManagedProcess, bool> HasRoomFor { get; init; }

    /// <summary>Gives out the id of a new child, and remembers whose it is.</summary>
    public required Func<ManagedProcess, ChildId> NewChild { get; init; }

    /// <summary>The child is history.</summary>
    public required Action<ChildId> ForgetChild { get; init; }

    /// <summary>Writes the process's state to the journal.</summary>
    public required Action<ManagedProcess> Record { get; init; }

    /// <summary>Told after each change of state.</summary>
    public required Action<ManagedProcess> StateChanged { get; init; }
}
