using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Reeve.Client.Model;
using Reeve.Client.XmlRpc;
using Reeve.Core.Configuration;
using Reeve.Server.Api;

namespace Reeve.Server.Operations.Answers;

/// <summary>A value of the API's model that only HTTP tells.</summary>
public sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> type) : Answer
{
    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel) =>
        http.WriteJsonAsync(value, type, "application/json");
}

/// <summary>A document made once.</summary>
internal sealed class DocumentAnswer(byte[] document, string contentType) : Answer
{
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = document.Length;
        return http.Response.Body.WriteAsync(document, http.RequestAborted).AsTask();
    }
}

/// <summary>
/// Groups that differ: <c>[[added, changed, removed]]</c> as <c>reloadConfig</c> answers, or <c>Changes</c>.
/// </summary>
public sealed class ChangesAnswer(ConfigurationChanges changes) : Answer
{
    /// <inheritdoc/>
    public override void WriteXml(XmlRpcWriter writer)
    {
        writer.BeginArray();
        writer.BeginArray();
        foreach (var names in (IReadOnlyList<string>[])[changes.Added, changes.Changed, changes.Removed])
        {
            writer.BeginArray();
            foreach (var name in names)
                writer.Text(name);
            writer.EndArray();
        }
        writer.EndArray();
        writer.EndArray();
    }

    /// <inheritdoc/>
    public override Task WriteHttpAsync(HttpContext http, CancellationToken cancel) => http.WriteJsonAsync(
        new Changes(changes.Added, changes.Changed, changes.Removed), ModelJson.Default.Changes, "application/json");
}

/// <summary>Answers of a <c>system.multicall</c>, bare values as in Supervisor 4.2.</summary>
internal sealed class MulticallAnswer(IReadOnlyList<Answer> answers) : Answer
{
    public override void WriteXml(XmlRpcWriter writer)
    {
        writer.BeginArray();
        foreach (var answer in answers)
            answer.WriteXml(writer);
        writer.EndArray();
    }
}
