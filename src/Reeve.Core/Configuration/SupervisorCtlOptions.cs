namespace Reeve.Core.Configuration;

/// <summary>Section [supervisorctl]: how the command line reaches a daemon.</summary>
/// <param name="ServerUrl"><c>unix:///path</c> or <c>http://host:port</c>. Default
/// <c>http://localhost:9001</c>.</param>
/// <param name="UserName">Null: none is sent.</param>
/// <param name="Password">Null: none is sent.</param>
/// <param name="Prompt">What the shell shows before <c>&gt;</c>. Default <c>supervisor</c>.</param>
/// <param name="HistoryFile">Absolute path of the shell's history; null: none is kept.</param>
public sealed record SupervisorCtlOptions(
    string ServerUrl = "http://localhost:9001", string? UserName = null, string? Password = null,
    string Prompt = "supervisor", string? HistoryFile = null);

/// <summary>What reading [supervisorctl] came to.</summary>
/// <param name="Options">The section; null when <paramref name="Problems"/> has an error.</param>
/// <param name="Problems">Findings in this section, and such as keep the file from being read at all.</param>
public sealed record SupervisorCtlResult(SupervisorCtlOptions? Options, IReadOnlyList<ConfigurationProblem> Problems);
