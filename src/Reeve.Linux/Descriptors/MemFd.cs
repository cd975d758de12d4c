using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;

namespace Reeve.Linux.Descriptors;

/// <summary>A file without a name, in memory: for what must outlive an exec or is too long for one message.</summary>
public static partial class MemFd
{
    private const uint MFD_CLOEXEC = 1;

    /// <summary>Makes one, empty, closed by exec unless <see cref="Descriptor.SetCloseOnExec"/> says
    /// otherwise.</summary>
    /// <param name="name">Shown in /proc; names need not differ.</param>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE, ENFILE) or memory.</exception>
    public static SafeFileHandle Create(string name)
    {
        var fd = memfd_create(name, MFD_CLOEXEC);
        return fd >= 0
            ? Descriptor.Own(fd)
            : throw new LinuxException("cannot make a file in memory", Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes one with this content, its position at the start.</summary>
    /// <exception cref="LinuxException">Out of descriptors or memory.</exception>
    public static SafeFileHandle Create(string name, ReadOnlySpan<byte> content)
    {
        var file = Create(name);
        var result = PosixFile.WriteAll(file, content);
        if (result.Errno != 0)
        {
            file.Dispose();
            throw new LinuxException("cannot fill a file in memory", result.Errno);
        }
        PosixFile.SeekTo(file, 0);
        return file;
    }

    /// <summary>Reads all of it, from the start, wherever its position is. Copied: whoever shares it may change
    /// it.</summary>
    /// <param name="file">Any plain file.</param>
    /// <param name="maximum">Longest that is accepted, in bytes.</param>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    public static byte[] ReadAll(SafeFileHandle file, int maximum)
    {
        var size = PosixFile.Facts(file).Size;
        if (size > maximum)
            throw new InvalidDataException($"cannot read a file in memory: {size} bytes, at most {maximum} allowed");
        var content = new byte[size];
        var done = 0;
        while (done < content.Length && RandomAccess.Read(file, content.AsSpan(done), done) is > 0 and var count)
            done += count;
        return done == content.Length ? content : content[..done];
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}
