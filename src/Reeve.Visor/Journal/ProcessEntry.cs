using System.Text.Json.Serialization;
using Reeve.Core.Processes;
using Reeve.Keeper;
using Reeve.Visor.Processes;

namespace Reeve.Visor.Journal;

/// <summary>What the journal keeps of one process: enough for the next visor to go on.</summary>
internal sealed record ProcessEntry
{
    public required string Group { get; init; }

    public required string Name { get; init; }

    /// <summary>Name of the <see cref="ProcessStatus"/>.</summary>
    public required string Status { get; init; }

    public int Failures { get; init; }

    /// <summary>Of Exited: expected. Of Stopping: already spawned.</summary>
    public bool Flag { get; init; }

    /// <summary>Of Exited, Stopping and Stopped: starts again.</summary>
    public bool Restart { get; init; }

    public long Child { get; init; }

    public int Pid { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Of Backoff and Stopping: when it goes on by itself.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Of Stopping: the signal is with the keeper.</summary>
    public bool Signalled { get; init; }

    public int ExitStatus { get; init; }

    public string SpawnError { get; init; } = "";

    public string LastExit { get; init; } = "";

    /// <summary>AUTO log of stdout, to go on with.</summary>
    public string? OutputLog { get; init; }

    /// <summary>AUTO log of stderr.</summary>
    public string? ErrorLog { get; init; }

    public static ProcessEntry From(ManagedProcess process, ProcessStatus status, ChildId child, ProcessSnapshot snapshot, bool signalled) => new()
    {
        Group = process.Group,
        Name = process.Options.Name,
        Status = status.GetType().Name,
        Failures = status.Failures,
        Flag = status is ProcessStatus.Exited { Expected: true } or ProcessStatus.Stopping { Spawned: true },
        Restart = status is ProcessStatus.Exited { Restart: true } or ProcessStatus.Stopping { Restart: true }
            or ProcessStatus.Stopped { Restart: true },
        Child = child.Value,
        Pid = snapshot.Pid,
        StartedAt = snapshot.StartedAt,
        StoppedAt = snapshot.StoppedAt,
        NextAt = snapshot.NextAt,
        Signalled = signalled && status is ProcessStatus.Stopping,
        ExitStatus = snapshot.ExitStatus,
        SpawnError = snapshot.SpawnError,
        LastExit = snapshot.LastExit,
        OutputLog = process.Options.StandardOutput.Target == OutputTarget.Auto ? process.Output.Path : null,
        ErrorLog = process.Options.StandardError.Target == OutputTarget.Auto ? process.Error.Path : null,
    };

    public ProcessStatus ToStatus() => Status switch
    {
        nameof(ProcessStatus.Stopped) => new ProcessStatus.Stopped(Failures, Restart),
        nameof(ProcessStatus.Spawning) => new ProcessStatus.Spawning(Failures),
        nameof(ProcessStatus.Starting) => new ProcessStatus.Starting(Failures),
        nameof(ProcessStatus.Running) => new ProcessStatus.Running(),
        nameof(ProcessStatus.Backoff) => new ProcessStatus.Backoff(Failures),
        nameof(ProcessStatus.Stopping) => new ProcessStatus.Stopping(Failures, Flag, Restart),
        nameof(ProcessStatus.Exited) => new ProcessStatus.Exited(Flag, Restart),
        nameof(ProcessStatus.Fatal) => new ProcessStatus.Fatal(),
        _ => new ProcessStatus.Unknown(Failures),
    };

    public ProcessSnapshot Restore(ProcessSnapshot fresh) => fresh with
    {
        Pid = Pid,
        StartedAt = StartedAt,
        StoppedAt = StoppedAt,
        NextAt = NextAt,
        ExitStatus = ExitStatus,
        SpawnError = SpawnError,
        LastExit = LastExit,
        Attempts = Failures,
    };
}

/// <summary>One record of the journal: exactly one of its members is set.</summary>
internal sealed record JournalRecord
{
    /// <summary>Begins a session: the keeper's number.</summary>
    public long? Session { get; init; }

    /// <summary>All active groups as configured, in place of all earlier ones.</summary>
    public IReadOnlyList<GroupOptions>? Groups { get; init; }

    /// <summary>A process as it is now.</summary>
    public ProcessEntry? Process { get; init; }
}

/// <summary>JSON of the journal, without reflection.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Converters = [typeof(NativeTextConverter)])]
[JsonSerializable(typeof(JournalRecord))]
internal sealed partial class JournalJson : JsonSerializerContext;
