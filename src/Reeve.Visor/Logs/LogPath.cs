using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;

namespace Reeve.Visor.Logs;

/// <summary>Opens what a log path leads to: a plain file, a FIFO, a terminal, or what this process has for
/// stdout.</summary>
internal static class LogPath
{
    // ENXIO: a socket, or a FIFO without a reader.
    private const int NoSuchDevice = 6;

    private const int OwnerOnly = 0b110_000_000, Everybody = 0b110_110_110;

    private const FileFlags ForWriting = FileFlags.WriteOnly | FileFlags.NonBlocking | FileFlags.NoControllingTerminal;

    /// <summary>Whether the path is a device or a descriptor: never rotated, removed or read back.</summary>
    public static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) ||
        path.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>Number of the descriptor that a path like <c>/dev/stdout</c> stands for; null: another path.</summary>
    public static int? DescriptorNumber(string path)
    {
        if (path is "/dev/stdout")
            return 1;
        if (path is "/dev/stderr")
            return 2;
        foreach (var folder in (ReadOnlySpan<string>)["/dev/fd/", "/proc/self/fd/"])
        {
            if (path.StartsWith(folder, StringComparison.Ordinal) &&
                int.TryParse(path.AsSpan(folder.Length), out var number))
                return number;
        }
        return null;
    }

    /// <summary>Opens for writing, never waits.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isPrivate">An AUTO log: mode 0600, and never through a link that somebody left in a shared
    /// directory.</param>
    /// <param name="file">The file.</param>
    /// <returns>0, or the error.</returns>
    public static int TryOpen(string path, bool isPrivate, out SafeFileHandle? file)
    {
        if (isPrivate)
            return TryOpenPrivate(path, out file);
        var errno = PosixFile.TryOpen(path, ForWriting | FileFlags.Create, Everybody, out file);
        if (!IsDevice(path) && errno is 0 or NoSuchDevice && IsFifo(path))
        {
            // Held open for both, a FIFO outlives its readers: the stream waits for the next one, as at a shell's
            // redirection. The first descriptor is closed after that, lest a reader sees the end in between.
            using var first = file;
            return PosixFile.TryOpen(path, FileFlags.ReadWrite | FileFlags.NonBlocking, 0, out file);
        }
        // A socket as stdout (systemd) cannot be opened by name, nor what another user opened before privileges were
        // dropped.
        if (errno is NoSuchDevice or Errno.EACCES && DescriptorNumber(path) is { } number)
            return TryDuplicate(number, out file);
        return errno;
    }

    /// <summary>Makes the next file of a rotation.</summary>
    public static int TryCreate(string path, bool isPrivate, out SafeFileHandle? file) =>
        PosixFile.TryOpen(path, ForWriting | FileFlags.Create | (isPrivate ? FileFlags.Exclusive : 0),
            isPrivate ? OwnerOnly : Everybody, out file);

    private static bool IsFifo(string path) =>
        PosixFile.TryFacts(path, out var facts) == 0 && facts.Kind == FileKind.Pipe;

    private static int TryOpenPrivate(string path, out SafeFileHandle? file)
    {
        var errno = TryCreate(path, isPrivate: true, out file);
        if (errno != Errno.EEXIST)
            return errno;
        errno = PosixFile.TryFacts(path, out var named, follow: false);
        if (errno != 0)
            return errno;
        if (!named.IsRegular)
            return Errno.EEXIST;
        errno = PosixFile.TryOpen(path, ForWriting, 0, out file);
        if (errno != 0 || PosixFile.Facts(file!).IsSameFile(named))
            return errno;
        file!.Dispose();
        file = null;
        return Errno.EEXIST;
    }

    private static int TryDuplicate(int number, out SafeFileHandle? file)
    {
        file = null;
        try
        {
            using var mine = new SafeFileHandle(number, ownsHandle: false);
            file = Descriptor.Duplicate(mine);
            Descriptor.SetNonBlocking(file, true);
            return 0;
        }
        catch (LinuxException e)
        {
            file?.Dispose();
            file = null;
            return e.Errno;
        }
    }
}
