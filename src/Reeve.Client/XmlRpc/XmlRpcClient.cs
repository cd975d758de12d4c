using System.Buffers;
using Reeve.Client.Http;

namespace Reeve.Client.XmlRpc;

/// <summary>The server answered a request with an HTTP status other than 200.</summary>
/// <param name="status">The status, 401 for instance.</param>
public sealed class XmlRpcHttpException(int status) : ReeveException($"the server answered with HTTP status {status}")
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;
}

/// <summary>
/// Speaks to a daemon as Supervisor's own clients do: XML-RPC at <c>/RPC2</c> and the log streams beside it. One
/// connection is kept while it is idle.
/// </summary>
/// <param name="endpoint">Where, and as whom.</param>
/// <param name="options">With <see cref="ReeveClientOptions.Blocking"/> calls cannot be cancelled.</param>
public sealed class XmlRpcClient(ReeveEndpoint endpoint, ReeveClientOptions options) : IDisposable
{
    // A log is read whole on demand, and a farm's status has thousands of processes.
    const int MaxAnswer = 256 * 1024 * 1024;

    readonly HttpExchange _exchange = new(endpoint, options);

    /// <summary>Calls a method and waits for its answer, however long the processes take.</summary>
    /// <exception cref="ReeveUnreachableException">Nobody answers there.</exception>
    /// <exception cref="XmlRpcHttpException">The answer is no XML-RPC, by its HTTP status.</exception>
    /// <exception cref="XmlRpcFormatException">The answer is no XML-RPC, by its text.</exception>
    /// <exception cref="ReeveProtocolException">The connection broke within the answer.</exception>
    public async ValueTask<XmlRpcResponse> CallAsync(
        string method, IReadOnlyList<XmlRpcValue> arguments, CancellationToken cancel)
    {
        var request = new ArrayBufferWriter<byte>(512);
        XmlRpcWriter.WriteCall(request, method, arguments);
        using var answer = await _exchange.SendAsync("POST", "/RPC2", request.WrittenMemory, null, cancel)
            .ConfigureAwait(false);
        var body = await answer.Body.ReadAllAsync(MaxAnswer, cancel).ConfigureAwait(false);
        return answer.Head.Status == 200 ? XmlRpcReader.ReadResponse(body) : throw new XmlRpcHttpException(answer.Head.Status);
    }

    /// <summary>Reads a log stream until the server ends it or the caller leaves.</summary>
    /// <param name="target">Path, percent-encoded: <c>/mainlogtail</c>, <c>/logtail/NAME/stdout</c>.</param>
    /// <param name="sink">Takes each piece as it comes.</param>
    /// <param name="cancel">Breaks the connection.</param>
    /// <exception cref="XmlRpcHttpException">There is no such stream.</exception>
    public async Task FollowAsync(string target, Action<byte[]> sink, CancellationToken cancel)
    {
        using var answer = await _exchange.SendAsync("GET", target, default, null, cancel).ConfigureAwait(false);
        if (answer.Head.Status != 200)
            throw new XmlRpcHttpException(answer.Head.Status);
        while (await answer.Body.ReadAsync(cancel).ConfigureAwait(false) is { Length: > 0 } piece)
            sink(piece);
    }

    /// <inheritdoc/>
    public void Dispose() => _exchange.Dispose();
}
