using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Reeve.Client.Model;
using Reeve.Server.Streams;
using Reeve.Visor.Events;

namespace Reeve.Server.Operations.Answers;

/// <summary>Events, one JSON object a line, until the client leaves or the server ends.</summary>
/// <param name="bus">Where they come from.</param>
/// <param name="types">Types wanted, parents included; empty: all.</param>
internal sealed class EventsAnswer(EventBus bus, IReadOnlyList<string> types) : Answer
{
    // A client that cannot keep up loses the oldest of these, or of EventBus.MostBytes; the serial numbers show the gap.
    private const int Capacity = 1024;

    public override async Task WriteHttpAsync(HttpContext http, CancellationToken cancel)
    {
        // The subscription ends with this answer, not with the connection, which may be used again.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            Func<SupervisorEvent, bool>? wanted = types.Count == 0 ? null : e => EventTypes.Match(e.TypeName, types);
            var events = bus.Subscribe(Capacity, wanted, ended.Token);
            await TextStream.WriteAsync(http, LinesAsync(events, cancel), "application/x-ndjson", cancel);
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        ChannelReader<SupervisorEvent> events, [EnumeratorCancellation] CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        while (await events.WaitToReadAsync(cancel))
        {
            buffer.ResetWrittenCount();
            // Whatever waits goes out in one write.
            while (buffer.WrittenCount < 64 * 1024 && events.TryRead(out var happened))
            {
                json.Reset();
                JsonSerializer.Serialize(json, ToModel(happened), ModelJson.Default.Event);
                buffer.Write("\n"u8);
            }
            // What waited may have been dropped meanwhile.
            if (buffer.WrittenCount > 0)
                yield return buffer.WrittenMemory;
        }
    }

    private static Event ToModel(SupervisorEvent happened)
    {
        var name = happened switch
        {
            ProcessStateEvent e => Namespec.Format(e.Group, e.Process),
            ProcessOutputEvent e => Namespec.Format(e.Group, e.Process),
            _ => null,
        };
        return new(happened.Serial, happened.At, happened.TypeName, name, happened.Body);
    }
}

/// <summary>Supervisor's event types; asking for a parent gets all its children.</summary>
internal static class EventTypes
{
    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "EVENT",
        "PROCESS_STATE", "PROCESS_STATE_STARTING", "PROCESS_STATE_RUNNING", "PROCESS_STATE_BACKOFF",
        "PROCESS_STATE_STOPPING", "PROCESS_STATE_STOPPED", "PROCESS_STATE_EXITED", "PROCESS_STATE_FATAL",
        "PROCESS_STATE_UNKNOWN",
        "PROCESS_COMMUNICATION", "PROCESS_COMMUNICATION_STDOUT", "PROCESS_COMMUNICATION_STDERR",
        "PROCESS_LOG", "PROCESS_LOG_STDOUT", "PROCESS_LOG_STDERR",
        "REMOTE_COMMUNICATION",
        "SUPERVISOR_STATE_CHANGE", "SUPERVISOR_STATE_CHANGE_RUNNING", "SUPERVISOR_STATE_CHANGE_STOPPING",
        "TICK", "TICK_5", "TICK_60", "TICK_3600",
        "PROCESS_GROUP", "PROCESS_GROUP_ADDED", "PROCESS_GROUP_REMOVED",
    };

    public static bool IsKnown(string type) => s_known.Contains(type);

    public static bool Match(string type, IReadOnlyList<string> wanted)
    {
        foreach (var parent in wanted)
        {
            if (parent == "EVENT" || type == parent)
                return true;
            if (type.Length > parent.Length && type[parent.Length] == '_'
                && type.StartsWith(parent, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }
}
