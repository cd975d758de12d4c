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
    // More cannot be found again by Supervisor's clean-up, which knows four digits; and each costs a look at every
    // rotation.
    private const int MostBackups = 9999;

    /// <summary>Moves the files along and makes a new one at the path.</summary>
    /// <returns>The new file.</returns>
    /// <exception cref="IOException">A name could not be moved or made; the file at the path is the one that was
    /// there.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static SafeFileHandle Rotate(string path, int backups, bool isPrivate)
    {
        for (var age = Math.Min(backups, MostBackups) - 1; age > 0; age--)
            Move($"{path}.{age}", $"{path}.{age + 1}");
        var moved = Move(path, $"{path}.1");
        var errno = LogPath.TryCreate(path, isPrivate, out var file);
        if (errno == 0)
            return file!;
        if (moved)
            Move($"{path}.1", path);
        throw new LinuxException($"cannot create '{path}'", errno);
    }

    private static bool Move(string from, string to)
    {
        // Looked at first: an exception for each name that is not there would be dear.
        if (PosixFile.TryFacts(from, out _, follow: false) != 0)
            return false;
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false; // Somebody cleans up at the same time.
        }
    }
}
