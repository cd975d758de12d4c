using System.Text.Json.Serialization;
using Reeve.Client.Model;

namespace Reeve.Cli.Commands;

/// <summary>Answer of <c>-V --json</c>.</summary>
/// <param name="Client">Version of this program.</param>
internal sealed record ProgramVersion(string Client);

/// <summary>With <c>--json</c>: what a command came to that has no answer of its own.</summary>
/// <param name="Command">Which.</param>
/// <param name="Code"><c>ok</c>.</param>
/// <param name="Detail">Text for people; null: there is nothing to say.</param>
internal sealed record Outcome(string Command, string Code, string? Detail);

/// <summary>Answer of <c>version --json</c>.</summary>
/// <param name="Client">Version of this program.</param>
/// <param name="Daemon">Version of the daemon; null: it did not answer.</param>
internal sealed record VersionReport(string Client, string? Daemon);

/// <summary>One line of <c>tail --json</c>.</summary>
internal sealed record TailLine(string Name, string Stream, string Line);

/// <summary>Answer of <c>check --json</c>.</summary>
internal sealed record CheckReport(string File, bool Usable, IReadOnlyList<ConfigProblem> Problems);

/// <summary>One endpoint's part of <c>ps --json</c> with several endpoints.</summary>
/// <param name="Endpoint">Where.</param>
/// <param name="Error">Why it gave no answer; null: it did.</param>
/// <param name="Processes">Its processes.</param>
internal sealed record EndpointProcesses(string Endpoint, string? Error, IReadOnlyList<Process> Processes);

/// <summary>JSON that only the command line prints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProgramVersion))]
[JsonSerializable(typeof(Outcome))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(TailLine))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(IReadOnlyList<EndpointProcesses>))]
internal sealed partial class CliJson : JsonSerializerContext;
