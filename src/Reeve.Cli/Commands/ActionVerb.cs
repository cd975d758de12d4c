using Reeve.Client;
using Reeve.Client.Model;

namespace Reeve.Cli.Commands;

/// <summary>Something done to processes: how it is asked for and how its outcome is told.</summary>
/// <param name="Name">As in "cannot start".</param>
/// <param name="Done">As in "web: started".</param>
/// <param name="Doing">As in "starting web".</param>
/// <param name="SettledBy">Event that means it is done; null: there is none.</param>
/// <param name="Fulfilled">Code of the problem that says it was so already; null: none does.</param>
/// <param name="Already">As in "web: already running".</param>
internal sealed record ActionVerb(
    string Name, string Done, string Doing, string? SettledBy, string? Fulfilled, string Already)
{
    /// <summary>Asks for one process.</summary>
    public required Func<ReeveClient, string, CancellationToken, Task> One { get; init; }

    /// <summary>Asks for a group, or with null for all; null: each process is asked for by itself.</summary>
    public Func<ReeveClient, string?, CancellationToken, Task<IReadOnlyList<Result>>>? Many { get; init; }

    public static ActionVerb Start(bool wait) => new(
        "start", wait ? "started" : "start requested", "starting", wait ? "PROCESS_STATE_RUNNING" : null,
        "already-started", "already running")
    {
        One = (c, name, cancel) => c.StartAsync(name, wait, cancel),
        Many = (c, group, cancel) => c.StartManyAsync(group, wait, cancel),
    };

    public static ActionVerb Stop(bool wait) => new(
        "stop", wait ? "stopped" : "stop requested", "stopping", wait ? "PROCESS_STATE_STOPPED" : null,
        "not-running", "not running")
    {
        One = (c, name, cancel) => c.StopAsync(name, wait, cancel),
        Many = (c, group, cancel) => c.StopManyAsync(group, wait, cancel),
    };

    public static ActionVerb Restart(bool wait) => new(
        "restart", wait ? "restarted" : "restart requested", "restarting",
        wait ? "PROCESS_STATE_RUNNING" : null, null, "")
    {
        One = (c, name, cancel) => c.RestartAsync(name, wait, cancel),
        Many = (c, group, cancel) => c.RestartManyAsync(group, wait, cancel),
    };

    public static ActionVerb Signal(string signal) => new("signal", $"sent {signal}", "signalling", null, null, "")
    {
        One = (c, name, cancel) => c.SignalAsync(name, signal, cancel),
        Many = (c, group, cancel) => c.SignalManyAsync(group, signal, cancel),
    };

    public static ActionVerb Clear { get; } = new("clear", "logs cleared", "clearing", null, null, "")
    {
        One = (c, name, cancel) => c.ClearLogsAsync(name, cancel),
    };
}
