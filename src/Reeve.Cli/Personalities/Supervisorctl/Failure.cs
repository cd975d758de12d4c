using System.Net.Sockets;
using Reeve.Client;
using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>Tells a failure in the form that Supervisor's users and their scripts know.</summary>
static class Failure
{
    /// <summary>The line <c>error: &lt;class 'KIND'&gt;, TEXT: file: F line: N</c>; file and line name no source here.</summary>
    public static string Line(Exception failure, string host)
    {
        var (kind, text) = Describe(failure, host);
        return $"error: <class '{kind}'>, {text}: file: supervisorctl line: 0";
    }

    /// <summary>Whether nobody listens at the address.</summary>
    public static bool IsRefused(Exception failure) =>
        failure is ReeveUnreachableException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    /// <summary>Whether a unix socket is not there.</summary>
    /// <remarks>The system's own error says so: the same file may also be there, in a directory that may not be entered.</remarks>
    public static bool IsAbsent(Exception failure) => failure is ReeveUnreachableException
    {
        Endpoint.SocketPath: not null,
        InnerException: SocketException { SocketErrorCode: SocketError.AddressNotAvailable }, // ENOENT
    };

    static (string Kind, string Text) Describe(Exception failure, string host) => failure switch
    {
        FaultException e => ("xmlrpc.client.Fault", e.Message),
        ControlException e => (e.Kind, e.Message),
        XmlRpcHttpException e => ("xmlrpc.client.ProtocolError", $"<ProtocolError for {host}/RPC2: {e.Status} {Reason(e.Status)}>"),
        XmlRpcFormatException e => ("xml.parsers.expat.ExpatError", e.Message),
        EndOfStreamException => ("EOFError", "EOF when reading a line"),
        _ when IsRefused(failure) => ("ConnectionRefusedError", "[Errno 111] Connection refused"),
        _ when IsAbsent(failure) => ("FileNotFoundError", "[Errno 2] No such file or directory"),
        ReeveUnreachableException { InnerException: SocketException e } => Describe(e),
        _ => ("OSError", failure.Message),
    };

    static (string Kind, string Text) Describe(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AccessDenied => ("PermissionError", "[Errno 13] Permission denied"),
        SocketError.HostNotFound or SocketError.NoData => ("socket.gaierror", "[Errno -2] Name or service not known"),
        SocketError.TryAgain => ("socket.gaierror", "[Errno -3] Temporary failure in name resolution"),
        SocketError.TimedOut => ("TimeoutError", "[Errno 110] Connection timed out"),
        SocketError.HostUnreachable => ("OSError", "[Errno 113] No route to host"),
        SocketError.NetworkUnreachable => ("OSError", "[Errno 101] Network is unreachable"),
        _ => ("OSError", e.Message),
    };

    static string Reason(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        302 => "Found",
        _ => "",
    };
}
