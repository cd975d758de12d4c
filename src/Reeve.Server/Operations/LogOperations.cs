using Reeve.Client.XmlRpc;
using Reeve.Server.Access;
using Reeve.Server.Operations.Answers;
using Reeve.Server.Streams;
using Reeve.Visor;
using Reeve.Visor.Logs;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations;

/// <summary>Logs: of the daemon, of a process's two streams.</summary>
internal static class LogOperations
{
    /// <summary>What a tail gives when nothing is said: Supervisor's <c>tail</c>.</summary>
    public const int DefaultTail = 1600;

    /// <summary>
    /// Most bytes of logs in one answer, as they are sent: XML-RPC makes more of some of them. They are all held in
    /// memory at once.
    /// </summary>
    public const long MostBytes = 64L * 1024 * 1024;

    private static readonly Argument s_name =
        new("name", ArgumentType.Text, "Process: 'group:name', or 'name' where both are equal");

    private static readonly Argument[] s_range =
    [
        new("offset", ArgumentType.Number, "Where to begin; negative: so many bytes before the end, with length 0"),
        new("length", ArgumentType.Number, "At most so many bytes; 0: to the end"),
    ];

    private static readonly Argument[] s_httpRange =
    [
        new("tail", ArgumentType.Number, "The last so many bytes; 1600 when no range is given")
        {
            Optional = true,
            Front = Front.Http,
        },
        .. s_range.Select(a => a with { Optional = true, Front = Front.Http }),
        new("follow", ArgumentType.Flag, "Go on with what is appended")
        {
            Optional = true,
            Default = false,
            Front = Front.Http,
        },
    ];

    public static IReadOnlyList<Operation> Rows { get; } =
    [
        new()
        {
            Name = "daemon.log",
            Summary = "Reads the daemon's own log.",
            Arguments = s_httpRange,
            Http = new("GET", "/api/v1/daemon/log", ContentType: TextStream.ContentType),
            Run = (r, cancel) => new(ReadRange(r, r.Supervisor.MainLog.Reader, r.Supervisor.MainLog.Path, cancel)),
        },
        new()
        {
            Name = "daemon.log.read",
            Summary = "Reads a piece of the daemon's own log.",
            Arguments = s_range,
            Rpc = new(["readLog", "readMainLog"], "string", "the text"),
            Run = (r, _) => new(ReadPiece(r, r.Supervisor.MainLog.Reader, r.Supervisor.MainLog.Path)),
        },
        new()
        {
            Name = "daemon.log.clear",
            Summary = "Empties the daemon's own log.",
            Role = Role.Admin,
            Changes = true,
            Http = new("DELETE", "/api/v1/daemon/log", Status: 204),
            Rpc = new(["clearLog"], "boolean", "always true"),
            Run = async (r, _) => Answer.Of(await r.Supervisor.MainLog.ClearAsync(), null),
        },
        new()
        {
            Name = "process.log",
            Summary = "Reads the log of a process.",
            Arguments = [s_name, new("stream", ArgumentType.Text, "'stdout' or 'stderr'"), .. s_httpRange],
            Http = new("GET", "/api/v1/processes/{name}/log/{stream}", ContentType: TextStream.ContentType),
            Run = (r, cancel) => new(ReadStream(r, cancel)),
        },
        Reading(["readProcessStdoutLog", "readProcessLog"], OutputStream.Output),
        Reading(["readProcessStderrLog"], OutputStream.Error),
        Tailing(["tailProcessStdoutLog", "tailProcessLog"], OutputStream.Output),
        Tailing(["tailProcessStderrLog"], OutputStream.Error),
        new()
        {
            Name = "process.log.clear",
            Summary = "Empties both logs of a process.",
            Role = Role.Operator,
            Changes = true,
            Arguments = [s_name],
            Http = new("DELETE", "/api/v1/processes/{name}/log", Status: 204),
            Rpc = new(["clearProcessLogs", "clearProcessLog"], "boolean", "always true"),
            Run = async (r, cancel) => Namespec.Parse(r.Text("name")) is { Process: { } process } name
                ? Answer.Of(await ClearAsync(r, name.Group, process, cancel), r.Text("name"))
                : ProcessOperations.Unknown(r),
        },
        new()
        {
            Name = "processes.log.clear",
            Summary = "Empties the logs of all processes.",
            Role = Role.Operator,
            Changes = true,
            Rpc = new(["clearAllProcessLogs"], "array", "a struct {name, group, status, description} for each process"),
            Run = ClearAllAsync,
        },
    ];

    private static Operation Reading(IReadOnlyList<string> names, OutputStream stream) => new()
    {
        Name = $"process.log.read.{stream}",
        Summary = $"Reads a piece of a process's {Word(stream)} log.",
        Arguments = [s_name, .. s_range],
        Rpc = new(names, "string", "the text"),
        Run = (r, _) => new(Find(r, stream) is { } log
            ? ReadPiece(r, log.Reader, log.Path)
            : ProcessOperations.Unknown(r)),
    };

    private static Operation Tailing(IReadOnlyList<string> names, OutputStream stream) => new()
    {
        Name = $"process.log.tail.{stream}",
        Summary = $"Reads the end of a process's {Word(stream)} log.",
        Arguments =
        [
            s_name,
            new("offset", ArgumentType.Number, "Size of the log when it was last asked for"),
            new("length", ArgumentType.Number, "At most so many bytes"),
        ],
        Rpc = new(names, "array", "text, size of the log, whether there is more than asked for"),
        Run = (r, _) => new(Tail(r, stream)),
    };

