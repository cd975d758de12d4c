using System.Text;

namespace Reeve.Client.Http;

/// <summary>Requests to one endpoint, over a connection that is kept while it is idle.</summary>
internal sealed class HttpExchange(ReeveEndpoint endpoint, ReeveClientOptions options) : IDisposable
{
    readonly string _headers = MakeHeaders(endpoint, options);
    HttpConnection? _idle;

    /// <summary>Sends a request and reads the head of its answer.</summary>
    /// <param name="method">GET, POST or DELETE.</param>
    /// <param name="target">Path and query, percent-encoded.</param>
    /// <param name="content">Body; empty: none.</param>
    /// <param name="timeLimit">For the head; null: as long as it takes.</param>
    /// <param name="cancel">Breaks the connection.</param>
    public async ValueTask<HttpAnswer> SendAsync(
        string method, string target, ReadOnlyMemory<byte> content, TimeSpan? timeLimit, CancellationToken cancel)
    {
        var request = Encode(method, target, content.Span);
        var connection = Interlocked.Exchange(ref _idle, null);
        if (connection is { IsQuiet: false })
        {
            connection.Dispose();
            connection = null;
        }
        var reused = connection is not null;
        while (true)
        {
            connection ??= await HttpConnection.OpenAsync(endpoint, options, cancel).ConfigureAwait(false);
            try
            {
                var head = await AskAsync(connection, request, timeLimit, cancel).ConfigureAwait(false);
                return new(this, connection, head);
            }
            catch (PeerClosedException) when (reused && method == "GET")
            {
                // It was closed while idle, before it saw the request. Anything but a GET might have been carried out.
                connection.Dispose();
                connection = null;
                reused = false;
            }
            catch (PeerClosedException e)
            {
                connection.Dispose();
                throw new ReeveProtocolException(e.Message, e);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }

    /// <summary>Takes a connection back whose answer has been read to its end.</summary>
    public void Return(HttpConnection connection) => Interlocked.Exchange(ref _idle, connection)?.Dispose();

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _idle, null)?.Dispose();

    async ValueTask<HttpHead> AskAsync(
        HttpConnection connection, byte[] request, TimeSpan? timeLimit, CancellationToken cancel)
    {
        if (options.Blocking)
        {
            connection.ReadTimeout = timeLimit ?? TimeSpan.Zero;
            await connection.SendAsync(request, cancel).ConfigureAwait(false);
            return await connection.ReadHeadAsync(cancel).ConfigureAwait(false);
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (timeLimit is { } time)
            limit.CancelAfter(time);
        try
        {
            await connection.SendAsync(request, limit.Token).ConfigureAwait(false);
            return await connection.ReadHeadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timeLimit is { } limited && !cancel.IsCancellationRequested)
        {
            throw new ReeveProtocolException(
                $"no answer from {endpoint} in {limited.TotalSeconds} s: the daemon is there, but does not speak.", e);
        }
    }

    byte[] Encode(string method, string target, ReadOnlySpan<byte> content)
    {
        var length = method == "GET" ? "" : $"Content-Length: {content.Length}\r\n";
        var type = content.Length > 0 ? "Content-Type: application/octet-stream\r\n" : "";
        var head = $"{method} {target} HTTP/1.1\r\n{_headers}{type}{length}\r\n";
        var request = new byte[head.Length + content.Length];
        Encoding.ASCII.GetBytes(head, request);
        content.CopyTo(request.AsSpan(head.Length));
        return request;
    }

    static string MakeHeaders(ReeveEndpoint endpoint, ReeveClientOptions options)
    {
        var headers = $"Host: {endpoint.Authority}\r\nUser-Agent: {options.UserAgent}\r\n";
        if (endpoint.UserName is not { } user)
            return headers;
        var credentials = Encoding.UTF8.GetBytes($"{user}:{endpoint.Password}");
        return $"{headers}Authorization: Basic {Convert.ToBase64String(credentials)}\r\n";
    }
}

/// <summary>
/// An answer whose head has come. Disposing it keeps the connection when all of it was read, else closes it.
/// </summary>
internal sealed class HttpAnswer(HttpExchange exchange, HttpConnection connection, HttpHead head) : IDisposable
{
    /// <summary>Status and framing.</summary>
    public HttpHead Head { get; } = head;

    /// <summary>What follows.</summary>
    public HttpBody Body { get; } = new(connection, head);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Body.IsComplete && Head.KeepAlive)
            exchange.Return(connection);
        else
            connection.Dispose();
    }
}
