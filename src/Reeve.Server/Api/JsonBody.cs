using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Api;

/// <summary>Bodies written straight into the connection's buffers.</summary>
internal static class JsonBody
{
    public static Task WriteJsonAsync<T>(
        this HttpContext http, T value, JsonTypeInfo<T> type, string contentType)
    {
        http.Response.ContentType = contentType;
        using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
            JsonSerializer.Serialize(json, value, type);
        return http.FinishBodyAsync();
    }

    /// <summary>Sends what was written, with its length: many simple clients cannot read chunks.</summary>
    /// <remarks>
    /// Also while the server ends: what is whole goes out, and nothing can be put in its place any more. Only the
    /// client's leaving ends it.
    /// </remarks>
    public static async Task FinishBodyAsync(this HttpContext http)
    {
        PipeWriter body = http.Response.BodyWriter;
        if (!http.Response.HasStarted && body.CanGetUnflushedBytes)
            http.Response.ContentLength = body.UnflushedBytes;
        await body.FlushAsync(http.RequestAborted);
    }
}
