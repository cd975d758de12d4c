using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;

namespace Reeve.Linux.Terminals;

/// <summary>Size of a terminal in characters.</summary>
/// <param name="Rows">Lines.</param>
/// <param name="Columns">Characters in a line.</param>
public readonly record struct WindowSize(int Rows, int Columns);

/// <summary>Pseudo-terminals, and the terminal that a person sits at.</summary>
public static unsafe partial class Tty
{
    private const int O_RDWR = 2, O_NOCTTY = 0x100, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    private const nuint TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414, TIOCGPTPEER = 0x5441;

    /// <summary>Makes a pseudo-terminal; both ends are closed by exec.</summary>
    /// <param name="size">Its size.</param>
    /// <returns>
    /// Master, which does not block, for us. Slave, which does, for a child with
    /// <see cref="Spawning.SpawnRequest.ControllingTerminal"/>: close it here once the child has started, or the end
    /// never comes.
    /// </returns>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE), or out of terminals (ENOSPC).</exception>
    public static (SafeFileHandle Master, SafeFileHandle Slave) Open(WindowSize size)
    {
        var fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
            throw new LinuxException("cannot make a terminal", Marshal.GetLastPInvokeError());
        var master = Descriptor.Own(fd);
        try
        {
            if (unlockpt(master) < 0)
                throw new LinuxException("cannot unlock a terminal", Marshal.GetLastPInvokeError());
            SetSize(master, size);
            // By descriptor: the slave's path may belong to another mount of devpts.
            var slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
            return slave >= 0
                ? (master, Descriptor.Own(slave))
                : throw new LinuxException("cannot open the other end of a terminal", Marshal.GetLastPInvokeError());
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>Reads from the master; that every slave is closed is the end, which the kernel reports as
    /// EIO.</summary>
    public static IoResult Read(SafeFileHandle master, Span<byte> buffer)
    {
        var result = Descriptor.Read(master, buffer);
        return result.Errno == Errno.EIO ? new(0, true, 0) : result;
    }

    /// <summary>Writes what fits.</summary>
    public static IoResult Write(SafeFileHandle terminal, ReadOnlySpan<byte> data) => Descriptor.Write(terminal, data);

    /// <summary>Whether it is a terminal.</summary>
    public static bool IsTerminal(SafeFileHandle descriptor) => isatty(descriptor) == 1;

    /// <summary>Its size; null: it is no terminal.</summary>
    public static WindowSize? Size(SafeFileHandle terminal)
    {
        var size = stackalloc ushort[4];
        return ioctl(terminal, TIOCGWINSZ, (nint)size) == 0 ? new(size[0], size[1]) : null;
    }

    /// <summary>Changes its size; programs in it get SIGWINCH.</summary>
    /// <exception cref="LinuxException">No terminal (ENOTTY), or its end (EIO).</exception>
    public static void SetSize(SafeFileHandle terminal, WindowSize size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)size.Rows, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)size.Columns, ushort.MaxValue);
        var raw = stackalloc ushort[] { (ushort)size.Rows, (ushort)size.Columns, 0, 0 };
        if (ioctl(terminal, TIOCSWINSZ, (nint)raw) < 0)
            throw new LinuxException("cannot set the size of a terminal", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(SafeFileHandle master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle fd, nuint request, nint argument);

    [LibraryImport("libc")]
    private static partial int isatty(SafeFileHandle fd);
}
