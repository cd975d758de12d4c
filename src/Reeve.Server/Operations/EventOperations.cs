using Reeve.Client.Model;
using Reeve.Server.Api;
using Reeve.Server.Operations.Answers;

namespace Reeve.Server.Operations;

/// <summary>What happens, as it happens, and the description of everything else.</summary>
internal static class EventOperations
{
    private static readonly Lazy<byte[]> s_description = new(() => OpenApiDocument.Write(OperationsTable.All));

    public static IReadOnlyList<Operation> Rows { get; } =
    [
        new()
        {
            Name = "events.follow",
            Summary = "Tells of events as they happen, one a line, until the client leaves.",
            Arguments =
            [
                new("type", ArgumentType.Texts, "Only events of this type or below it, for example PROCESS_STATE")
                {
                    Optional = true,
                },
            ],
            Http = new("GET", "/api/v1/events", ContentType: "application/x-ndjson", Body: ModelJson.Default.Event),
            Run = (r, _) => new(r.Texts("type").FirstOrDefault(t => !EventTypes.IsKnown(t)) is { } unknown
                ? new FailedAnswer(Fault.BadRequest, null, $"there is no event type '{unknown}'; PROCESS_STATE is one")
                : new EventsAnswer(r.Supervisor.Events, r.Texts("type"))),
        },
        new()
        {
            Name = "openapi",
            Summary = "Describes this API as OpenAPI 3.1.",
            Http = new("GET", "/openapi.json", ContentType: "application/json"),
            Run = (_, _) => new(new DocumentAnswer(s_description.Value, "application/json")),
        },
    ];
}
