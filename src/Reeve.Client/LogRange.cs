namespace Reeve.Client;

/// <summary>Which part of a log.</summary>
public readonly record struct LogRange
{
    LogRange(string query) => Query = query;

    /// <summary>As it stands in a request.</summary>
    internal string? Query { get; }

    /// <summary>The last <paramref name="bytes"/> bytes.</summary>
    public static LogRange Tail(long bytes) => new($"tail={bytes}");

    /// <summary>
    /// <paramref name="length"/> bytes from <paramref name="offset"/> on; negative and zero mean what they do to
    /// Supervisor's readLog.
    /// </summary>
    public static LogRange At(long offset, long length) => new($"offset={offset}&length={length}");
}

/// <summary>Which of a process's two streams.</summary>
public enum LogStream
{
    /// <summary>Standard output.</summary>
    Stdout,

    /// <summary>Standard error.</summary>
    Stderr,
}
