using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;

namespace Reeve.Linux.Reaping;

/// <summary>A process by descriptor: it never comes to mean another one. Readable (epoll) once the process has
/// ended.</summary>
/// <remarks>System.Diagnostics.Process must not be used in a process that reaps: the runtime aborts when a status is
/// gone.</remarks>
public static unsafe partial class PidFd
{
    private const nint PidfdSendSignal = 424, PidfdOpen = 434; // System call numbers, one on every architecture.

    /// <summary>A descriptor for any process.</summary>
    /// <returns>0, or the error: ESRCH, there is none; EMFILE, out of descriptors.</returns>
    public static int TryOpen(int pid, out SafeFileHandle? pidfd)
    {
        pidfd = null;
        var fd = (int)syscall(PidfdOpen, pid, 0);
        if (fd < 0)
            return Marshal.GetLastPInvokeError();
        pidfd = Descriptor.Own(fd);
        return 0;
    }

    /// <summary>Takes the exit status of a child, if it has ended.</summary>
    /// <returns>How it ended; null: it lives.</returns>
    /// <exception cref="LinuxException">ECHILD: no child of this process, or its status is taken.</exception>
    public static ChildExit? TryReap(SafeFileHandle pidfd) => Reap(pidfd, Wait.WNOHANG);

    /// <summary>Waits for the end of a child and takes its exit status.</summary>
    /// <inheritdoc cref="TryReap"/>
    public static ChildExit Reap(SafeFileHandle pidfd) => Reap(pidfd, 0)!.Value;

    /// <summary>Sends a signal.</summary>
    /// <returns>0, or the error: ESRCH, it has ended and is reaped; EPERM; EINVAL, no such signal. 0 for a
    /// zombie.</returns>
    public static int Signal(SafeFileHandle pidfd, int signal) =>
        syscall(PidfdSendSignal, pidfd, signal, null, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Sends a signal to every process of a group.</summary>
    /// <param name="group">Number of the group, more than 1: 0 and 1 would hit this process's own, or
    /// everybody.</param>
    /// <param name="signal">Which.</param>
    /// <returns>0, or the error: ESRCH, nobody is left in the group; EPERM, not one could be signalled.</returns>
    public static int SignalGroup(int group, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(group, 2);
        return kill(-group, signal) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static ChildExit? Reap(SafeFileHandle pidfd, int options)
    {
        var information = stackalloc byte[SigInfo.Size];
        var errno = Wait.For(pidfd, information, Wait.WEXITED | options);
        if (errno != 0)
            throw new LinuxException("cannot take a child's exit status", errno);
        return SigInfo.Pid(information) == 0 ? null : SigInfo.Exit(information);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint pid, nint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle pidfd, nint signal, void* information, nint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
