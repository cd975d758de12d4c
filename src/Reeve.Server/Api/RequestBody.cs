using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Api;

/// <summary>A whole request body, held in the connection's own buffers. Its size is limited by the server.</summary>
internal static class RequestBody
{
    /// <summary>Reads to the end and makes something of it. The bytes are gone afterwards.</summary>
    /// <exception cref="BadHttpRequestException">Larger than allowed, slower than allowed, or broken.</exception>
    public static async ValueTask<T> ReadAsync<T>(
        HttpContext http, Func<ReadOnlySequence<byte>, T> take, CancellationToken cancel)
    {
        var body = http.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(cancel);
            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            try
            {
                return take(read.Buffer);
            }
            finally
            {
                // The connection goes on with the next request only when this one was taken.
                body.AdvanceTo(read.Buffer.End);
            }
        }
    }
}
