using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;
using Reeve.Linux.Users;

namespace Reeve.Linux.Tests;

/// <summary>
/// What can only be shown by a process of its own: this executable plays it when the environment names a part. It
/// prints what happened; the test judges.
/// </summary>
internal static partial class SecondPart
{
    private const string Variable = "REEVE_LINUX_TESTS_PART", PipeVariable = "REEVE_LINUX_TESTS_PIPE";

    public static SpawnRequest Request(string part) => new()
    {
        File = Environment.ProcessPath!,
        Arguments = Environment.ProcessPath!.EndsWith("/dotnet", StringComparison.Ordinal)
            ? ["dotnet", typeof(SecondPart).Assembly.Location] : ["part"],
        Environment = [$"{Variable}={part}", "DOTNET_TieredPGO=0"],
    };

    [ModuleInitializer]
    internal static void Play()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } part)
            return;
        try
        {
            Play(part);
        }
        catch (Exception e)
        {
            Say(e.ToString());
        }
        Environment.Exit(0);
    }

    private static void Play(string part)
    {
        switch (part)
        {
            case "upgrade":
                Upgrade();
                break;
            case "upgraded":
                Upgraded();
                break;
            case "own":
                var variables = OwnProcess.Environment();
                Say($"BAD {Convert.ToHexString(NativeText.Encode(variables["BAD"]))}");
                Say($"directory {Convert.ToHexString(NativeText.Encode(OwnProcess.CurrentDirectory()!))}");
                Say($"named {variables.Count(v => v.Key is "BAD" or Variable or "" or "none")}");
                break;
            case "removed directory":
                Say($"{OwnProcess.TryChangeDirectory(Environment.GetCommandLineArgs()[^1])}");
                Directory.Delete(Environment.GetCommandLineArgs()[^1]);
                Say(OwnProcess.CurrentDirectory() ?? "none");
                break;
            case "hold":
                Hold();
                break;
            case "failed upgrade":
                SignalCatcher.Set(SignalAction.Catch, Signal.TERM);
                Say($"errno {Exec.Replace("/nowhere", ["x"], [])}");
                _ = kill(Environment.ProcessId, Signal.TERM);
                Say($"signal {WaitForSignal()}");
                break;
            case "reaper":
                ReapOrphans();
                break;
            case "drop":
                Drop();
                break;
            default:
                throw new ArgumentException(part);
        }
    }

    private static void Upgrade()
    {
        SignalCatcher.Set(SignalAction.Catch, Signal.TERM, Signal.USR1);
        SignalCatcher.Set(SignalAction.Ignore, Signal.PIPE);
        var child = Spawner.Spawn(Child.Shell("exit 7"), null, null, null);
        Descriptor.SetCloseOnExec(child.PidFd!, false);
        Descriptor.SetCloseOnExec(SignalCatcher.Handle, false);
        Say($"pid {Environment.ProcessId}");
        // Others, that are glad to take a signal and die with it.
        for (var i = 0; i < 8; i++)
            new Thread(() => Thread.Sleep(Timeout.Infinite)) { IsBackground = true }.Start();
        SignalCatcher.BlockAll();
        _ = kill(Environment.ProcessId, Signal.TERM);
        _ = kill(Environment.ProcessId, Signal.USR1);
        var next = Request("upgraded");
        var (caught, pidfd) = (Descriptor.Number(SignalCatcher.Handle), Descriptor.Number(child.PidFd!));
        var errno = Exec.Replace(next.File, next.Arguments, [.. next.Environment, $"{PipeVariable}={caught} {pidfd}"]);
        Say($"errno {errno}");
    }

    private static void Upgraded()
    {
        var numbers = Environment.GetEnvironmentVariable(PipeVariable)!.Split(' ')
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        SignalCatcher.Set(SignalAction.Catch, Signal.TERM, Signal.USR1);
        SignalCatcher.UnblockAll();
        using var before = Descriptor.Inherit(numbers[0]);
        using var child = Descriptor.Inherit(numbers[1]);
        var buffer = new byte[10];
        var seen = buffer[..Pipe.Read(before, buffer).Bytes].ToHashSet();
        while (seen.Count < 2)
            seen.Add((byte)WaitForSignal());
        Say($"pid {Environment.ProcessId}");
        Say($"signals {string.Join(' ', seen.Order())}");
        Say($"child {PidFd.Reap(child).Code}");
    }

    private static void Hold()
    {
        SignalCatcher.Set(SignalAction.Catch, Signal.TERM);
        for (var i = 0; i < 8; i++)
            new Thread(() => Thread.Sleep(Timeout.Infinite)) { IsBackground = true }.Start();
        Say($"held {SignalCatcher.HoldAll()}");
        _ = kill(Environment.ProcessId, Signal.TERM);
        GC.Collect(); // The runtime still reaches its threads.
        Say($"taken {SignalCatcher.Take(new byte[4])}");
        SignalCatcher.UnblockAll();
        Say($"signal {WaitForSignal()}");
    }

    private static void ReapOrphans()
    {
        Orphans.Adopt();
        var ours = Spawner.Spawn(Child.Shell("exit 9"), null, null, null);
        // Fifty grandchildren whose parent is gone before they end.
        var (read, write) = Pipe.Create(PipeEnds.None);
        var script = "i=0; while [ $i -lt 50 ]; do i=$((i+1)); (read x <&3; exit $i) & done; exit 3";
        var parent = Spawner.Spawn(Child.Shell(script), null, null, null, extra: read);
        read.Dispose();
        PidFd.Reap(parent.PidFd!);
        write.Dispose(); // They all read the end now.

        var codes = new SortedSet<int>();
        while (codes.Count < 50)
        {
            var pid = Orphans.Peek();
            if (pid == 0)
                Thread.Yield();
            else if (pid == ours.Pid)
                Say($"ours {PidFd.TryReap(ours.PidFd!)!.Value.Code}");
            else
                codes.Add(Orphans.TryReap(pid)!.Value.Code);
        }
        Say($"orphans {codes.Count} {codes.Min} {codes.Max}");
        Say($"left {Orphans.Peek()}");
        Say($"not ours {Orphans.TryReap(1)}");
    }

    private static void Drop()
    {
        Privileges.Drop(4001, 4002, [4003]);
        var threads = Directory.GetDirectories("/proc/self/task")
            .SelectMany(t => File.ReadAllLines(t + "/status").Where(l => l.StartsWith("Uid:", StringComparison.Ordinal)
                || l.StartsWith("Gid:", StringComparison.Ordinal) || l.StartsWith("Groups:", StringComparison.Ordinal)))
            .Select(l => string.Join(' ', l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .Distinct().Order();
        Say(string.Join('\n', threads));
        try
        {
            Privileges.Drop(0, 0, []);
        }
        catch (LinuxException e)
        {
            Say(e.Message);
        }
        var result = Spawner.Spawn(SpawnerRequest(), null, null, null);
        Say($"{result.Stage} {result.Errno}");

        static SpawnRequest SpawnerRequest() => Child.Shell("true") with { Credentials = new(4005, 4005, []) };
    }

    private static int WaitForSignal()
    {
        using var epoll = new Linux.Polling.Epoll();
        epoll.Add(SignalCatcher.Handle, Linux.Polling.PollEvents.Readable, 0);
        epoll.Wait(new Linux.Polling.PollEvent[1], -1);
        var signal = new byte[1];
        Xunit.Assert.Equal(1, SignalCatcher.Take(signal));
        return signal[0];
    }

    private static void Say(string text)
    {
        using var output = new SafeFileHandle(1, ownsHandle: false);
        PosixFile.WriteAll(output, System.Text.Encoding.UTF8.GetBytes(text + "\n"));
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
