using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Client.Http;
using Reeve.Client.Model;

namespace Reeve.Client;

/// <summary>
/// The API of one daemon (docs/api.md), one method for each of its rows. Thread-safe; calls under way at the same time
/// have a connection each.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ReeveUnreachableException"/> when nobody answers,
/// <see cref="ReeveApiException"/> when the daemon refuses, <see cref="ReeveProtocolException"/> when an answer breaks
/// off or is none of this API.
/// </remarks>
public sealed partial class ReeveClient : IDisposable
{
    // 100 000 processes of 600 bytes each fit in; a server that sends for ever is stopped.
    const int MaxAnswer = 64 * 1024 * 1024;
    const string Root = "/api/v1/";

    readonly HttpExchange _http;
    readonly ReeveClientOptions _options;

    /// <summary>Does not connect yet.</summary>
    public ReeveClient(ReeveEndpoint endpoint, ReeveClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Endpoint = endpoint;
        _options = options ?? new();
        _http = new(endpoint, _options);
    }

    /// <summary>Whom it speaks to.</summary>
    public ReeveEndpoint Endpoint { get; }

    /// <summary>Closes the idle connection.</summary>
    public void Dispose() => _http.Dispose();

    async Task<T> AskAsync<T>(
        string method, string path, JsonTypeInfo<T> type, CancellationToken cancel, bool wait = false)
    {
        var json = await AskBytesAsync(method, path, default, wait, cancel).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new ReeveProtocolException($"the answer to {method} {path} is null.");
        }
        catch (JsonException e)
        {
            throw new ReeveProtocolException(
                $"the answer to {method} {path} is not what was expected{At(e)}. Is {Endpoint} of another version?", e);
        }
    }

    async Task<byte[]> AskBytesAsync(
        string method, string path, ReadOnlyMemory<byte> content, bool wait, CancellationToken cancel)
    {
        using var answer = await SendAsync(method, path, content, wait, cancel).ConfigureAwait(false);
        return await answer.Body.ReadAllAsync(MaxAnswer, cancel).ConfigureAwait(false);
    }

    async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(
        string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var answer = await SendAsync("GET", path, default, wait: false, cancel).ConfigureAwait(false);
        while (await answer.Body.ReadAsync(cancel).ConfigureAwait(false) is { Length: > 0 } piece)
            yield return piece;
    }

    async ValueTask<HttpAnswer> SendAsync(
        string method, string path, ReadOnlyMemory<byte> content, bool wait, CancellationToken cancel)
    {
        TimeSpan? limit = wait ? null : _options.AnswerTimeout;
        var answer = await _http.SendAsync(method, path, content, limit, cancel).ConfigureAwait(false);
        if (answer.Head.Status is >= 200 and < 300)
            return answer;
        using (answer)
            throw new ReeveApiException(await ReadProblemAsync(answer, cancel).ConfigureAwait(false));
    }

    async ValueTask<Problem> ReadProblemAsync(HttpAnswer answer, CancellationToken cancel)
    {
        var status = answer.Head.Status;
        var body = await answer.Body.ReadAllAsync(MaxAnswer, cancel).ConfigureAwait(false);
        if (answer.Head.ContentType is "application/problem+json" or "application/json")
        {
            try
            {
                if (JsonSerializer.Deserialize(body, ModelJson.Default.Problem) is { } problem)
                    return problem;
            }
            catch (JsonException)
            {
                // Told below by its status, which is certain.
            }
        }
        return status switch
        {
            401 => Local("unauthorized", $"{Endpoint} asks for a user name and a password, or refused those given."),
            403 => Local("forbidden", $"{Endpoint} does not allow this."),
            404 => Local(
                "not-found", $"the server at {Endpoint} does not know this request: it is no reeve, or an older one."),
            _ => Local("failed", $"the server at {Endpoint} answered with HTTP status {status}."),
        };

        Problem Local(string code, string detail) => new($"urn:reeve:{code}", code, status, detail, code);
    }

    static string At(JsonException e) => e.Path is { Length: > 0 } path ? $" (at {path})" : "";

    static string Segment(string name) => Uri.EscapeDataString(name);

    static string Flag(bool wait) => wait ? "true" : "false";
}
