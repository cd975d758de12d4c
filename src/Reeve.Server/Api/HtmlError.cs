using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Reeve.Server.Api;

/// <summary>The small page that Supervisor's own paths answer with when they cannot.</summary>
internal static class HtmlError
{
    public static Task WriteAsync(HttpContext http, int status, string reason)
    {
        var title = $"{status} {ReasonPhrases.GetReasonPhrase(status)}";
        var page = Encoding.UTF8.GetBytes(
            $"<!DOCTYPE html><html><head><title>{title}</title></head>"
            + $"<body><h1>{title}</h1><p>{WebUtility.HtmlEncode(reason)}</p></body></html>\n");
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html;charset=utf-8";
        http.Response.ContentLength = page.Length;
        return http.Response.Body.WriteAsync(page, http.RequestAborted).AsTask();
    }
}
