using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Reeve.Client.Model;

namespace Reeve.Client;

// The daemon itself: its state, its log, its configuration, its events.
public sealed partial class ReeveClient
{
    // A capture event carries up to capture_maxbytes; no sensible one is larger, and a line without end stops here.
    const int MaxEvent = 32 * 1024 * 1024;

    /// <summary>Who and how.</summary>
    public Task<Daemon> GetDaemonAsync(CancellationToken cancel) =>
        AskAsync("GET", Root + "daemon", ModelJson.Default.Daemon, cancel);

    /// <summary>Begins the ordered shutdown; returns when it has begun.</summary>
    public Task ShutdownAsync(CancellationToken cancel) =>
        AskBytesAsync("POST", Root + "daemon/shutdown", default, wait: false, cancel);

    /// <summary>Begins the restart in place; returns when it has begun.</summary>
    public Task ReloadAsync(CancellationToken cancel) =>
        AskBytesAsync("POST", Root + "daemon/reload", default, wait: false, cancel);

    /// <summary>A part of the main log.</summary>
    public Task<byte[]> ReadMainLogAsync(LogRange range, CancellationToken cancel) =>
        AskBytesAsync("GET", $"{Root}daemon/log?{range.Query}", default, wait: false, cancel);

    /// <summary>
    /// The last <paramref name="tail"/> bytes of the main log and all that is appended, until cancelled.
    /// </summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> FollowMainLogAsync(long tail, CancellationToken cancel) =>
        StreamAsync($"{Root}daemon/log?tail={tail}&follow=true", cancel);

    /// <summary>Empties the main log.</summary>
    public Task ClearMainLogAsync(CancellationToken cancel) =>
        AskBytesAsync("DELETE", Root + "daemon/log", default, wait: false, cancel);

    /// <summary>Where the configuration came from and what was found in it.</summary>
    public Task<Config> GetConfigAsync(CancellationToken cancel) =>
        AskAsync("GET", Root + "config", ModelJson.Default.Config, cancel);

    /// <summary>Reads the configuration anew and says what would change.</summary>
    public Task<Changes> RereadAsync(CancellationToken cancel) =>
        AskAsync("POST", Root + "config/reread", ModelJson.Default.Changes, cancel);

    /// <summary>Rereads, then stops, removes and adds what changed.</summary>
    /// <param name="groups">Only these; empty: all.</param>
    /// <param name="cancel">Breaks the connection; the daemon goes on.</param>
    public Task<Changes> UpdateAsync(IReadOnlyList<string> groups, CancellationToken cancel) =>
        AskAsync(
            "POST", Root + "config/update" + Query("group", groups), ModelJson.Default.Changes, cancel, wait: true);

    /// <summary>The API's own description, OpenAPI 3.1 as JSON.</summary>
    public Task<byte[]> GetOpenApiAsync(CancellationToken cancel) =>
        AskBytesAsync("GET", "/openapi.json", default, wait: false, cancel);

    /// <summary>
    /// Everything that happens from now on, until cancelled, or until the daemon ends: then the sequence ends.
    /// </summary>
    /// <param name="types">Supervisor's type names, abstract ones too; empty: all.</param>
    /// <param name="connected">Called once, when the daemon has accepted: events after this are not missed.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<Event> GetEventsAsync(
        IReadOnlyList<string> types, Action? connected = null,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var path = Root + "events" + Query("type", types);
        using var answer = await SendAsync("GET", path, default, wait: false, cancel).ConfigureAwait(false);
        connected?.Invoke();
        var line = new ArrayBufferWriter<byte>();
        while (await answer.Body.ReadAsync(cancel).ConfigureAwait(false) is { Length: > 0 } piece)
        {
            for (var rest = piece.AsMemory(); rest.Length > 0;)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                line.Write((end < 0 ? rest : rest[..end]).Span);
                if (line.WrittenCount > MaxEvent)
                    throw new ReeveProtocolException($"an event has more than {MaxEvent} bytes.");
                rest = end < 0 ? default : rest[(end + 1)..];
                // Empty lines keep the connection alive.
                if (end >= 0 && line.WrittenCount > 0)
                {
                    var e = ParseEvent(line.WrittenSpan);
                    line.ResetWrittenCount();
                    yield return e;
                }
            }
        }
    }

    static Event ParseEvent(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ModelJson.Default.Event)
                ?? throw new ReeveProtocolException("an event is null.");
        }
        catch (JsonException e)
        {
            throw new ReeveProtocolException($"an event is not what was expected{At(e)}.", e);
        }
    }

    static string Query(string name, IReadOnlyList<string> values) =>
        values.Count == 0 ? "" : "?" + string.Join('&', values.Select(v => $"{name}={Segment(v)}"));
}
