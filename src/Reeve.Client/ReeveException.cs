using Reeve.Client.Model;

namespace Reeve.Client;

/// <summary>A call to a daemon that did not come to its answer. The message is meant for people.</summary>
public abstract class ReeveException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The daemon could not be reached: no socket, nobody listening, no permission, no route.</summary>
/// <param name="endpoint">Where it was sought.</param>
/// <param name="reason">Why it failed, without a full stop.</param>
/// <param name="inner">The system's own error.</param>
public sealed class ReeveUnreachableException(ReeveEndpoint endpoint, string reason, Exception? inner = null)
    : ReeveException($"cannot reach reeve at {endpoint}: {reason.TrimEnd('.')}.", inner)
{
    /// <summary>Where it was sought.</summary>
    public ReeveEndpoint Endpoint { get; } = endpoint;
}

/// <summary>The connection broke within an answer, or what came is not an answer of this API.</summary>
public sealed class ReeveProtocolException(string message, Exception? inner = null) : ReeveException(message, inner);

/// <summary>The daemon answered with an error.</summary>
/// <param name="problem">What it said.</param>
public sealed class ReeveApiException(Problem problem) : ReeveException(problem.Detail ?? problem.Title)
{
    /// <summary>What it said; <see cref="Problem.Code"/> is the machine-readable kind.</summary>
    public Problem Problem { get; } = problem;
}
