using Reeve.Client.Model;
using Reeve.Client.XmlRpc;
using Reeve.Core.Processes;
using Reeve.Server.Access;
using Reeve.Server.Operations.Answers;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations;

/// <summary>The daemon as a whole.</summary>
internal static class DaemonOperations
{
    /// <summary>The Supervisor whose behaviour XML-RPC clients find here.</summary>
    public const string SupervisorVersion = "4.2.5";

    private const string ApiVersion = "3.0";

    private static readonly string s_version =
        typeof(DaemonOperations).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static IReadOnlyList<Operation> Rows { get; } =
    [
        new()
        {
            Name = "daemon.show",
            Summary = "Tells who the daemon is and how it is.",
            Http = new("GET", "/api/v1/daemon", ContentType: "application/json", Body: ModelJson.Default.Daemon),
            Run = (r, _) => new(new JsonAnswer<Daemon>(Describe(r), ModelJson.Default.Daemon)),
        },
        Told(
            ["getAPIVersion", "getVersion"], "string", "Tells the version of the XML-RPC interface.", "version",
            _ => ApiVersion),
        Told(
            ["getSupervisorVersion"], "string", "Tells the version of Supervisor whose interface this is.", "version",
            _ => SupervisorVersion),
        Told(
            ["getIdentification"], "string", "Tells the name of the daemon.", "identifier",
            r => r.Supervisor.Identifier),
        Told(["getPID"], "int", "Tells the process id of the daemon.", "pid", r => r.Supervisor.Pid),
        Told(
            ["getState"], "struct", "Tells what the daemon is doing.", "statecode and statename",
            r => new XmlRpcValue.Struct(
            [
                new("statecode", (int)r.Supervisor.State),
                new("statename", NameOf(r.Supervisor.State)),
            ])),
        new()
        {
            Name = "daemon.shutdown",
            Summary = "Stops all processes and ends the daemon. The answer comes before it happens.",
            Role = Role.Admin,
            Changes = true,
            Http = new("POST", "/api/v1/daemon/shutdown", Status: 202),
            Rpc = new(["shutdown"], "boolean", "always true"),
            Run = async (r, _) => Answer.Of(await r.Supervisor.ShutdownAsync(restart: false), null),
        },
        new()
        {
            Name = "daemon.reload",
            Summary = "Stops all processes, reads the configuration and starts again. A broken file is refused.",
            Role = Role.Admin,
            Changes = true,
            Http = new("POST", "/api/v1/daemon/reload", Status: 202),
            Rpc = new(["restart"], "boolean", "always true"),
            Run = async (r, _) => Answer.Of(await r.Supervisor.ShutdownAsync(restart: true), null),
        },
        new()
        {
            Name = "daemon.announce",
            Summary = "Sends a REMOTE_COMMUNICATION event.",
            Role = Role.Operator,
            Changes = true,
            AnswersWhileEnding = true,
            Arguments =
            [
                new("type", ArgumentType.Text, "Word that listeners tell such events apart by"),
                new("data", ArgumentType.Text, "Body of the event"),
            ],
            Rpc = new(["sendRemoteCommEvent"], "boolean", "always true"),
            Run = (r, _) =>
            {
                r.Supervisor.SendRemoteCommunication(r.Text("type"), r.Text("data"));
                return new(DoneAnswer.Instance);
            },
        },
    ];

    private static Operation Told(
        IReadOnlyList<string> names, string type, string summary, string result, Func<Request, XmlRpcValue> tell)
    {
        return new()
        {
            Name = names[0],
            Summary = summary,
            Rpc = new(names, type, result),
            Run = (r, _) => new(new ValueAnswer(tell(r))),
        };
    }

    private static Daemon Describe(Request request)
    {
        var supervisor = request.Supervisor;
        int processes = 0, running = 0;
        foreach (var group in supervisor.Groups)
        {
            processes += group.Processes.Count;
            running += group.Processes.Count(p => p.State == ProcessState.Running);
        }
        return new(
            supervisor.Identifier, s_version, supervisor.Pid, Environment.ProcessId, NameOf(supervisor.State),
            supervisor.StartedAt, supervisor.Configuration.File, supervisor.MainLog.Path, processes, running);
    }

    private static string NameOf(DaemonState state) => state switch
    {
        DaemonState.Running => "RUNNING",
        DaemonState.Restarting => "RESTARTING",
        _ => "SHUTDOWN",
    };
}
