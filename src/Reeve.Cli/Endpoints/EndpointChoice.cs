using Reeve.Cli.Commands;
using Reeve.Client;

namespace Reeve.Cli.Endpoints;

/// <summary>
/// Which daemon is meant: <c>-e</c>; else <c>[supervisorctl]</c> of the file of <c>-c</c>; else <c>$REEVE_ENDPOINT</c>;
/// else the default socket when it exists; else <c>[supervisorctl]</c> of the first supervisord.conf where Supervisor
/// looks for one.
/// </summary>
internal static class EndpointChoice
{
    /// <exception cref="UsageException">An endpoint is malformed.</exception>
    /// <exception cref="CommandException">There is none.</exception>
    public static IReadOnlyList<ReeveEndpoint> Resolve(Invocation run)
    {
        if (run.Arguments.Values("endpoint") is { Count: > 0 } given)
            return given.Select(e => WithUser(run, Parse(e, "-e"))).ToList();
        if (run.Arguments.Value("configuration") is { } file)
            return [WithUser(run, SupervisorCtlFile.Read(file, run.Host.ConfigurationSource()))];
        // Blanks and commas alone name nothing: not set.
        if (run.Host.Variable("REEVE_ENDPOINT")?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            is { Length: > 0 } named)
        {
            return named.Select(e => WithUser(run, Parse(e, "$REEVE_ENDPOINT"))).ToList();
        }
        var socket = DefaultEndpoint.SocketPath(run.Host.UserId, run.Host.Variable);
        if (Paths.IsAbsent(socket) && SupervisorCtlFile.Find(run.Host) is { } found)
            return [WithUser(run, found)];
        // Without anything to go by it is the default socket that is missing.
        return [WithUser(run, ReeveEndpoint.Unix(socket))];
    }

    static ReeveEndpoint Parse(string text, string source)
    {
        try
        {
            return ReeveEndpoint.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException($"{source}: {e.Message}");
        }
    }

    /// <summary>
    /// <c>-u NAME[:PASSWORD]</c> wins over the URL; <c>$REEVE_PASSWORD</c> fills in a password, so that none need stand
    /// on the command line, where every user of the machine can read it.
    /// </summary>
    static ReeveEndpoint WithUser(Invocation run, ReeveEndpoint endpoint)
    {
        var user = run.Arguments.Value("login");
        var colon = user?.IndexOf(':') ?? -1;
        if (colon >= 0)
            return endpoint with { UserName = user![..colon], Password = user[(colon + 1)..] };
        var name = user ?? endpoint.UserName ?? run.Host.Variable("REEVE_USER");
        if (string.IsNullOrEmpty(name))
            return endpoint;
        var password = user is null && !string.IsNullOrEmpty(endpoint.Password)
            ? endpoint.Password
            : run.Host.Variable("REEVE_PASSWORD") ?? "";
        return endpoint with { UserName = name, Password = password };
    }
}
