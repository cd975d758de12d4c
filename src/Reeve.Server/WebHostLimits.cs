namespace Reeve.Server;

/// <summary>What one client may ask for. The defaults suit everybody who is not attacking.</summary>
public sealed record WebHostLimits
{
    /// <summary>Largest request body in bytes. Default 4 MiB.</summary>
    public long RequestBody { get; init; } = 4 * 1024 * 1024;

    /// <summary>Largest sum of all request headers in bytes. Default 16 KiB.</summary>
    public int RequestHeaders { get; init; } = 16 * 1024;

    /// <summary>Most request headers. Default 64.</summary>
    public int RequestHeaderCount { get; init; } = 64;

    /// <summary>How long a client may take to send its headers. Default 15 s.</summary>
    public TimeSpan RequestHeadersTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most connections at a time, for each socket. Default 512.</summary>
    public int Connections { get; init; } = 512;

    /// <summary>How long requests in progress may take when the server ends. Default 5 s.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(5);
}
