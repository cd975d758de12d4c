using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper;

/// <summary>How a keeper is started.</summary>
public sealed record KeeperOptions
{
    /// <summary>Program file of the visor, absolute.</summary>
    public required string VisorFile { get; init; }

    /// <summary>argv of the visor, its name first.</summary>
    public required IReadOnlyList<string> VisorArguments { get; init; }

    /// <summary>Descriptor that a launcher in the background waits on; -1: none. Gets one byte 'R' when the visor is
    /// ready.</summary>
    public int ReadyDescriptor { get; init; } = -1;
}

/// <summary>The keeper: parent of all, the one process that must never die.</summary>
/// <remarks>
/// It starts the visor as its first child and again whenever that dies; it starts, signals and reaps children as the
/// visor asks, and keeps their pipes. It reads no file, writes none, and decides nothing. Neither System.Console nor
/// System.Diagnostics.Process may be used in this process: they install signal handlers of their own and reap.
/// </remarks>
public static class KeeperRole
{
    /// <summary>The visor finds its connection here: the first number after the standard ones.</summary>
    const int ConnectionNumber = 3;

    /// <summary>SIGXFSZ.</summary>
    const int FileTooLarge = 25;

    /// <summary>Runs until the visor says that the daemon has ended. Call it once, first of all, in a process of its
    /// own.</summary>
    /// <remarks>
    /// The visor shares the keeper's descriptors 0 to 2, environment and directory. If it ends before it was ever
    /// ready, so does the keeper, with its exit code (128 + number for a signal; 127, 126: it could not be started).
    /// </remarks>
    /// <returns>Exit code of the daemon.</returns>
    /// <exception cref="LinuxException">The system refuses something that no keeper can do without.</exception>
    public static int Run(KeeperOptions options)
    {
        StandardDescriptors.EnsureOpen();
        // Before much is opened: every child copies what lies below the descriptors reserved here.
        Spawner.Prepare();
        TakeSignals();
        Orphans.Adopt();
        var openFiles = ResourceLimits.Get(ResourceLimits.OpenFiles);
        ResourceLimits.Set(openFiles with { Soft = openFiles.Hard });

        var visor = VisorRequest(options);
        var block = new ArrayBufferWriter<byte>();
        SpawnBlock.Encode(visor, block);
        using var loop = new KeeperLoop(new()
        {
            StartVisor = connection =>
            {
                var result = Spawner.Spawn(block.WrittenSpan, 0, 1, 2, Descriptor.Number(connection));
                if (result.PidFd is null)
                    Complain(Spawner.Explain(result.Stage, result.Errno, visor, "the visor"));
                return result;
            },
            Time = TimeProvider.System,
            Session = Random.Shared.NextInt64(1, long.MaxValue),
            OpenFiles = openFiles,
            OwnsProcess = true,
            OnReady = () => TellLauncher(options.ReadyDescriptor),
        });
        return loop.Run();
    }

    /// <summary>The visor's environment is the keeper's; it has use for as many open files as the keeper has.</summary>
    static SpawnRequest VisorRequest(KeeperOptions options)
    {
        var environment = new List<string> { $"{KeeperLink.DescriptorVariable}={ConnectionNumber}" };
        foreach (var (name, value) in OwnProcess.Environment())
        {
            if (name != KeeperLink.DescriptorVariable)
                environment.Add($"{name}={value}");
        }
        return new() { File = options.VisorFile, Arguments = options.VisorArguments, Environment = environment };
    }

    /// <summary>A stray signal must not end the keeper, and PID 1 gets none that it does not handle.</summary>
    static void TakeSignals()
    {
        SignalCatcher.Set(SignalAction.Ignore, Signal.PIPE, FileTooLarge, Signal.USR1, Signal.ALRM);
        SignalCatcher.Set(
            SignalAction.Catch, Signal.TERM, Signal.INT, Signal.QUIT, Signal.HUP, Signal.USR2, Signal.CHLD);
        SignalCatcher.UnblockAll();
    }

    static void TellLauncher(int descriptor)
    {
        if (descriptor < 0)
            return;
        // First: whoever sees the launcher end may take it that the terminal is free.
        StandardDescriptors.PointToNull();
        using var launcher = new SafeFileHandle(descriptor, ownsHandle: true);
        Descriptor.Write(launcher, "R"u8); // It may have lost patience and gone: then nobody needs to know.
    }

    static void Complain(string problem)
    {
        using var error = new SafeFileHandle(2, ownsHandle: false);
        Descriptor.Write(error, Encoding.UTF8.GetBytes(problem + "\n"));
    }
}