    private static string Word(OutputStream stream) => stream == OutputStream.Output ? "stdout" : "stderr";

    private static OutputLog? Find(Request request, OutputStream stream)
    {
        var name = Namespec.Parse(request.Text("name"));
        return name.Process is null ? null : request.Supervisor.FindLog(name.Group, name.Process, stream);
    }

    private static Answer ReadPiece(Request request, LogReader? reader, string? path) =>
        Sendable(Read(reader, path, request.Number("offset")!.Value, request.Number("length")!.Value), path);

    // A short one need not be measured.
    private static Answer Sendable(Answer answer, string? path)
    {
        if (answer is not LogBytesAnswer { Length: > MostBytes / XmlRpcWriter.LongestEscape } log)
            return answer;
        var size = AnswerSize.Of(log);
        return size <= MostBytes
            ? answer
            : Answer.Failed(
                new(
                    OutcomeKind.Failed,
                    $"{path}: {log.Length} bytes are {size} in XML, more than {MostBytes}; read it in pieces"),
                null);
    }

    private static Answer Read(LogReader? reader, string? path, long offset, long length)
    {
        if (reader is null)
            return Answer.Failed(new(OutcomeKind.NoFile, path), null);
        // The size comes first, because an answer must not be built that cannot be sent.
        var size = reader.Tail(0, 0).Size;
        var rest = offset < 0 ? -Math.Max(offset, -size) : size - offset;
        var asked = length > 0 ? Math.Min(length, rest) : rest;
        if (asked > MostBytes)
        {
            return Answer.Failed(
                new(OutcomeKind.Failed, $"{path}: {asked} bytes are more than {MostBytes}; read it in pieces"), null);
        }
        var read = reader.Read(offset, length);
        return read.Status.Kind switch
        {
            OutcomeKind.Done => new LogAnswer(read.Value!),
            OutcomeKind.BadArguments => new FailedAnswer(
                Fault.Of(OutcomeKind.BadArguments), read.Status.Detail,
                $"offset is {offset} and length {length}; with a negative offset length must be 0"),
            _ => Answer.Failed(read.Status, null),
        };
    }

    private static Answer Tail(Request request, OutputStream stream)
    {
        if (Find(request, stream) is not { } log)
            return ProcessOperations.Unknown(request);
        var offset = request.Number("offset")!.Value;
        // Longer answers than this say by their overflow that there is more.
        var length = Math.Min(request.Number("length")!.Value, MostBytes);
        var (data, size, overflow) = log.Reader?.Tail(offset, length) ?? ([], 0, false);
        return Sendable(new TailAnswer(data, size, overflow), log.Path);
    }

    private static Answer ReadStream(Request request, CancellationToken cancel)
    {
        OutputStream stream;
        switch (request.Text("stream"))
        {
            case "stdout":
                stream = OutputStream.Output;
                break;
            case "stderr":
                stream = OutputStream.Error;
                break;
            case var other:
                return new FailedAnswer(Fault.NotFound, other, $"there is no stream '{other}'; use stdout or stderr");
        }
        return Find(request, stream) is { } log
            ? ReadRange(request, log.Reader, log.Path, cancel)
            : ProcessOperations.Unknown(request);
    }

    private static Answer ReadRange(Request request, LogReader? reader, string? path, CancellationToken cancel)
    {
        var (tail, offset, length) = (request.Number("tail"), request.Number("offset"), request.Number("length"));
        var follow = request.Flag("follow");
        if ((tail is not null || follow) && (offset is not null || length is not null))
            return BadRange("offset and length go neither with tail nor with follow");
        if (tail is < 0 or > MostBytes)
            return BadRange($"tail is {tail}; it must be 0 to {MostBytes}");
        if (reader is null)
            return Answer.Failed(new(OutcomeKind.NoFile, path ?? "no log file is configured"), null);
        if (follow)
        {
            // A file that is not there yet is waited for.
            return reader.MayBeFollowed
                ? new FollowAnswer(reader.FollowAsync(tail ?? DefaultTail, cancel))
                : Answer.Failed(new(OutcomeKind.NoFile, path), null);
        }
        if (offset is not null || length is not null)
            return Read(reader, path, offset ?? 0, length ?? 0);
        var there = reader.Look();
        return there.IsDone
            ? new LogAnswer(reader.Tail(0, tail ?? DefaultTail).Data)
            : Answer.Failed(there, null);
    }

    private static Answer BadRange(string detail) => Answer.Failed(new(OutcomeKind.BadArguments, detail), null);

    // Supervisor's own answer for a process that is down is true, and nothing happens.
    private static Task<Outcome> ClearAsync(Request request, string group, string process, CancellationToken cancel) =>
        request.Supervisor.ClearLogsAsync(group, process, evenIfDown: request.Front == Front.Http, cancel);

    private static async ValueTask<Answer> ClearAllAsync(Request request, CancellationToken cancel)
    {
        var outcomes = new List<ProcessOutcome>();
        foreach (var process in request.Supervisor.Groups.SelectMany(g => g.Processes).ToArray())
        {
            var outcome = await ClearAsync(request, process.Group, process.Name, cancel);
            outcomes.Add(new(process.Group, process.Name, outcome));
        }
        return new OutcomesAnswer(outcomes);
    }
}
