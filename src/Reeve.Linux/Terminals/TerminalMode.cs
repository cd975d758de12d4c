using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Terminals;

/// <summary>How a terminal treats what is typed: echo, line editing, signals. Kept to be put back.</summary>
public sealed unsafe partial class TerminalMode
{
    private const int TCSADRAIN = 1, Size = 64; // struct termios is 60 bytes.

    private readonly byte[] _termios = new byte[Size];

    private TerminalMode()
    {
    }

    /// <summary>The mode of a terminal as it is.</summary>
    /// <exception cref="LinuxException">No terminal (ENOTTY).</exception>
    public static TerminalMode Get(SafeFileHandle terminal)
    {
        var mode = new TerminalMode();
        fixed (byte* termios = mode._termios)
        {
            if (tcgetattr(terminal, termios) < 0)
                throw new LinuxException("cannot read the mode of a terminal", Marshal.GetLastPInvokeError());
        }
        return mode;
    }

    /// <summary>This mode without echo, editing and signals: every key comes as it is.</summary>
    public TerminalMode ToRaw()
    {
        var raw = new TerminalMode();
        _termios.CopyTo(raw._termios, 0);
        fixed (byte* termios = raw._termios)
            cfmakeraw(termios);
        return raw;
    }

    /// <summary>Gives a terminal this mode once it has shown what was written so far.</summary>
    /// <exception cref="LinuxException">No terminal (ENOTTY), or its end (EIO).</exception>
    public void Apply(SafeFileHandle terminal)
    {
        int result, errno;
        fixed (byte* termios = _termios)
        {
            do
            {
                result = tcsetattr(terminal, TCSADRAIN, termios);
                errno = Marshal.GetLastPInvokeError();
            }
            while (result < 0 && errno == Errno.EINTR);
        }
        if (result < 0)
            throw new LinuxException("cannot set the mode of a terminal", errno);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle fd, byte* termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(SafeFileHandle fd, int when, byte* termios);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* termios);
}
