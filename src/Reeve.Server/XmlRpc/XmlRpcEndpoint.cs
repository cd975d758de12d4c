using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Reeve.Client.XmlRpc;
using Reeve.Server.Access;
using Reeve.Server.Api;
using Reeve.Server.Operations;
using Reeve.Server.Operations.Answers;

namespace Reeve.Server.XmlRpc;

/// <summary>
/// <c>POST /RPC2</c>: from a call to an operation and back. Answers go straight into the connection's buffers.
/// </summary>
internal sealed class XmlRpcEndpoint(Dispatcher dispatcher, ILogger logger)
{
    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="cancel">The client left, or the server ends.</param>
    public async Task AnswerAsync(HttpContext http, Peer peer, CancellationToken cancel)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            await HtmlError.WriteAsync(http, 400, "XML-RPC takes POST only");
            return;
        }
        var (call, problem) = await RequestBody.ReadAsync(http, Read, cancel);
        if (call is null)
        {
            await HtmlError.WriteAsync(http, 400, problem!);
            return;
        }
        var answer = await dispatcher.CallAsync(call, peer.Caller, cancel);
        http.Response.ContentType = "text/xml";
        if (answer is FailedAnswer failed)
        {
            XmlRpcWriter.WriteFault(http.Response.BodyWriter, failed.Fault.Code, failed.Text);
        }
        else
        {
            var writer = new XmlRpcWriter(http.Response.BodyWriter);
            writer.BeginResponse();
            answer.WriteXml(writer);
            writer.EndResponse();
        }
        await http.FinishBodyAsync();
    }

    private (XmlRpcCall? Call, string? Problem) Read(ReadOnlySequence<byte> body)
    {
        try
        {
            return (XmlRpcReader.ReadCall(body.IsSingleSegment ? body.FirstSpan : body.ToArray()), null);
        }
        catch (XmlRpcFormatException problem)
        {
            var begin = Encoding.Latin1.GetString(body.Slice(0, Math.Min(body.Length, 100)).ToArray());
            Log.InvalidCall(
                logger, Printable(begin), problem.IsWithoutMethod ? "no method name" : "unmarshallable", problem.Message);
            return (null, problem.Message);
        }
    }

    // A log line must stay one line, whatever was sent.
    private static string Printable(string text) =>
        string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
}
