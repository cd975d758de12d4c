using Microsoft.AspNetCore.Http;
using Reeve.Server.Access;
using Reeve.Server.Operations;
using Reeve.Server.Operations.Answers;

namespace Reeve.Server.Api;

/// <summary>The HTTP API: from a request to an operation and back.</summary>
internal sealed class ApiEndpoint(Dispatcher dispatcher)
{
    private readonly RouteTable _routes = new(OperationsTable.All);

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="path">Its path, still percent-encoded.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="cancel">The client left, or the server ends.</param>
    public async Task AnswerAsync(HttpContext http, string path, Peer peer, CancellationToken cancel)
    {
        var segments = path.Split('/');
        var operation = _routes.Find(http.Request.Method, segments, out var allowed);
        Answer answer;
        if (operation is null && allowed is not null)
        {
            http.Response.Headers.Allow = allowed;
            answer = new FailedAnswer(
                Fault.MethodNotAllowed, null,
                $"{http.Request.Method} does nothing at {http.Request.Path}; {allowed} does");
        }
        else if (operation is null)
        {
            answer = new FailedAnswer(
                Fault.NotFound, null, $"there is nothing at {http.Request.Path}; /openapi.json tells what there is");
        }
        else
        {
            http.Response.StatusCode = operation.Http!.Status;
            var (wrong, values) = await HttpArguments.BindAsync(operation, segments, http, cancel);
            answer = wrong is null
                ? await dispatcher.RunAsync(operation, values, peer.Caller, Front.Http, cancel)
                : new FailedAnswer(Fault.BadRequest, null, wrong);
        }
        await answer.WriteHttpAsync(http, cancel);
    }
}
