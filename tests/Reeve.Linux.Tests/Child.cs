using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Spawning;

namespace Reeve.Linux.Tests;

/// <summary>A started program whose standard output can be read.</summary>
internal sealed class Child : IDisposable
{
    private readonly SafeFileHandle _output;
    private bool _reaped;

    private Child(SpawnResult result, SafeFileHandle output) => (Result, _output) = (result, output);

    public SpawnResult Result { get; }

    public int Pid => Result.Pid;

    public SafeFileHandle PidFd => Result.PidFd!;

    public static SpawnRequest Shell(string script, params string[] arguments) => new()
    {
        File = "/bin/sh",
        Arguments = ["sh", "-c", script, "sh", .. arguments],
        Environment = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"],
    };

    public static Child Start(SpawnRequest request, SafeFileHandle? stdin = null, SafeFileHandle? extra = null)
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (write)
        {
            var result = Spawner.Spawn(request, stdin, write, write, extra);
            Assert.Equal((SpawnStage.None, 0), (result.Stage, result.Errno));
            return new(result, read);
        }
    }

    /// <summary>Runs it to its end; its output.</summary>
    public static string Output(SpawnRequest request, SafeFileHandle? stdin = null, SafeFileHandle? extra = null)
    {
        using var child = Start(request, stdin, extra);
        var output = child.ReadToEnd();
        Assert.Equal(new ChildExit(child.Pid, 0, false, false), child.Reap());
        return output;
    }

    /// <summary>Starts what must fail; nothing may be left of it.</summary>
    public static SpawnResult Fail(SpawnRequest request)
    {
        var result = Spawner.Spawn(request, null, null, null);
        Assert.Equal(0, result.Pid);
        Assert.Null(result.PidFd);
        return result;
    }

    public string ReadToEnd()
    {
        var text = new MemoryStream();
        var buffer = new byte[65536];
        while (Pipe.Read(_output, buffer) is { Bytes: > 0 and var count })
            text.Write(buffer, 0, count);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    public string ReadLine()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (Pipe.Read(_output, one).Bytes == 1 && one[0] != '\n')
            line.Append((char)one[0]);
        return line.ToString();
    }

    public ChildExit Reap()
    {
        _reaped = true;
        return Linux.Reaping.PidFd.Reap(PidFd);
    }

    /// <summary>Waits until /proc shows it so.</summary>
    public static void WaitUntil(int pid, Func<ProcessFacts?, bool> isSo, CancellationToken cancel)
    {
        while (!isSo(ProcFs.Facts(pid)))
        {
            cancel.ThrowIfCancellationRequested();
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        _output.Dispose();
        if (!_reaped)
        {
            Linux.Reaping.PidFd.Signal(PidFd, 9);
            Reap();
        }
        PidFd.Dispose();
    }
}
