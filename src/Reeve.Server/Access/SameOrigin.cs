using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Reeve.Server.Access;

/// <summary>Keeps foreign web pages from commanding a daemon through the browser of somebody who may.</summary>
internal static class SameOrigin
{
    /// <summary>
    /// Why a request that changes something is refused; null: it may go on. Only browsers send what is looked at.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="hasCredentials">
    /// Whether the server asks for a password, which a page under a foreign name never sends.
    /// </param>
    public static string? Refuses(HttpContext http, bool hasCredentials)
    {
        var headers = http.Request.Headers;
        var site = headers["Sec-Fetch-Site"];
        var origin = headers.Origin;
        if (StringValues.IsNullOrEmpty(site) && StringValues.IsNullOrEmpty(origin))
            return null;
        if (!StringValues.IsNullOrEmpty(site) && site != "same-origin" && site != "none")
            return $"a page of another site asked for it (Sec-Fetch-Site: {site}); open the daemon's own page";
        var host = http.Request.Host;
        if (!StringValues.IsNullOrEmpty(origin)
            && !string.Equals(origin, $"{http.Request.Scheme}://{host.Value}", StringComparison.OrdinalIgnoreCase))
        {
            return $"a page of '{origin}' asked for it, this is '{host.Value}'; open the daemon's own page";
        }
        // A foreign name that was made to point here has matching headers, so without a password the name itself must
        // be ours.
        return hasCredentials || IsOurs(host.Host)
            ? null
            : $"'{host.Host}' is not a name of this machine; "
                + $"use its address, localhost or '{Environment.MachineName}', or set a password";
    }

    private static bool IsOurs(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _)
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase);
}
