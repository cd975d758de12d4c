using System.Text.Json;
using System.Text.Json.Serialization;
using Reeve.Linux;

namespace Reeve.Visor.Journal;

/// <summary>Strings with bytes that are no UTF-8, which JSON cannot spell: a list of one base64 text.</summary>
internal sealed class NativeTextConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return reader.GetString();
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            throw new JsonException("cannot read a text: its bytes are missing");
        var text = NativeText.Decode(reader.GetBytesFromBase64());
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray
            ? text
            : throw new JsonException("cannot read a text: expected one list of bytes");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (!NativeText.HasEscapes(value))
        {
            writer.WriteStringValue(value);
            return;
        }
        writer.WriteStartArray();
        writer.WriteBase64StringValue(NativeText.Encode(value));
        writer.WriteEndArray();
    }

    // Names of variables as keys; those that are no UTF-8 are not told apart.
    /// <inheritdoc/>
    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString()!;

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);
}
