using System.Runtime.InteropServices;
using Reeve.Linux.Spawning;

namespace Reeve.Linux.Processes;

/// <summary>Resource limits of this process; children inherit them unless their request sets others.</summary>
/// <remarks>The JIT runtime raises the soft limit of open files to the hard one, a native binary does not.</remarks>
public static unsafe partial class ResourceLimits
{
#pragma warning disable CS1591 // setrlimit(2).
    public const int CpuSeconds = 0, FileSize = 1, DataSize = 2, StackSize = 3, CoreSize = 4, ResidentSet = 5,
        Processes = 6, OpenFiles = 7, LockedMemory = 8, AddressSpace = 9;
#pragma warning restore CS1591

    /// <summary>The limits of one resource as they are.</summary>
    public static SpawnLimit Get(int resource)
    {
        var limit = stackalloc ulong[2];
        return getrlimit(resource, limit) == 0
            ? new(resource, limit[0], limit[1])
            : throw new LinuxException($"cannot read resource limit {resource}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Sets the limits of one resource.</summary>
    /// <exception cref="LinuxException">EPERM: the hard limit cannot be raised; EINVAL: soft above hard.</exception>
    public static void Set(SpawnLimit limit)
    {
        var pair = stackalloc ulong[] { limit.Soft, limit.Hard };
        if (setrlimit(limit.Resource, pair) < 0)
            throw new LinuxException($"cannot set resource limit {limit.Resource}", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ulong* limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, ulong* limit);
}
