using Reeve.Client.Model;
using Reeve.Core.Processes;
using Reeve.Server.Operations;
using Reeve.Server.Operations.Answers;
using Reeve.Visor.Processes;

namespace Reeve.Server.Api;

/// <summary>The daemon's own values as the API shows them.</summary>
internal static class ModelMapping
{
    public static Process ToModel(this ProcessSnapshot process, DateTimeOffset now)
    {
        var up = process.State is ProcessState.Starting or ProcessState.Running or ProcessState.Stopping
            ? process.StartedAt
            : null;
        return new(
            Namespec.Format(process.Group, process.Name), process.Group, process.Name,
            ProcessInfo.NameOf(process.State),
            process.Pid == 0 ? null : process.Pid, process.StartedAt, process.StoppedAt,
            // A clock set back must not show a negative time.
            up is null ? null : Math.Max(0, (now - up.Value).TotalSeconds),
            process.ExitStatus, process.SpawnError.Length == 0 ? null : process.SpawnError, process.Attempts,
            process.NextAt, process.Describe(now), process.StandardOutputLog, process.StandardErrorLog,
            process.Options.Priority, process.Options.AutoStart, process.Options.Command,
            process.LastExit.Length == 0 ? null : process.LastExit);
    }

    public static Group ToModel(this GroupSnapshot group, DateTimeOffset now) =>
        new(group.Name, group.Options.Priority, [.. group.Processes.Select(p => p.ToModel(now))]);
}
