using Reeve.Client.XmlRpc;
using Reeve.Core.Configuration;
using Reeve.Core.Processes;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations.Answers;

/// <summary>
/// Supervisor's <c>getAllConfigInfo</c>: the file last read, not what runs; sorted by process.
/// </summary>
internal sealed class ConfigInfoAnswer(DaemonConfiguration configuration, Supervisor supervisor) : Answer
{
    public override void WriteXml(XmlRpcWriter writer)
    {
        var all = configuration.Groups.SelectMany(g => g.Processes, (group, process) => (group, process))
            .OrderBy(p => p.process.Name, StringComparer.Ordinal);
        writer.BeginArray();
        foreach (var (group, process) in all)
            Write(writer, group, process);
        writer.EndArray();
    }

    private void Write(XmlRpcWriter writer, GroupOptions group, ProcessOptions process)
    {
        writer.BeginStruct();
        writer.Member("autostart"u8, process.AutoStart);
        writer.Member("directory"u8, process.Directory ?? "none");
        if (process.UserId is { } uid)
            writer.Member("uid"u8, uid);
        else
            writer.Member("uid"u8, "none");
        writer.Member("command"u8, process.Command);
        writer.BeginMember("exitcodes"u8);
        writer.BeginArray();
        foreach (var code in process.ExitCodes)
            writer.Int(code);
        writer.EndArray();
        writer.EndMember();
        writer.Member("group"u8, group.Name);
        writer.Member("group_prio"u8, group.Priority);
        writer.Member("inuse"u8, supervisor.FindGroup(group.Name) is not null);
        writer.Member("killasgroup"u8, process.KillAsGroup);
        writer.Member("name"u8, process.Name);
        writer.Member("process_prio"u8, process.Priority);
        writer.Member("redirect_stderr"u8, process.RedirectStandardError);
        writer.Member("startretries"u8, process.StartRetries);
        writer.Member("startsecs"u8, (long)process.StartSeconds.TotalSeconds);
        var output = process.StandardOutput;
        writer.Member("stdout_capture_maxbytes"u8, output.CaptureMaxBytes);
        writer.Member("stdout_events_enabled"u8, output.EventsEnabled);
        writer.Member("stdout_logfile"u8, FileOf(output, supervisor.FindConfiguredLog(group.Name, process.Name, OutputStream.Output)));
        writer.Member("stdout_logfile_backups"u8, output.Backups);
        writer.Member("stdout_logfile_maxbytes"u8, output.MaxBytes);
        writer.Member("stdout_syslog"u8, output.Syslog);
        writer.Member("stopsignal"u8, process.StopSignal);
        writer.Member("stopwaitsecs"u8, (long)process.StopWait.TotalSeconds);
        var error = process.StandardError;
        writer.Member("stderr_capture_maxbytes"u8, error.CaptureMaxBytes);
        writer.Member("stderr_events_enabled"u8, error.EventsEnabled);
        writer.Member("stderr_logfile"u8, FileOf(error, supervisor.FindConfiguredLog(group.Name, process.Name, OutputStream.Error)));
        writer.Member("stderr_logfile_backups"u8, error.Backups);
        writer.Member("stderr_logfile_maxbytes"u8, error.MaxBytes);
        writer.Member("stderr_syslog"u8, error.Syslog);
        writer.Member("serverurl"u8, process.ServerUrl ?? "none");
        writer.EndStruct();
    }

    private static string FileOf(OutputOptions output, string? actual) => output.Target switch
    {
        OutputTarget.Auto => actual ?? "auto",
        OutputTarget.File => output.Path ?? "none",
        _ => "none",
    };
}
