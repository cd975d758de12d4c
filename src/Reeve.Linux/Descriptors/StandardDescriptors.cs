using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;

namespace Reeve.Linux.Descriptors;

/// <summary>Descriptors 0, 1 and 2 of this process.</summary>
public static partial class StandardDescriptors
{
    /// <summary>Opens those of the three that are closed, as /dev/null: otherwise any file or socket may come to lie
    /// there. The shim has done so before the runtime opened its first file; here it is asked whether it could.</summary>
    /// <exception cref="LinuxException">There is no /dev/null.</exception>
    public static void EnsureOpen()
    {
        if (reeve_descriptors_ensure() is not 0 and var errno)
            throw new LinuxException("cannot open /dev/null", errno);
    }

    /// <summary>Points all three to /dev/null: a daemon lets go of the terminal it was started from.</summary>
    /// <returns>0, or the error.</returns>
    public static int PointToNull()
    {
        const FileFlags flags = FileFlags.ReadWrite | FileFlags.NoControllingTerminal;
        if (PosixFile.TryOpen("/dev/null", flags, 0, out var file) is not 0 and var refusal)
            return refusal;
        var opened = Descriptor.Number(file!);
        for (var number = 0; number <= 2; number++)
        {
            if (Duplicate(opened, number) is not 0 and var errno)
                return errno;
        }
        if (opened <= 2)
            file!.SetHandleAsInvalid(); // One of the three was closed, and the file has taken its place.
        else
            file!.Dispose();
        return 0;
    }

    /// <summary>Points one of the three to a file, for this process and the children it starts meanwhile.</summary>
    /// <returns>Points it back when disposed of.</returns>
    /// <exception cref="LinuxException">Out of descriptors.</exception>
    public static IDisposable Redirect(int number, SafeFileHandle file)
    {
        using var borrowed = new SafeFileHandle(number, ownsHandle: false);
        var before = Descriptor.Duplicate(borrowed);
        if (Duplicate(Descriptor.Number(file), number) is not 0 and var errno)
        {
            before.Dispose();
            throw new LinuxException($"cannot redirect descriptor {number}", errno);
        }
        return new Redirection(number, before);
    }

    /// <summary>Standard input becomes a copy of this descriptor, over exec too.</summary>
    /// <exception cref="LinuxException">It cannot be copied (EMFILE, EBADF).</exception>
    public static void SetInput(SafeFileHandle descriptor)
    {
        if (Duplicate(Descriptor.Number(descriptor), 0) is not 0 and var errno)
            throw new LinuxException("cannot change the standard input", errno);
    }

    /// <summary>A second descriptor of standard error, closed by exec.</summary>
    /// <exception cref="LinuxException">It is closed (EBADF), or out of descriptors (EMFILE).</exception>
    public static SafeFileHandle DuplicateError()
    {
        using var error = new SafeFileHandle(2, ownsHandle: false);
        return Descriptor.Duplicate(error);
    }

    private static int Duplicate(int from, int to)
    {
        int result, errno;
        do
        {
            result = dup2(from, to);
            errno = Marshal.GetLastPInvokeError();
        }
        while (result < 0 && errno == Errno.EINTR);
        return result < 0 ? errno : 0;
    }

    private sealed class Redirection(int number, SafeFileHandle before) : IDisposable
    {
        public void Dispose()
        {
            if (before.IsClosed)
                return;
            _ = Duplicate(Descriptor.Number(before), number); // Both are open, so it cannot fail.
            before.Dispose();
        }
    }

    // Called for more than its answer: the linker keeps an object of the shim only if something in it is called.
    [LibraryImport("reeveshim")]
    private static partial int reeve_descriptors_ensure();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);
}
