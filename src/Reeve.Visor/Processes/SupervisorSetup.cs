using Microsoft.Win32.SafeHandles;
using Reeve.Core.Configuration;
using Reeve.Keeper;
using Reeve.Linux.Processes;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Processes;

/// <summary>What the keeper handed over when this visor began.</summary>
/// <param name="Welcome">Who the keeper is.</param>
/// <param name="Children">Children of earlier visors.</param>
/// <param name="Stored">Descriptors of earlier visors, by name.</param>
public sealed record Handover(
    KeeperMessage.Welcome Welcome, IReadOnlyList<KeeperMessage.Kept> Children, IReadOnlyDictionary<string, SafeFileHandle> Stored)
{
    /// <summary>Name of a stored descriptor that says: the last visor ended on purpose, begin anew (a reload).</summary>
    public const string FreshStart = "fresh-start";

    private const string EndingToRestart = "ending-to-restart", EndingForGood = "ending-for-good";

    /// <summary>Whether nothing is taken over: the keeper's first visor, or a reload.</summary>
    public bool IsFresh => Welcome.VisorStarts <= 1 || Stored.ContainsKey(FreshStart);

    /// <summary>Whether the daemon was ending when the last visor died: true for a restart, false for a shutdown.</summary>
    public bool? Ending => Stored.ContainsKey(EndingForGood) ? false : Stored.ContainsKey(EndingToRestart) ? true : null;

    /// <summary>Says to the next visor that it is to begin anew.</summary>
    public static void MarkFreshStart(KeeperLink keeper) => Mark(keeper, FreshStart);

    /// <summary>Says to the next visor, should this one die on the way, to go on ending.</summary>
    internal static void MarkEnding(KeeperLink keeper, bool restart) => Mark(keeper, restart ? EndingToRestart : EndingForGood);

    /// <summary>Begun anew: none of it holds any more.</summary>
    internal static void RemoveMarks(KeeperLink keeper)
    {
        keeper.Unstore(EndingToRestart);
        keeper.Unstore(FreshStart);
    }

    private static void Mark(KeeperLink keeper, string name)
    {
        using var mark = Linux.Descriptors.MemFd.Create(name);
        keeper.Store(name, mark);
    }

    /// <summary>Receives all of it.</summary>
    /// <exception cref="EndOfStreamException">The keeper is gone.</exception>
    public static Handover Receive(KeeperLink keeper)
    {
        using var epoll = new Linux.Polling.Epoll();
        epoll.Add(keeper.Descriptor, Linux.Polling.PollEvents.Readable, 0);
        Span<Linux.Polling.PollEvent> ready = stackalloc Linux.Polling.PollEvent[1];
        KeeperMessage.Welcome? welcome = null;
        var children = new List<KeeperMessage.Kept>();
        var stored = new Dictionary<string, SafeFileHandle>();
        while (true)
        {
            switch (keeper.TryReceive())
            {
                case null:
                    epoll.Wait(ready, -1);
                    break;
                case KeeperMessage.Welcome news:
                    welcome = news;
                    break;
                case KeeperMessage.Kept news:
                    children.Add(news);
                    break;
                case KeeperMessage.Stored news:
                    stored[news.Name] = news.Descriptor;
                    break;
                case KeeperMessage.HandoverDone when welcome is not null:
                    epoll.Remove(keeper.Descriptor);
                    return new(welcome, children, stored);
            }
        }
    }
}

/// <summary>What a <see cref="Supervisor"/> is made of.</summary>
public sealed record SupervisorSetup
{
    /// <summary>The keeper.</summary>
    public required KeeperLink Keeper { get; init; }

    /// <summary>What it handed over.</summary>
    public required Handover Handover { get; init; }

    /// <summary>What to run.</summary>
    public required ConfigurationResult Read { get; init; }

    /// <summary>Reads the file anew, with the same command line.</summary>
    public required Func<ConfigurationResult> ReadAgain { get; init; }

    /// <summary>Tries, before a restart, what the start after it has to open; why it would fail, or null. Default: nothing.</summary>
    public Func<DaemonConfiguration, string?> Rehearse { get; init; } = static _ => null;

    /// <summary>The log thread.</summary>
    public required LogEngine Logs { get; init; }

    /// <summary>The main log.</summary>
    public required MainLog MainLog { get; init; }

    /// <summary>Value of SUPERVISOR_SERVER_URL where a program names none; null: not set.</summary>
    public string? ServerUrl { get; init; }

    /// <summary>File of the journal; null: kept in memory by the keeper.</summary>
    public string? JournalFile { get; init; }

    /// <summary>Environment that children inherit.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>How many files this process may have open. Default: its limit as it is.</summary>
    public ulong OpenFiles { get; init; } = ResourceLimits.Get(ResourceLimits.OpenFiles).Soft;

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
