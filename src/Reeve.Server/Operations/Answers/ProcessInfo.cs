using Reeve.Client.XmlRpc;
using Reeve.Core.Processes;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations.Answers;

/// <summary>Supervisor's <c>getProcessInfo</c> struct, field by field in its order.</summary>
internal static class ProcessInfo
{
    public static void Write(XmlRpcWriter writer, ProcessSnapshot process, DateTimeOffset now)
    {
        writer.BeginStruct();
        writer.Member("name"u8, process.Name);
        writer.Member("group"u8, process.Group);
        writer.Member("start"u8, Seconds(process.StartedAt));
        writer.Member("stop"u8, Seconds(process.StoppedAt));
        writer.Member("now"u8, Seconds(now));
        writer.Member("state"u8, (int)process.State);
        writer.Member("statename"u8, NameOf(process.State));
        writer.Member("spawnerr"u8, process.SpawnError);
        writer.Member("exitstatus"u8, process.ExitStatus);
        writer.Member("logfile"u8, process.StandardOutputLog ?? "");
        writer.Member("stdout_logfile"u8, process.StandardOutputLog ?? "");
        writer.Member("stderr_logfile"u8, process.StandardErrorLog ?? "");
        writer.Member("pid"u8, process.Pid);
        writer.Member("description"u8, process.Describe(now));
        writer.EndStruct();
    }

    public static string NameOf(ProcessState state) => state switch
    {
        ProcessState.Stopped => "STOPPED",
        ProcessState.Starting => "STARTING",
        ProcessState.Running => "RUNNING",
        ProcessState.Backoff => "BACKOFF",
        ProcessState.Stopping => "STOPPING",
        ProcessState.Exited => "EXITED",
        ProcessState.Fatal => "FATAL",
        _ => "UNKNOWN",
    };

    // Times are capped to 32 bits as Supervisor's: its clients know no wider numbers here.
    private static long Seconds(DateTimeOffset? time) =>
        time is null ? 0 : Math.Clamp(time.Value.ToUnixTimeSeconds(), 0, int.MaxValue);
}
