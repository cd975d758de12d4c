using Microsoft.AspNetCore.Http;
using Reeve.Client.Model;
using Reeve.Client.XmlRpc;
using Reeve.Server.Api;

namespace Reeve.Server.Operations.Answers;

/// <summary>A failure: a fault, or <c>application/problem+json</c>.</summary>
/// <param name="fault">Kind.</param>
/// <param name="extra">What follows the fault's name in Supervisor's text; null: nothing.</param>
/// <param name="detail">Text for people, for HTTP; null: made of the kind and <paramref name="extra"/>.</param>
public sealed class FailedAnswer(Fault fault, string? extra, string? detail = null) : Answer
{
    /// <summary>Kind.</summary>
    public Fault Fault { get; } = fault;

    /// <summary>Supervisor's fault text.</summary>
    public string Text => Fault.Text(extra);

    /// <inheritdoc/>
    public override string Code => Fault.Slug;

    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer) => writer.Fault(Fault.Code, Text);

    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel)
    {
        http.Response.StatusCode = Fault.Status;
        var text = detail ?? (string.IsNullOrEmpty(extra) ? null : $"{Fault.Title}: {extra}");
        var problem = new Problem($"urn:reeve:{Fault.Slug}", Fault.Title, Fault.Status, text, Fault.Slug);
        return http.WriteJsonAsync(problem, ModelJson.Default.Problem, "application/problem+json");
    }
}
