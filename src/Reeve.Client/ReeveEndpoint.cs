using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Reeve.Client;

/// <summary>Where a daemon listens and as whom to speak to it. Immutable.</summary>
public sealed record ReeveEndpoint
{
    // sun_path has 108 bytes, one of them for the terminating zero.
    const int MaxSocketPath = 107;

    ReeveEndpoint()
    {
    }

    /// <summary>Path of a unix socket; null: it is TCP.</summary>
    public string? SocketPath { get; private init; }

    /// <summary>Host name or address (an IPv6 one without brackets); empty for a unix socket.</summary>
    public string Host { get; private init; } = "";

    /// <summary>TCP port; 0 for a unix socket.</summary>
    public int Port { get; private init; }

    /// <summary>User name for Basic authentication; null: none is sent.</summary>
    public string? UserName { get; init; }

    /// <summary>Password that goes with <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    /// <summary>A unix socket by its path.</summary>
    /// <exception cref="FormatException">The path is empty or longer than a socket's address can be.</exception>
    public static ReeveEndpoint Unix(string path)
    {
        if (path.Length == 0)
            throw new FormatException("cannot use an empty socket path. Write unix:///path/of/the.sock.");
        if (path.Contains('\0') || Encoding.UTF8.GetByteCount(path) > MaxSocketPath)
        {
            throw new FormatException(
                $"cannot use socket path '{path}': a unix socket's path has at most {MaxSocketPath} bytes and no NUL.");
        }
        return new() { SocketPath = path };
    }

    /// <summary>
    /// Reads <c>unix:///path</c>, <c>ipc:///path</c>, a plain path (it has a slash or ends in <c>.sock</c>),
    /// <c>http://[user:password@]host[:port]</c>, <c>tcp://host:port</c> or <c>host:port</c>. The port is 9001 by
    /// default, Supervisor's. User name and password may also stand before a socket's path:
    /// <c>unix://user:password@/path</c>; both are percent-decoded.
    /// </summary>
    /// <exception cref="FormatException">It is none of these; the message says what was expected.</exception>
    public static ReeveEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            throw Bad(text, "it is empty");
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0)
        {
            return text.Contains('/') || text.EndsWith(".sock", StringComparison.Ordinal)
                ? Unix(text)
                : ParseTcp(text, text);
        }
        var rest = text[(separator + 3)..];
        return text[..separator].ToLowerInvariant() switch
        {
            "unix" or "ipc" => ParseUnix(rest),
            "http" or "tcp" => ParseTcp(rest, text),
            "https" => throw Bad(text, "TLS is not spoken here; go through http:// on the loopback or a unix socket"),
            var scheme => throw Bad(text, $"'{scheme}' is no known scheme"),
        };
    }

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ReeveEndpoint? endpoint)
    {
        try
        {
            endpoint = Parse(text);
            return true;
        }
        catch (FormatException)
        {
            endpoint = null;
            return false;
        }
    }

    /// <summary>As it is written, without the password: <c>unix:///run/reeve/reeve.sock</c>.</summary>
    public override string ToString() => SocketPath is not null
        ? $"unix://{SocketPath}"
        : $"http://{Authority}";

    /// <summary>Host and port as they stand in a Host header.</summary>
    internal string Authority => SocketPath is not null
        ? "localhost"
        : (Host.Contains(':') ? $"[{Host}]" : Host) + ":" + Port.ToString(CultureInfo.InvariantCulture);

    static ReeveEndpoint ParseUnix(string rest)
    {
        // A path may hold an @ of its own: only what stands before the first slash can be a user.
        var slash = rest.IndexOf('/');
        var at = slash < 0 ? -1 : rest.LastIndexOf('@', slash);
        var (user, password) = Credentials(rest[..Math.Max(at, 0)]);
        return Unix(rest[(at + 1)..]) with { UserName = user, Password = password };
    }

    static ReeveEndpoint ParseTcp(string rest, string text)
    {
        var end = rest.IndexOf('/');
        if (end >= 0 && rest[end..] is not ("/" or "/RPC2"))
            throw Bad(text, $"a path ('{rest[end..]}') has no meaning here");
        var authority = end < 0 ? rest : rest[..end];
        var at = authority.LastIndexOf('@');
        var (user, password) = Credentials(authority[..Math.Max(at, 0)]);
        authority = authority[(at + 1)..];

        var hostEnd = authority.StartsWith('[') ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        if (hostEnd == 0 && authority.StartsWith('['))
            throw Bad(text, "the bracket of the address is not closed");
        if (hostEnd < 0)
            hostEnd = authority.Length;
        var host = authority[..hostEnd].Trim('[', ']');
        if (host.AsSpan().ContainsAny(" \t\r\n\0") || host.Length > 255)
            throw Bad(text, $"'{host}' is no host name");
        // http://:9001 and http://*:9001 are what a server listens on; as a client one means this machine.
        host = host is "" or "*" ? "localhost" : host;

        var port = 9001;
        if (hostEnd < authority.Length && (authority[hostEnd] != ':'
            || !int.TryParse(authority.AsSpan(hostEnd + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port is < 1 or > 65535))
        {
            throw Bad(text, $"'{authority[hostEnd..]}' is no port from 1 to 65535");
        }
        return new() { Host = host, Port = port, UserName = user, Password = password };
    }

    static (string? User, string? Password) Credentials(string text)
    {
        if (text.Length == 0)
            return (null, null);
        var colon = text.IndexOf(':');
        return colon < 0
            ? (Uri.UnescapeDataString(text), "")
            : (Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }

    static FormatException Bad(string text, string reason)
    {
        // The password is not repeated: error messages end up in logs.
        var at = text.LastIndexOf('@');
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? "" : text[..(separator + 3)];
        var shown = at < 0 ? text : $"{scheme}…{text[at..]}";
        return new FormatException(
            $"cannot read endpoint '{shown}': {reason}. Write unix:///path, http://host:port or tcp://host:port.");
    }
}
