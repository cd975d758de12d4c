namespace Reeve.Core.Configuration.Values;

/// <summary>Names of events that a listener can subscribe to.</summary>
static class EventTypes
{
    public static IReadOnlyList<string> All { get; } =
    [
        "EVENT",
        .. Family("PROCESS_STATE", "STARTING", "BACKOFF", "RUNNING", "STOPPING", "STOPPED", "EXITED", "FATAL",
            "UNKNOWN"),
        .. Family("PROCESS_COMMUNICATION", "STDOUT", "STDERR"),
        .. Family("PROCESS_LOG", "STDOUT", "STDERR"),
        "REMOTE_COMMUNICATION",
        .. Family("SUPERVISOR_STATE_CHANGE", "RUNNING", "STOPPING"),
        .. Family("TICK", "5", "60", "3600"),
        .. Family("PROCESS_GROUP", "ADDED", "REMOVED"),
    ];

    static IEnumerable<string> Family(string parent, params string[] children) =>
        children.Select(child => $"{parent}_{child}").Prepend(parent);
}
