using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Files;

namespace Reeve.Visor.Logs;

/// <summary>When a file is full, and how many of its predecessors are kept.</summary>
/// <param name="MaxBytes">Size at which it is rotated; 0: never.</param>
/// <param name="Backups">Rotated files kept; 0: the file is emptied in place.</param>
internal readonly record struct RotationLimits(long MaxBytes, int Backups);

/// <summary>The chain of rotated names: <c>.N-1</c> becomes <c>.N</c>, ..., the file becomes <c>.1</c>.</summary>
internal static class LogRotation
{
    /// <summary>What is not known yet, for the oldest age in a chain.</summary>
    public const int Unknown = int.MaxValue;

    // More cannot be found again by Supervisor's clean-up, which knows four digits.
    private const int MostBackups = 9999;

    /// <summary>Moves the files along and makes a new one at the path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backups">How many are kept, at most 9999.</param>
    /// <param name="isPrivate">An AUTO log.</param>
    /// <param name="oldest">
    /// The highest number in the chain, 0: none, or <see cref="Unknown"/>: then each that there might be is looked for.
    /// A gap below it moves up with the rest, as in Supervisor.
    /// </param>
    /// <returns>The new file.</returns>
    /// <exception cref="IOException">A name could not be moved or made; the file at the path is the one that was
    /// there.</exception>
    public static SafeFileHandle Rotate(string path, int backups, bool isPrivate, ref int oldest)
    {
        var highest = 0;
        var first = Math.Min(Math.Min(backups, MostBackups) - 1, oldest);
        oldest = Unknown; // Until all have been moved.
        for (var age = first; age > 0; age--)
        {
            if (Move($"{path}.{age}", $"{path}.{age + 1}"))
                highest = Math.Max(highest, age + 1);
        }
        var moved = Move(path, $"{path}.1");
        if (moved)
            highest = Math.Max(highest, 1);
        var errno = LogPath.TryCreate(path, isPrivate, out var file);
        if (errno == 0)
        {
            oldest = highest;
            return file!;
        }
        if (moved)
            Move($"{path}.1", path);
        throw new LinuxException($"cannot create '{path}'", errno);
    }

    private static bool Move(string from, string to)
    {
        // Looked at first: an exception for each name that is not there would be dear.
        if (PosixFile.TryFacts(from, out _, follow: false) != 0)
            return false;
        return PosixFile.TryRename(from, to) switch
        {
            0 => true,
            Errno.ENOENT => false, // Somebody cleans up at the same time.
            var errno => throw new LinuxException($"cannot rename '{from}' to '{to}'", errno),
        };
    }
}
