using Reeve.Linux;

namespace Reeve.Server.Listening;

/// <summary>A server section cannot be listened on.</summary>
/// <param name="message">Supervisor's text.</param>
/// <param name="remedy">What it means here and how to mend it.</param>
public sealed class ListenException(string message, string remedy) : IOException(message)
{
    /// <summary>What it means here and how to mend it.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>The address is taken.</summary>
    internal static ListenException InUse(string where) => new(
        "Another program is already listening on a port that one of our HTTP servers is configured to use.  "
        + "Shut this program down first before starting supervisord.",
        $"cannot listen on {where}: somebody does already; end that program or change the address");

    /// <summary>The system refused.</summary>
    internal static ListenException Of(string where, int errno, string? mend = null) => new(
        $"Cannot open an HTTP server: socket.error reported errno.{NameOf(errno)} ({errno})",
        $"cannot listen on {where}: {Errno.Describe(errno)}" + (mend is null ? "" : $"; {mend}"));

    private static string NameOf(int errno) => errno switch
    {
        1 => "EPERM",
        2 => "ENOENT",
        12 => "ENOMEM",
        13 => "EACCES",
        17 => "EEXIST",
        20 => "ENOTDIR",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        28 => "ENOSPC",
        30 => "EROFS",
        36 => "ENAMETOOLONG",
        40 => "ELOOP",
        97 => "EAFNOSUPPORT",
        98 => "EADDRINUSE",
        99 => "EADDRNOTAVAIL",
        122 => "EDQUOT",
        _ => $"E{errno}",
    };
}
