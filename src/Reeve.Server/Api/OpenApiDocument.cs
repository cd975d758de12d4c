using System.Buffers;
using System.Text.Json;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Reeve.Client.Model;
using Reeve.Server.Operations;

namespace Reeve.Server.Api;

/// <summary>Writes the operations table as OpenAPI 3.1. Schemas come from the JSON types themselves.</summary>
internal static class OpenApiDocument
{
    public static byte[] Write(IReadOnlyList<Operation> operations)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("openapi", "3.1.0");
            json.WriteStartObject("info");
            json.WriteString("title", "Reeve");
            json.WriteString("description", "Keeps processes alive. What XML-RPC can do, over HTTP and JSON.");
            json.WriteString("version", typeof(OpenApiDocument).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
            json.WriteEndObject();
            json.WriteStartObject("paths");
            foreach (var path in operations.Where(o => o.Http is not null).GroupBy(o => o.Http!.Route))
            {
                json.WriteStartObject(path.Key);
                foreach (var operation in path)
                    WriteOperation(json, operation, operation.Http!);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteStartObject("components");
            json.WriteStartObject("schemas");
            foreach (var (name, type) in s_schemas)
            {
                json.WritePropertyName(name);
                JsonSchemaExporter.GetJsonSchemaAsNode(type).WriteTo(json);
            }
            json.WriteEndObject();
            json.WriteStartObject("securitySchemes");
            json.WriteStartObject("basic");
            json.WriteString("type", "http");
            json.WriteString("scheme", "basic");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            // Without a password in the server's section anybody who can connect may come in.
            json.WriteStartArray("security");
            json.WriteStartObject();
            json.WriteStartArray("basic");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static readonly (string Name, JsonTypeInfo Type)[] s_schemas =
    [
        ("Daemon", ModelJson.Default.Daemon), ("Process", ModelJson.Default.Process),
        ("Group", ModelJson.Default.Group), ("Result", ModelJson.Default.Result),
        ("Config", ModelJson.Default.Config), ("Changes", ModelJson.Default.Changes),
        ("Event", ModelJson.Default.Event), ("Problem", ModelJson.Default.Problem),
    ];

    private static void WriteOperation(Utf8JsonWriter json, Operation operation, HttpFace face)
    {
        json.WriteStartObject(face.Method.ToLowerInvariant());
        json.WriteString("operationId", operation.Name);
        json.WriteString("summary", operation.Summary);
        json.WriteString("x-role", operation.Role.ToString().ToLowerInvariant());
        WriteArguments(json, operation, face);
        json.WriteStartObject("responses");
        json.WriteStartObject(face.Status.ToString());
        json.WriteString("description", face.Status switch { 202 => "Accepted", 204 => "Done", _ => "Success" });
        if (face.ContentType is not null)
        {
            json.WriteStartObject("content");
            json.WriteStartObject(face.ContentType);
            json.WriteStartObject("schema");
            WriteSchema(json, face);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartObject("default");
        json.WriteString("description", "Why not");
        json.WriteStartObject("content");
        json.WriteStartObject("application/problem+json");
        json.WriteStartObject("schema");
        json.WriteString("$ref", "#/components/schemas/Problem");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, HttpFace face)
    {
        if (face.Body is null)
        {
            json.WriteString("type", face.ContentType == "application/json" ? "object" : "string");
            return;
        }
        foreach (var (name, type) in s_schemas)
        {
            if (type.Type == face.Body.Type)
            {
                json.WriteString("$ref", $"#/components/schemas/{name}");
                return;
            }
            if (type.Type == face.Body.ElementType)
            {
                json.WriteString("type", "array");
                json.WriteStartObject("items");
                json.WriteString("$ref", $"#/components/schemas/{name}");
                json.WriteEndObject();
                return;
            }
        }
        throw new InvalidOperationException(
            $"cannot describe {face.Route}: {face.Body.Type.Name} is not among the schemas");
    }

    private static void WriteArguments(Utf8JsonWriter json, Operation operation, HttpFace face)
    {
        json.WriteStartArray("parameters");
        foreach (var argument in operation.HttpArguments.Where(a => a.Type != ArgumentType.Bytes))
        {
            var inPath = face.Route.Contains($"{{{argument.Name}}}", StringComparison.Ordinal);
            json.WriteStartObject();
            json.WriteString("name", argument.Name);
            json.WriteString("in", inPath ? "path" : "query");
            json.WriteString("description", argument.Summary);
            json.WriteBoolean("required", inPath || !argument.Optional);
            json.WriteStartObject("schema");
            json.WriteString("type", argument.Type switch
            {
                ArgumentType.Number => "integer",
                ArgumentType.Flag => "boolean",
                ArgumentType.Texts => "array",
                _ => "string",
            });
            if (argument.Type == ArgumentType.Texts)
            {
                json.WriteStartObject("items");
                json.WriteString("type", "string");
                json.WriteEndObject();
            }
            if (argument.Default is bool value)
                json.WriteBoolean("default", value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (operation.HttpArguments.FirstOrDefault(a => a.Type == ArgumentType.Bytes) is not { } body)
            return;
        json.WriteStartObject("requestBody");
        json.WriteString("description", body.Summary);
        json.WriteBoolean("required", true);
        json.WriteStartObject("content");
        json.WriteStartObject("application/octet-stream");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
