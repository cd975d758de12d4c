using System.Net;
using System.Net.Sockets;

namespace Reeve.Client.Http;

/// <summary>
/// One HTTP/1.1 connection over a raw socket: a request out, a head and a body back.
/// </summary>
/// <remarks>
/// HttpClient would do all this and more, for 0.9 ms and several MiB at each start of the command line, of whose 5 ms
/// the runtime takes 3. What is needed here of HTTP fits into this folder.
/// With blocking set every call runs to its end on the calling thread, so no epoll thread and no pool is ever started;
/// then tasks returned here are completed already, and cancellation is not looked at within a call.
/// </remarks>
internal sealed class HttpConnection : IDisposable
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    readonly Socket? _socket;
    readonly IBlockingConnection? _connection;
    readonly ReeveEndpoint _endpoint;
    readonly bool _blocking;
    byte[] _buffer = new byte[16 * 1024];
    int _start;
    int _end;

    HttpConnection(Socket? socket, IBlockingConnection? connection, ReeveEndpoint endpoint, bool blocking)
    {
        _socket = socket;
        _connection = connection;
        _endpoint = endpoint;
        _blocking = blocking;
    }

    /// <summary>Bytes received and not yet consumed.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <exception cref="ReeveUnreachableException">Nobody answers there.</exception>
    public static async ValueTask<HttpConnection> OpenAsync(
        ReeveEndpoint endpoint, ReeveClientOptions options, CancellationToken cancel)
    {
        var blocking = options.Blocking;
        Socket? socket = null;
        try
        {
            if (endpoint.SocketPath is { } unix && blocking && options.ConnectUnix is { } connect)
                return new(null, connect(unix), endpoint, blocking);
            if (endpoint.SocketPath is { } path)
            {
                socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                var address = new UnixDomainSocketEndPoint(path);
                if (blocking)
                    socket.Connect(address);
                else
                    await socket.ConnectAsync(address, cancel).ConfigureAwait(false);
            }
            else
            {
                socket = new(SocketType.Stream, ProtocolType.Tcp);
                // A host that drops packets would hold a blocking connect for two minutes, so this one never blocks.
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                limit.CancelAfter(ConnectTimeout);
                var connecting = socket.ConnectAsync(new DnsEndPoint(endpoint.Host, endpoint.Port), limit.Token);
                if (blocking)
                    connecting.AsTask().GetAwaiter().GetResult();
                else
                    await connecting.ConfigureAwait(false);
                // Not before: with an option set, .NET refuses to try a name's second address.
                socket.NoDelay = true;
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            }
            return new(socket, null, endpoint, blocking);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            socket?.Dispose();
            throw new ReeveUnreachableException(endpoint, $"no answer within {ConnectTimeout.TotalSeconds} s", e);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new ReeveUnreachableException(endpoint, Reason(endpoint, e), e);
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>How long a blocking read may last; zero: for ever.</summary>
    public TimeSpan ReadTimeout
    {
        set
        {
            if (_connection is not null)
                _connection.ReceiveTimeout = value;
            else
                _socket!.ReceiveTimeout = (int)value.TotalMilliseconds;
        }
    }

    /// <summary>
    /// Whether an idle connection can still be used: the peer has neither closed it nor spoken unasked.
    /// </summary>
    public bool IsQuiet => _start == _end
        && !(_connection?.IsReadable ?? _socket!.Poll(0, SelectMode.SelectRead));

    /// <summary>Sends all of <paramref name="data"/>.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        try
        {
            if (_connection is not null)
            {
                _connection.Send(data.Span);
                return;
            }
            while (data.Length > 0)
            {
                var sent = _blocking
                    ? _socket!.Send(data.Span, SocketFlags.None)
                    : await _socket!.SendAsync(data, SocketFlags.None, cancel).ConfigureAwait(false);
                data = data[sent..];
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            throw new PeerClosedException(_endpoint);
        }
        catch (SocketException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Reads the head of the answer, past interim ones.</summary>
    public async ValueTask<HttpHead> ReadHeadAsync(CancellationToken cancel)
    {
        while (true)
        {
            int length;
            while ((length = FindHeadEnd(out var skip)) < 0)
            {
                if (_end - _start >= HttpHead.MaxBytes)
                    throw new ReeveProtocolException($"the answer's head has more than {HttpHead.MaxBytes} bytes.");
                if (await FillAsync(cancel).ConfigureAwait(false) == 0)
                    throw _start == _end ? new PeerClosedException(_endpoint) : CutShort();
            }
            FindHeadEnd(out var terminator);
            var head = HttpHead.Parse(_buffer.AsSpan(_start, length));
            Consume(length + terminator);
            if (head.Status >= 200)
                return head;
            if (head.Status == 101)
                throw new ReeveProtocolException("the server changed the protocol unasked.");
        }
    }

    /// <summary>Reads more into <see cref="Received"/>; 0 at the end of the connection.</summary>
    public async ValueTask<int> FillAsync(CancellationToken cancel)
    {
        MakeRoom();
        try
        {
            var free = _buffer.AsMemory(_end);
            var count = _connection is not null ? _connection.Receive(free.Span)
                : _blocking ? _socket!.Receive(free.Span, SocketFlags.None)
                : await _socket!.ReceiveAsync(free, SocketFlags.None, cancel).ConfigureAwait(false);
            _end += count;
            return count;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // Closed with our request unread: the same end, told more rudely.
            return 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new ReeveProtocolException(
                $"no answer from {_endpoint} in time: the daemon is there, but does not speak.", e);
        }
        catch (SocketException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Takes bytes off <see cref="Received"/>.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>The error of a connection that ended within an answer.</summary>
    public ReeveProtocolException CutShort() => new(
        $"the connection to {_endpoint} ended in the middle of an answer. The daemon may have died: look at its log.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _connection?.Dispose();
    }

    int FindHeadEnd(out int terminator)
    {
        var received = Received;
        terminator = 4;
        var at = received.IndexOf("\r\n\r\n"u8);
        if (at >= 0)
            return at;
        terminator = 2;
        return received.IndexOf("\n\n"u8);
    }

    void MakeRoom()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end < _buffer.Length)
            return;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        else
        {
            // Only a head grows it, and its size is checked before each read.
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }

    ReeveProtocolException Broken(SocketException e) => new(
        $"the connection to {_endpoint} broke: {e.Message.TrimEnd('.')}. The daemon may have died: look at its log.", e);

    static string Reason(ReeveEndpoint endpoint, SocketException e)
    {
        if (endpoint.SocketPath is not null)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AccessDenied => "permission denied. The socket belongs to another user: use sudo, or set "
                    + "chmod and chown in [unix_http_server]",
                SocketError.ConnectionRefused => "the socket is there, but nobody listens on it",
                SocketError.AddressNotAvailable => "no such file", // ENOENT
                _ => e.Message,
            };
        }
        return e.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused; nobody listens on that port",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
                $"no host is called '{endpoint.Host}'",
            _ => e.Message,
        };
    }
}

/// <summary>The peer closed a connection before the first byte of its answer.</summary>
internal sealed class PeerClosedException(ReeveEndpoint endpoint)
    : IOException($"{endpoint} closed the connection without an answer.");
