namespace Reeve.Client;

/// <summary>How a <see cref="ReeveClient"/> works.</summary>
public sealed record ReeveClientOptions
{
    /// <summary>
    /// Every call runs to its end on the calling thread: its task is completed when it returns. It saves the start of
    /// an epoll thread and of the pool, which a command that asks once has no use for. Cancellation is then looked at
    /// only between calls. Default false.
    /// </summary>
    public bool Blocking { get; init; }

    /// <summary>
    /// Connects to a unix socket where <see cref="Blocking"/> is set; null: by .NET's Socket, whose first use costs half a
    /// millisecond. Throws <see cref="System.Net.Sockets.SocketException"/>.
    /// </summary>
    public Func<string, IBlockingConnection>? ConnectUnix { get; init; }

    /// <summary>
    /// How long the daemon may take to begin an answer to a request that waits for nothing. Default 30 s.
    /// Requests with <c>wait</c> take as long as the processes take.
    /// </summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Value of the User-Agent header, ASCII. Default <c>reeve</c>.</summary>
    public string UserAgent { get; init; } = "reeve";
}

/// <summary>A connection on which every call runs to its end. Errors are <see cref="System.Net.Sockets.SocketException"/>s.</summary>
public interface IBlockingConnection : IDisposable
{
    /// <summary>How long <see cref="Receive"/> waits before it fails with TimedOut or WouldBlock; zero: for ever.</summary>
    TimeSpan ReceiveTimeout { set; }

    /// <summary>Whether bytes, or the end, can be received without waiting.</summary>
    bool IsReadable { get; }

    /// <summary>Sends all of it.</summary>
    void Send(ReadOnlySpan<byte> data);

    /// <summary>Waits for bytes; 0: the end.</summary>
    int Receive(Span<byte> buffer);
}
