using System.Runtime.InteropServices;

namespace Reeve.Linux.Descriptors;

/// <summary>Who connected to a unix socket, as the kernel saw it then.</summary>
/// <param name="Pid">Process; 0: it is in a namespace that cannot be seen from here.</param>
/// <param name="UserId">Its effective user.</param>
/// <param name="GroupId">Its effective group.</param>
public readonly partial record struct PeerCredentials(int Pid, int UserId, int GroupId)
{
    private const int SOL_SOCKET = 1, SO_PEERCRED = 17;

    /// <summary>Asks for the other end of a connection.</summary>
    /// <param name="socket">A connected unix socket.</param>
    /// <exception cref="LinuxException">Not a socket.</exception>
    public static unsafe PeerCredentials Of(SafeHandle socket)
    {
        var credentials = stackalloc int[3];
        uint length = 3 * sizeof(int);
        return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, credentials, &length) == 0
            ? new(credentials[0], credentials[1], credentials[2])
            : throw new LinuxException("cannot ask who is at the other end of a socket", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int getsockopt(SafeHandle socket, int level, int option, int* value, uint* length);
}
