using System.Runtime.InteropServices;

namespace Reeve.Linux.Reaping;

/// <summary>Processes that come to this one because their parent is gone: to PID 1, and to a subreaper.</summary>
public static unsafe partial class Orphans
{
    private const int PR_SET_CHILD_SUBREAPER = 36;

    /// <summary>Has the orphans among this process's descendants come to it instead of to PID 1. Survives
    /// exec.</summary>
    public static void Adopt()
    {
        if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
            throw new LinuxException("cannot become the reaper of orphans", Marshal.GetLastPInvokeError());
    }

    /// <summary>Finds a child that has ended, without taking its status.</summary>
    /// <remarks>
    /// The same one is found until it is reaped, and it hides all others: whoever is asked must be reaped before the
    /// next question, our own children through their <see cref="PidFd"/>, everybody else by <see cref="TryReap"/>.
    /// </remarks>
    /// <returns>Its pid; 0: nobody has ended, or there is no child at all.</returns>
    public static int Peek()
    {
        var information = stackalloc byte[SigInfo.Size];
        var errno = Wait.For(Wait.P_ALL, 0, information, Wait.WEXITED | Wait.WNOWAIT | Wait.WNOHANG);
        return errno switch
        {
            0 => SigInfo.Pid(information),
            Errno.ECHILD => 0,
            _ => throw new LinuxException("cannot look for children that have ended", errno),
        };
    }

    /// <summary>Takes the exit status of the child with this pid, if it has ended.</summary>
    /// <returns>How it ended; null: it lives, or it is no child of this process.</returns>
    public static ChildExit? TryReap(int pid)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pid);
        var information = stackalloc byte[SigInfo.Size];
        var errno = Wait.For(Wait.P_PID, pid, information, Wait.WEXITED | Wait.WNOHANG);
        return errno switch
        {
            0 => SigInfo.Pid(information) == 0 ? null : SigInfo.Exit(information),
            Errno.ECHILD => null,
            _ => throw new LinuxException($"cannot take the exit status of {pid}", errno),
        };
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
