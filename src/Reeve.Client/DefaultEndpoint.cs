namespace Reeve.Client;

/// <summary>Where a daemon without configured servers listens, and where the command line looks for it.</summary>
public static class DefaultEndpoint
{
    /// <summary>Names another socket, for the daemon and for the command line.</summary>
    public const string SocketVariable = "REEVE_SOCKET";

    /// <summary>Path of the socket in an environment: <see cref="SocketVariable"/>, else the usual place.</summary>
    /// <param name="userId">Effective user id.</param>
    /// <param name="variable">An environment variable; null: not set.</param>
    public static string SocketPath(int userId, Func<string, string?> variable) =>
        variable(SocketVariable) is ['/', ..] path ? path : SocketPath(userId, variable("XDG_RUNTIME_DIR"));

    /// <summary>
    /// Path of the socket: <c>/run/reeve/reeve.sock</c> for root, else <c>$XDG_RUNTIME_DIR/reeve/reeve.sock</c>, else
    /// <c>/tmp/reeve-UID/reeve.sock</c>. The daemon makes the directory with mode 0700.
    /// </summary>
    /// <param name="userId">Effective user id.</param>
    /// <param name="runtimeDirectory">Value of <c>XDG_RUNTIME_DIR</c>; null, empty or relative: not set.</param>
    public static string SocketPath(int userId, string? runtimeDirectory) =>
        userId == 0 ? "/run/reeve/reeve.sock"
        : runtimeDirectory is ['/', ..] ? $"{runtimeDirectory.TrimEnd('/')}/reeve/reeve.sock"
        : $"/tmp/reeve-{userId}/reeve.sock";
}
