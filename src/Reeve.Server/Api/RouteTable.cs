using Reeve.Server.Operations;

namespace Reeve.Server.Api;

/// <summary>
/// Finds the operation of a method and a path. Segments are compared one by one; a name is one segment.
/// </summary>
internal sealed class RouteTable
{
    private readonly (string[] Segments, Operation Operation)[] _routes;

    public RouteTable(IEnumerable<Operation> operations) =>
        _routes = [.. operations.Where(o => o.Http is not null).Select(o => (o.Http!.Route.Split('/'), o))];

    /// <summary>Finds an operation.</summary>
    /// <param name="method">Method; HEAD finds what GET does.</param>
    /// <param name="segments">Path cut at slashes, still percent-encoded.</param>
    /// <param name="allowed">Methods that the path has, when this one is not among them.</param>
    public Operation? Find(string method, string[] segments, out string? allowed)
    {
        allowed = null;
        if (method == "HEAD")
            method = "GET";
        foreach (var (route, operation) in _routes)
        {
            if (!Matches(route, segments))
                continue;
            if (operation.Http!.Method == method)
                return operation;
            allowed = allowed is null ? operation.Http.Method : $"{allowed}, {operation.Http.Method}";
        }
        return null;
    }

    private static bool Matches(string[] route, string[] segments)
    {
        if (route.Length != segments.Length)
            return false;
        for (var i = 0; i < route.Length; i++)
        {
            if (route[i] is ['{', ..] ? segments[i].Length == 0 : route[i] != segments[i])
                return false;
        }
        return true;
    }
}
