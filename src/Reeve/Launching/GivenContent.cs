using Microsoft.Win32.SafeHandles;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;
using Reeve.Visor.Processes;

namespace Reeve.Launching;

/// <summary>A configuration that could be read only once, from a pipe: handed from visor to visor.</summary>
internal static class GivenContent
{
    private const string StoredName = "configuration-file";
    private const int Largest = 16 * 1024 * 1024;

    /// <summary>The plan with the content, if it is one of those.</summary>
    /// <exception cref="InvalidDataException">What is there is no configuration.</exception>
    public static LaunchPlan Take(LaunchPlan plan, Handover handover, KeeperLink keeper)
    {
        if (!plan.ContentIsInput)
            return plan;
        if (handover.Stored.TryGetValue(StoredName, out var kept))
            return plan with { Content = MemFd.ReadAll(kept, Largest) };
        // The first visor: the standard input becomes /dev/null as soon as the daemon is in the background.
        using var input = new SafeFileHandle(0, ownsHandle: false);
        keeper.Store(StoredName, input);
        return plan with { Content = MemFd.ReadAll(input, Largest) };
    }
}
