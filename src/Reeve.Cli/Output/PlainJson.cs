using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Client.Model;

namespace Reeve.Cli.Output;

/// <summary>JSON as people and scripts read it on a terminal or a pipe.</summary>
internal static class PlainJson
{
    // No page of HTML is made of it, so quotes and umlauts stand as they are.
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One value, on one line, without the line's end.</summary>
    public static ReadOnlySpan<byte> Of<T>(T value, JsonTypeInfo<T> type)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, Plain))
            JsonSerializer.Serialize(json, value, type);
        return text.WrittenSpan;
    }

    /// <summary>An error as the API tells it.</summary>
    /// <param name="code">Machine-readable kind.</param>
    /// <param name="text">What, where and how to mend it.</param>
    public static ReadOnlySpan<byte> OfProblem(string code, string text) =>
        Of(new($"urn:reeve:{code}", code, 0, text, code), ModelJson.Default.Problem);
}
