using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Reeve.Server.Streams;

/// <summary>Writes text as it comes, until the client leaves or the server ends.</summary>
/// <remarks>What is being written when the server ends goes out, as long as the client takes it.</remarks>
internal static class TextStream
{
    public const string ContentType = "text/plain;charset=utf-8";

    public static async Task WriteAsync(
        HttpContext http, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, string contentType, CancellationToken cancel)
    {
        http.Response.ContentType = contentType;
        // Somebody who pauses their terminal is not an attacker; the connection limits still hold.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // Kestrel tears the connection down when a write is cancelled: only the client's leaving may do that.
        var left = http.RequestAborted;
        try
        {
            // The client must know that it is listening before the first line comes.
            await http.Response.StartAsync(left);
            await http.Response.BodyWriter.FlushAsync(left);
            await foreach (var chunk in chunks.WithCancellation(cancel))
                await http.Response.BodyWriter.WriteAsync(chunk, left);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested || left.IsCancellationRequested)
        {
            // Both ends are usual: the client left, or the server ends and closes the stream in good order.
        }
    }
}
