using Microsoft.AspNetCore.Http;
using Reeve.Server.Api;
using Reeve.Server.Operations;
using Reeve.Visor.Logs;
using Reeve.Visor.Processes;

namespace Reeve.Server.Streams;

/// <summary>
/// <c>/logtail/…</c> and <c>/mainlogtail</c>: what <c>supervisorctl tail -f</c> and its kin read.
/// </summary>
internal sealed class LogStreams(Supervisor supervisor)
{
    private const int TailBytes = 1024;

    /// <summary>Streams the log that a path under <c>/logtail</c> names.</summary>
    /// <param name="http">The request.</param>
    /// <param name="path">Its path, still percent-encoded.</param>
    /// <param name="cancel">The client left, or the server ends.</param>
    public Task ProcessAsync(HttpContext http, string path, CancellationToken cancel)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
            return GetOnlyAsync(http);
        // The channel follows the last slash, so that a name may hold one, escaped or not, as Supervisor's cannot.
        // As in Supervisor, /logtail is only how the first segment begins.
        var nameAt = path.IndexOf('/', 1) + 1;
        var name = nameAt > 0 ? path[nameAt..] : "";
        var stream = OutputStream.Output;
        var slash = name.LastIndexOf('/');
        if (slash >= 0)
        {
            switch (name[(slash + 1)..])
            {
                case "stdout":
                    break;
                case "stderr":
                    stream = OutputStream.Error;
                    break;
                case var other:
                    return HtmlError.WriteAsync(http, 404, $"there is no channel '{other}'");
            }
            name = name[..slash];
        }
        name = Uri.UnescapeDataString(name);
        var spec = Namespec.Parse(name);
        var log = spec.Process is null ? null : supervisor.FindLog(spec.Group, spec.Process, stream);
        if (log is null)
            return HtmlError.WriteAsync(http, 404, $"there is no process '{name}'");
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return FollowAsync(http, log.Reader, cancel);
    }

    /// <summary>Streams the main log.</summary>
    public Task MainAsync(HttpContext http, CancellationToken cancel) => HttpMethods.IsGet(http.Request.Method)
        ? FollowAsync(http, supervisor.MainLog.Reader, cancel)
        : GetOnlyAsync(http);

    private static Task GetOnlyAsync(HttpContext http) =>
        HtmlError.WriteAsync(http, 400, "log streams take GET only");

    private static Task FollowAsync(HttpContext http, LogReader? reader, CancellationToken cancel)
    {
        if (reader is null || !reader.Look().IsDone)
            return HtmlError.WriteAsync(http, 404, "there is no log file");
        http.Response.Headers.LastModified = File.GetLastWriteTimeUtc(reader.Path).ToString("R");
        return TextStream.WriteAsync(http, reader.FollowAsync(TailBytes, cancel), TextStream.ContentType, cancel);
    }
}
