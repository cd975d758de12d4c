using System.Text.Json.Serialization;

namespace Reeve.Client.Model;

/// <summary>The daemon as a whole.</summary>
/// <param name="Identifier">Its name.</param>
/// <param name="Version">Version of Reeve.</param>
/// <param name="Pid">Pid to the outside (the keeper's).</param>
/// <param name="VisorPid">Pid of the serving process.</param>
/// <param name="State"><c>RUNNING</c>, <c>RESTARTING</c> or <c>SHUTDOWN</c>.</param>
/// <param name="StartedAt">Start of this session.</param>
/// <param name="ConfigFile">Configuration file; null: none.</param>
/// <param name="LogFile">Main log; null: none.</param>
/// <param name="Processes">How many processes.</param>
/// <param name="Running">How many of them are RUNNING.</param>
public sealed record Daemon(
    string Identifier, string Version, int Pid, int VisorPid, string State, DateTimeOffset StartedAt,
    string? ConfigFile, string? LogFile, int Processes, int Running);

/// <summary>One process.</summary>
/// <param name="Name"><c>group:name</c>, or the short form where both are equal.</param>
/// <param name="Group">Its group.</param>
/// <param name="ProcessName">Name within the group.</param>
/// <param name="State"><c>STOPPED</c> … <c>UNKNOWN</c>.</param>
/// <param name="Pid">Process id; null: none.</param>
/// <param name="StartedAt">Last spawn; null: never.</param>
/// <param name="StoppedAt">Last end; null: never.</param>
/// <param name="UptimeSeconds">For how long it has been up; null: it is down.</param>
/// <param name="ExitStatus">Last exit code, -1 for a signal.</param>
/// <param name="SpawnError">Why the last start failed; null: it did not.</param>
/// <param name="Attempts">Failed starts in a row.</param>
/// <param name="NextAt">When the present state will be left by itself (next try, SIGKILL); null: not planned.</param>
/// <param name="Description">One line for people, as <c>supervisorctl status</c> shows it.</param>
/// <param name="StdoutLog">Path; null: none.</param>
/// <param name="StderrLog">Path; null: none.</param>
/// <param name="Priority">Low starts first.</param>
/// <param name="Autostart">Whether it starts with its group.</param>
/// <param name="Command">Configured command line.</param>
/// <param name="LastExit">How it ended last: <c>exit status 3</c>, <c>terminated by SIGSEGV</c>; null: never.</param>
public sealed record Process(
    string Name, string Group, [property: JsonPropertyName("process")] string ProcessName, string State, int? Pid,
    DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt, double? UptimeSeconds, int ExitStatus, string? SpawnError,
    int Attempts, DateTimeOffset? NextAt, string Description, string? StdoutLog, string? StderrLog, int Priority,
    bool Autostart, string Command, string? LastExit = null);

/// <summary>One group.</summary>
public sealed record Group(string Name, int Priority, IReadOnlyList<Process> Processes);

/// <summary>What came of an operation for one of several processes.</summary>
/// <param name="Name"><c>group:name</c> or the short form.</param>
/// <param name="Code"><c>ok</c>, or the code of the problem.</param>
/// <param name="Detail">Text for people; null when ok.</param>
public sealed record Result(string Name, string Code, string? Detail);

/// <summary>Where the configuration came from.</summary>
/// <param name="File">Main file; null: none.</param>
/// <param name="Problems">Findings of the last reading.</param>
public sealed record Config(string? File, IReadOnlyList<ConfigProblem> Problems);

/// <summary>One finding in a configuration file.</summary>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="File">File.</param>
/// <param name="Line">Line from 1; 0: not at a line.</param>
/// <param name="Section">Section; null: none.</param>
/// <param name="Text">What, found, mend.</param>
public sealed record ConfigProblem(string Severity, string File, int Line, string? Section, string Text);

/// <summary>Names of groups.</summary>
public sealed record Changes(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed);

/// <summary>One event.</summary>
/// <param name="Serial">Counts from 0 for each visor.</param>
/// <param name="At">When.</param>
/// <param name="Type">Supervisor's type name.</param>
/// <param name="Name">Process concerned; null: none.</param>
/// <param name="Body">Supervisor's body.</param>
public sealed record Event(long Serial, DateTimeOffset At, string Type, string? Name, string Body);

/// <summary>An error, RFC 9457.</summary>
/// <param name="Type">URN of the kind, <c>urn:reeve:not-running</c>.</param>
/// <param name="Title">Short text of the kind.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What, where and how to mend it.</param>
/// <param name="Code">Machine-readable kind, <c>not-running</c>.</param>
public sealed record Problem(string Type, string Title, int Status, string? Detail, string Code);

/// <summary>
/// JSON of the API, without reflection. What is required must be there and not null, so readers need not ask.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Daemon))]
[JsonSerializable(typeof(Process))]
[JsonSerializable(typeof(IReadOnlyList<Process>))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(IReadOnlyList<Group>))]
[JsonSerializable(typeof(IReadOnlyList<Result>))]
[JsonSerializable(typeof(Config))]
[JsonSerializable(typeof(IReadOnlyList<ConfigProblem>))]
[JsonSerializable(typeof(Changes))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ModelJson : JsonSerializerContext;
