using System.Runtime.InteropServices;

namespace Reeve.Linux.Processes;

/// <summary>File mode creation mask of this process.</summary>
public static partial class Umask
{
    /// <summary>Sets it.</summary>
    /// <returns>What it was.</returns>
    public static int Set(int mask) => (int)umask((uint)mask);

    [LibraryImport("libc")]
    private static partial uint umask(uint mask);
}
