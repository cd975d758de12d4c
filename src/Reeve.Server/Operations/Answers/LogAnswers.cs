using Microsoft.AspNetCore.Http;
using Reeve.Client.XmlRpc;
using Reeve.Server.Streams;

namespace Reeve.Server.Operations.Answers;

/// <summary>Bytes of a log.</summary>
public abstract class LogBytesAnswer(byte[] data) : Answer
{
    /// <summary>How many they are, before XML-RPC escapes them.</summary>
    public long Length => Data.Length;

    /// <summary>The bytes.</summary>
    protected byte[] Data { get; } = data;
}

/// <summary>A piece of a log.</summary>
public sealed class LogAnswer(byte[] data) : LogBytesAnswer(data)
{
    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer) => writer.Text(Data.AsSpan());

    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel)
    {
        http.Response.ContentType = TextStream.ContentType;
        http.Response.ContentLength = Data.Length;
        return http.Response.Body.WriteAsync(Data, http.RequestAborted).AsTask();
    }
}

/// <summary>Supervisor's tail: text, size of the file, overflow.</summary>
public sealed class TailAnswer(byte[] data, long size, bool overflow) : LogBytesAnswer(data)
{
    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer)
    {
        writer.BeginArray();
        writer.Text(Data.AsSpan());
        writer.Int(size);
        writer.Bool(overflow);
        writer.EndArray();
    }
}

/// <summary>Text that goes on until the client leaves or the server ends.</summary>
/// <param name="chunks">The text; must end when its enumeration is cancelled.</param>
public sealed class FollowAnswer(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks) : Answer
{
    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel) =>
        TextStream.WriteAsync(http, chunks, TextStream.ContentType, cancel);
}
