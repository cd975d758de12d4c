using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Protocol;

/// <summary>A spawn block too large for a frame, in a memory file that goes along with it.</summary>
static class SpawnBlockMemory
{
    /// <summary>Makes such a file.</summary>
    /// <exception cref="LinuxException">Out of descriptors or memory.</exception>
    public static SafeFileHandle Write(ReadOnlySpan<byte> block) => MemFd.Create("reeve-spawn", block);

    /// <summary>Reads one. What came instead may be anything.</summary>
    public static bool TryRead(SafeFileHandle memory, out byte[] block)
    {
        try
        {
            block = MemFd.ReadAll(memory, SpawnBlock.MaximumLength);
            return block.Length > 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException
            or NotSupportedException)
        {
            block = [];
            return false;
        }
    }
}
