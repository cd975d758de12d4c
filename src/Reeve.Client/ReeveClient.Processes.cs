using Reeve.Client.Model;

namespace Reeve.Client;

// Processes, one, by group, or all. Names are "group:name" or the short form.
public sealed partial class ReeveClient
{
    /// <summary>All processes.</summary>
    /// <param name="group">Only those of this group; null: all.</param>
    /// <param name="cancel">Breaks the connection.</param>
    public Task<IReadOnlyList<Process>> GetProcessesAsync(string? group, CancellationToken cancel) => AskAsync(
        "GET", Root + "processes" + (group is null ? "" : $"?group={Segment(group)}"),
        ModelJson.Default.IReadOnlyListProcess, cancel);

    /// <summary>One process.</summary>
    public Task<Process> GetProcessAsync(string name, CancellationToken cancel) =>
        AskAsync("GET", $"{Root}processes/{Segment(name)}", ModelJson.Default.Process, cancel);

    /// <summary>Starts it. With <paramref name="wait"/> it is RUNNING when the answer comes, or it fails.</summary>
    public Task<Process> StartAsync(string name, bool wait, CancellationToken cancel) =>
        ActAsync(name, "start", wait, cancel);

    /// <summary>Stops it. With <paramref name="wait"/> it has ended when the answer comes.</summary>
    public Task<Process> StopAsync(string name, bool wait, CancellationToken cancel) =>
        ActAsync(name, "stop", wait, cancel);

    /// <summary>Stops it when it runs, and starts it.</summary>
    public Task<Process> RestartAsync(string name, bool wait, CancellationToken cancel) =>
        ActAsync(name, "restart", wait, cancel);

    /// <summary>Sends a signal, by name (<c>HUP</c>, <c>SIGHUP</c>) or number.</summary>
    public Task<Process> SignalAsync(string name, string signal, CancellationToken cancel) => AskAsync(
        "POST", $"{Root}processes/{Segment(name)}/signal?signal={Segment(signal)}", ModelJson.Default.Process, cancel);

    /// <summary>Writes to its stdin.</summary>
    public Task WriteInputAsync(string name, ReadOnlyMemory<byte> text, CancellationToken cancel) =>
        AskBytesAsync("POST", $"{Root}processes/{Segment(name)}/stdin", text, wait: false, cancel);

    /// <summary>A part of its log.</summary>
    public Task<byte[]> ReadLogAsync(string name, LogStream stream, LogRange range, CancellationToken cancel) =>
        AskBytesAsync("GET", $"{LogPath(name, stream)}?{range.Query}", default, wait: false, cancel);

    /// <summary>The last <paramref name="tail"/> bytes of its log and all that is appended, until cancelled.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> FollowLogAsync(
        string name, LogStream stream, long tail, CancellationToken cancel) =>
        StreamAsync($"{LogPath(name, stream)}?tail={tail}&follow=true", cancel);

    /// <summary>Empties both of its logs.</summary>
    public Task ClearLogsAsync(string name, CancellationToken cancel) =>
        AskBytesAsync("DELETE", $"{Root}processes/{Segment(name)}/log", default, wait: false, cancel);

    /// <summary>Groups with their processes.</summary>
    public Task<IReadOnlyList<Group>> GetGroupsAsync(CancellationToken cancel) =>
        AskAsync("GET", Root + "groups", ModelJson.Default.IReadOnlyListGroup, cancel);

    /// <summary>Makes a configured group active.</summary>
    public Task AddGroupAsync(string group, CancellationToken cancel) =>
        AskBytesAsync("POST", $"{Root}groups/{Segment(group)}/add", default, wait: false, cancel);

    /// <summary>Removes a group.</summary>
    /// <param name="group">Its name.</param>
    /// <param name="stop">Stop its members first; else they must be stopped already.</param>
    /// <param name="cancel">Breaks the connection.</param>
    public Task RemoveGroupAsync(string group, bool stop, CancellationToken cancel) =>
        AskBytesAsync(
            "DELETE", $"{Root}groups/{Segment(group)}" + (stop ? "?stop=true" : ""), default, wait: stop, cancel);

    /// <summary>Starts the members of a group (null: all processes) that are not up.</summary>
    public Task<IReadOnlyList<Result>> StartManyAsync(string? group, bool wait, CancellationToken cancel) =>
        ActOnManyAsync(group, "start", wait, cancel);

    /// <summary>Stops the members of a group (null: all processes) that are up.</summary>
    public Task<IReadOnlyList<Result>> StopManyAsync(string? group, bool wait, CancellationToken cancel) =>
        ActOnManyAsync(group, "stop", wait, cancel);

    /// <summary>Stops those of a group (null: of all) that are up, and starts all.</summary>
    public Task<IReadOnlyList<Result>> RestartManyAsync(string? group, bool wait, CancellationToken cancel) =>
        ActOnManyAsync(group, "restart", wait, cancel);

    /// <summary>Signals the members of a group (null: all processes) that are up.</summary>
    public Task<IReadOnlyList<Result>> SignalManyAsync(string? group, string signal, CancellationToken cancel) =>
        AskAsync(
            "POST", $"{Many(group)}signal?signal={Segment(signal)}", ModelJson.Default.IReadOnlyListResult, cancel);

    Task<Process> ActAsync(string name, string verb, bool wait, CancellationToken cancel) => AskAsync(
        "POST", $"{Root}processes/{Segment(name)}/{verb}?wait={Flag(wait)}", ModelJson.Default.Process, cancel, wait);

    Task<IReadOnlyList<Result>> ActOnManyAsync(string? group, string verb, bool wait, CancellationToken cancel) =>
        AskAsync(
            "POST", $"{Many(group)}{verb}?wait={Flag(wait)}", ModelJson.Default.IReadOnlyListResult, cancel, wait);

    static string Many(string? group) => group is null ? Root : $"{Root}groups/{Segment(group)}/";

    static string LogPath(string name, LogStream stream) =>
        $"{Root}processes/{Segment(name)}/log/{(stream == LogStream.Stdout ? "stdout" : "stderr")}";
}
