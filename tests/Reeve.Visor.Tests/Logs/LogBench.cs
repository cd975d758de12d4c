using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Core.Processes;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

/// <summary>A log engine with a directory of its own, and a way to feed it.</summary>
internal sealed class LogBench : IDisposable
{
    public LogBench(Func<LogEngineOptions, LogEngineOptions>? change = null)
    {
        var options = new LogEngineOptions
        {
            ChildLogDirectory = Folder,
            Time = Clock,
            Trouble = (level, text) => Troubles.Enqueue($"{level}: {text}"),
            SyslogPath = In("syslog"),
        };
        Engine = new(change is null ? options : change(options));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("reeve-logs-").FullName;

    public Clock Clock { get; } = new();

    public ConcurrentQueue<string> Troubles { get; } = new();

    public LogEngine Engine { get; }

    public string In(string name) => Path.Combine(Folder, name);

    public OutputLog Open(
        OutputOptions options, IOutputObserver? observer = null, string process = "web", bool stripAnsi = false,
        bool observeAll = false, string? reuse = null) =>
        Engine.Open(new(process, "stdout", options, stripAnsi, observeAll), reuse, observer ?? new Recorder());

    public OutputLog OpenFile(string name, long maxBytes = 0, int backups = 0) =>
        Open(new() { Target = OutputTarget.File, Path = In(name), MaxBytes = maxBytes, Backups = backups });

    /// <summary>Gives the log a pipe; what is returned is the process's end of it.</summary>
    public static Feed Feed(OutputLog log, int pid = 1)
    {
        var (read, write) = Pipe.Create(PipeEnds.Read);
        log.Capture(read, pid);
        return new(log, write, pid);
    }

    public byte[] Read(string name) => File.ReadAllBytes(In(name));

    /// <summary>The rotated files of a log, the oldest first.</summary>
    public IEnumerable<string> Backups(string name) => Directory.GetFiles(Folder)
        .Where(f => Path.GetFileName(f).StartsWith(name + ".", StringComparison.Ordinal))
        .OrderByDescending(f => int.Parse(Path.GetExtension(f)[1..]));

    public static int Mode(string path)
    {
        Assert.Equal(0, PosixFile.TryFacts(path, out var facts));
        return facts.Mode;
    }

    public string Text(string name) => Encoding.UTF8.GetString(Read(name));

    public void Dispose()
    {
        Engine.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>The writing end of a captured pipe.</summary>
internal sealed class Feed(OutputLog log, SafeFileHandle end, int pid) : IDisposable
{
    public SafeFileHandle End => end;

    /// <summary>What a child's shell redirects to in order to write here.</summary>
    public string ShellPath => $"/proc/{Environment.ProcessId}/fd/{Descriptor.Number(end)}";

    public Feed Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public Feed Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var result = Pipe.Write(end, data);
            Assert.Equal(0, result.Errno);
            data = data[result.Bytes..];
        }
        return this;
    }

    /// <summary>Returns when what was written so far has been moved.</summary>
    public async Task DrainAsync()
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        log.Drain(pid, drained.SetResult);
        await drained.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => end.Dispose();
}

/// <summary>Keeps what it is told.</summary>
internal sealed class Recorder : IOutputObserver
{
    public ConcurrentQueue<(int Pid, string Text)> Output { get; } = new();

    public ConcurrentQueue<(int Pid, string Text)> Captured { get; } = new();

    public string AllOutput => string.Concat(Output.Select(o => o.Text));

    public void OnOutput(OutputLog log, int pid, ReadOnlySpan<byte> data) =>
        Output.Enqueue((pid, Encoding.UTF8.GetString(data)));

    public void OnCaptured(OutputLog log, int pid, ReadOnlySpan<byte> data) =>
        Captured.Enqueue((pid, Encoding.UTF8.GetString(data)));
}

/// <summary>Time that passes when it is told to.</summary>
internal sealed class Clock : TimeProvider
{
    private long _ticks = new DateTimeOffset(2024, 2, 3, 4, 5, 6, 78, TimeSpan.Zero).Ticks;

    public override TimeZoneInfo LocalTimeZone { get; } =
        TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(2), null, null);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}

/// <summary>Real children.</summary>
internal static class Shell
{
    public static Process Start(string script) => Process.Start(new ProcessStartInfo("sh", ["-c", script]))!;

    public static async Task RunAsync(string script)
    {
        using var child = Start(script);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, child.ExitCode);
    }
}
