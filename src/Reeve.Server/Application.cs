using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Reeve.Server.Access;
using Reeve.Server.Api;
using Reeve.Server.Operations;
using Reeve.Server.Operations.Answers;
using Reeve.Server.Streams;
using Reeve.Server.XmlRpc;
using Reeve.Visor;

namespace Reeve.Server;

/// <summary>What happens to every request: password, origin, then whoever has the path.</summary>
/// <param name="dispatcher">Carries operations out.</param>
/// <param name="logger">Told of defects.</param>
/// <param name="stopping">The server ends.</param>
internal sealed class Application(Dispatcher dispatcher, ILogger logger, CancellationToken stopping)
    : IHttpApplication<HttpContext>
{
    private readonly ApiEndpoint _api = new(dispatcher);
    private readonly XmlRpcEndpoint _xmlRpc = new(dispatcher, logger);
    private readonly LogStreams _logs = new(dispatcher.Supervisor);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await AnswerAsync(context, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            if (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
                await FailAsync(context, Fault.Of(OutcomeKind.ShuttingDown), "ask again when it is back");
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            context.Response.Headers.Connection = "close";
            await RefuseAsync(context, Fault.Refused(refused.StatusCode), refused.Message);
        }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left in the middle of an answer.
        }
#pragma warning disable CA1031 // A defect in one request must not take the daemon's front down.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            Log.RequestThrew(logger, context.Request.Method, context.Request.Path.Value ?? "", defect);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await FailAsync(context, Fault.Of(OutcomeKind.Failed), "a defect; the main log says more");
        }
    }

    private Task AnswerAsync(HttpContext http, CancellationToken cancel)
    {
        // Process output is hostile: no browser may take it for anything but the text it is.
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var peer = http.Features.Get<Peer>() ?? throw new InvalidOperationException("this connection has no entrance");
        var authentication = peer.Entrance.Authentication;
        if (authentication is not null && !authentication.Accepts(http.Request.Headers.Authorization))
            return UnauthorizedAsync(http);
        var looks = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!looks && peer.Entrance.IsTcp && SameOrigin.Refuses(http, authentication is not null) is { } reason)
            return new FailedAnswer(Fault.Forbidden, null, reason).WriteHttpAsync(http, cancel);
        return RouteAsync(http, PathOf(http), peer, cancel);
    }

    private Task RouteAsync(HttpContext http, string path, Peer peer, CancellationToken cancel)
    {
        if (path.StartsWith("/RPC2", StringComparison.Ordinal))
        {
            // Supervisor's own rule, and a call without a body cannot be meant.
            return HttpMethods.IsPost(http.Request.Method) && !HasBody(http)
                ? HtmlError.WriteAsync(http, 411, "XML-RPC needs a Content-Length")
                : _xmlRpc.AnswerAsync(http, peer, cancel);
        }
        if (path.StartsWith("/logtail", StringComparison.Ordinal))
            return _logs.ProcessAsync(http, path, cancel);
        if (path.StartsWith("/mainlogtail", StringComparison.Ordinal))
            return _logs.MainAsync(http, cancel);
        return path switch
        {
            "/" => TextAsync(http, "Reeve. GET /openapi.json describes the API; XML-RPC is at /RPC2.\n"),
            "/ok.html" => TextAsync(http, "OK"),
            _ => _api.AnswerAsync(http, path, peer, cancel),
        };
    }

    private static Task UnauthorizedAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"default\"";
        http.Response.Headers.Connection = "close";
        return RefuseAsync(http, Fault.Unauthorized, "this server asks for a user name and a password");
    }

    // In the form that the path's own answers have.
    private static Task RefuseAsync(HttpContext http, Fault fault, string detail)
    {
        var path = PathOf(http);
        return path.StartsWith("/api/", StringComparison.Ordinal) || path == "/openapi.json"
            ? new FailedAnswer(fault, null, detail).WriteHttpAsync(http, CancellationToken.None)
            : HtmlError.WriteAsync(http, fault.Status, detail);
    }

    private static Task FailAsync(HttpContext http, Fault fault, string detail)
    {
        http.Response.Clear();
        return new FailedAnswer(fault, null, detail).WriteHttpAsync(http, CancellationToken.None);
    }

    private static Task TextAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain";
        http.Response.ContentLength = text.Length;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    private static bool HasBody(HttpContext http) =>
        http.Request.ContentLength is not null || http.Request.Headers.TransferEncoding.Count > 0;

    // As sent: a decoded path has lost the difference between a slash and a slash in a name.
    private static string PathOf(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/'))
            return http.Request.Path.Value ?? "/";
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }
}
