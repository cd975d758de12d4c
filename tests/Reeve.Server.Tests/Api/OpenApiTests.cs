using System.Text.Json;
using Reeve.Server.Access;
using Reeve.Server.Operations;

namespace Reeve.Server.Tests.Api;

public sealed class OpenApiTests
{
    [Fact]
    public async Task The_description_has_every_operation_of_the_table_and_no_other()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var (status, json) = await daemon.AskAsync("GET", "/openapi.json");

        Assert.Equal(200, status);
        Assert.Equal("3.1.0", json.GetProperty("openapi").GetString());
        var described = json.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject(), (p, o) => $"{o.Name.ToUpperInvariant()} {p.Name} {o.Value.GetProperty("operationId")}");
        var declared = OperationsTable.All.Where(o => o.Http is not null).Select(o => $"{o.Http!.Method} {o.Http.Route} {o.Name}");
        Assert.Equal(declared.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_reference_leads_to_a_schema_and_every_path_segment_is_a_parameter()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var (_, json) = await daemon.AskAsync("GET", "/openapi.json");
        var schemas = json.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Name).ToHashSet();

        foreach (var reference in References(json))
            Assert.Contains(reference["#/components/schemas/".Length..], schemas);
        foreach (var path in json.GetProperty("paths").EnumerateObject())
        {
            var segments = path.Name.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}'));
            foreach (var operation in path.Value.EnumerateObject())
            {
                var inPath = operation.Value.GetProperty("parameters").EnumerateArray()
                    .Where(p => p.GetProperty("in").GetString() == "path").Select(p => p.GetProperty("name").GetString());
                Assert.Equal(segments, inPath);
            }
        }
        Assert.Equal("string", json.GetProperty("components").GetProperty("schemas").GetProperty("Process")
            .GetProperty("properties").GetProperty("command").GetProperty("type").GetString());
    }

    [Fact]
    public void Names_routes_and_methods_are_unique()
    {
        Assert.Equal(OperationsTable.All.Count, OperationsTable.All.Select(o => o.Name).Distinct().Count());
        var routes = OperationsTable.All.Where(o => o.Http is not null).Select(o => $"{o.Http!.Method} {o.Http.Route}").ToList();
        Assert.Equal(routes.Count, routes.Distinct().Count());
        var methods = OperationsTable.All.Where(o => o.Rpc is not null).SelectMany(o => o.Rpc!.Names).ToList();
        Assert.Equal(methods.Count, methods.Distinct().Count());
    }

    [Fact]
    public void Whatever_is_not_looking_is_a_change_and_needs_more_than_a_viewer()
    {
        foreach (var operation in OperationsTable.All.Where(o => o.Http is not null))
            Assert.Equal((operation.Name, operation.Http!.Method != "GET"), (operation.Name, operation.Changes));
        foreach (var operation in OperationsTable.All)
            Assert.Equal((operation.Name, operation.Changes), (operation.Name, operation.Role > Role.Viewer));
    }

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => p.Name == "$ref" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
