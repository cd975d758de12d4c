namespace Reeve.Core.Configuration.Values;

/// <summary>Values of the daemon's own sections.</summary>
static class DaemonValues
{
    /// <summary>Names of log levels, by <see cref="DaemonLogLevel"/>.</summary>
    public static IReadOnlyList<string> LogLevels { get; } =
        ["critical", "error", "warn", "info", "debug", "trace", "blather"];

    /// <summary>The name of a log level, in any case.</summary>
    public static bool LogLevel(string text, out DaemonLogLevel value, out ValueError error)
    {
        for (var level = 0; level < LogLevels.Count; level++)
        {
            if (!text.Equals(LogLevels[level], StringComparison.OrdinalIgnoreCase))
                continue;
            value = (DaemonLogLevel)level;
            error = default;
            return true;
        }

        value = DaemonLogLevel.Info;
        error = new("one of " + string.Join(", ", LogLevels),
            Selection.NearestName.Find(text.Trim().ToLowerInvariant(), LogLevels)
                ?? (text.StartsWith("warn") ? "warn" : "info"),
            $"bad logging level name {Quoted.Python(text)}");
        return false;
    }

    /// <summary>host:port, *:port, :port or port; [address]:port for IPv6, which Supervisor does not have.</summary>
    public static bool Address(string text, out (string Host, int Port) value, out ValueError error)
    {
        value = default;
        const string Expected = "host:port or port, with a port from 1 to 65535";
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        var digits = text[(colon + 1)..];
        if (colon >= 0 && digits.Length == 0)
        {
            error = new(Expected, $"{host}:9001", "no port number specified in ''");
            return false;
        }

        if (!NumberValues.TryInteger(digits, out var port) || (colon < 0 && port is < 1 or > 65535))
        {
            error = new(Expected, "127.0.0.1:9001", colon < 0
                ? $"not a valid port number: {Quoted.Python(digits)} " : NumberValues.NotAnInteger(digits));
            return false;
        }

        if (port is < 1 or > 65535)
        {
            error = new(Expected, $"{host}:9001", port < 1
                ? $"{digits} is below lower bound (1)" : $"{digits} is above upper bound (65535)");
            return false;
        }

        var bracketed = host is ['[', _, .., ']'];
        if (host.AsSpan().ContainsAny(" \t\n/@") || host.Contains(':') != bracketed)
        {
            error = new("a host name, an IPv4 address, or an IPv6 address in brackets before the port",
                host.Contains(':') ? $"[{host.Trim('[', ']')}]:{port}" : $"127.0.0.1:{port}", null);
            return false;
        }

        value = (host == "*" ? "" : host, port);
        error = default;
        return true;
    }

    /// <summary>Whether only this machine can reach a host as <see cref="Address"/> gives it.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.") || host == "[::1]";
}
