using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;

namespace Reeve.Linux.Signals;

/// <summary>What a signal does to this process.</summary>
public enum SignalAction
{
    /// <summary>The system's own action; for most, the end.</summary>
    Default,

    /// <summary>Nothing. Children would inherit that over exec; those of the spawner do not.</summary>
    Ignore,

    /// <summary>It can be read from <see cref="SignalCatcher.Handle"/>.</summary>
    Catch,

    /// <summary>A handler of somebody else (the runtime's) runs. Never set by us.</summary>
    Foreign,
}

/// <summary>
/// Signals as bytes in a pipe, for a loop that polls. No thread but the loop's takes part. A signal's action belongs to
/// the whole process, and so does this class.
/// </summary>
/// <remarks>
/// The handlers replace those that .NET has installed so far. Use neither PosixSignalRegistration nor
/// System.Console's key reading nor System.Diagnostics.Process in the same process: they install theirs again at their
/// first use. <see cref="Get"/> tells whose handler is installed.
/// </remarks>
public static partial class SignalCatcher
{
    // For ever: a handler may run on any thread while the process ends.
    private static readonly (SafeFileHandle Read, SafeFileHandle Write) s_pipe = MakePipe();

    /// <summary>Readable (epoll) when a signal was caught.</summary>
    public static SafeFileHandle Handle => s_pipe.Read;

    /// <summary>Sets what signals do from now on.</summary>
    /// <param name="action">What.</param>
    /// <param name="signals">Which, see <see cref="Signal"/>.</param>
    /// <exception cref="LinuxException">EINVAL: no such signal, or KILL, or STOP.</exception>
    public static void Set(SignalAction action, params ReadOnlySpan<int> signals)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)action, (int)SignalAction.Catch);
        _ = Handle.IsInvalid; // The pipe is made before the first handler is.
        foreach (var signal in signals)
        {
            if (reeve_signal_set(signal, (int)action) < 0)
                throw new LinuxException($"cannot set what signal {signal} does", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>What a signal does now.</summary>
    public static SignalAction Get(int signal)
    {
        var action = reeve_signal_get(signal);
        return action >= 0
            ? (SignalAction)action
            : throw new LinuxException($"cannot ask what signal {signal} does", Marshal.GetLastPInvokeError());
    }

    /// <summary>Takes signals that were caught, in their order; each is one byte, its number.</summary>
    /// <param name="signals">Filled from its start. Equal ones may have become one, as always with signals.</param>
    /// <returns>How many; 0: none.</returns>
    public static int Take(Span<byte> signals) => Pipe.Read(Handle, signals).Bytes;

    /// <summary>Blocks signals in the calling thread, but for those that libc and the runtime use.</summary>
    public static void BlockAll() => _ = reeve_signals_block(1);

    /// <summary>Lets all signals through to the calling thread, also what an earlier image had blocked.</summary>
    public static void UnblockAll() => _ = reeve_signals_block(0);

    /// <summary>
    /// Blocks signals in every thread, before exec: what was caught so far can be taken now, what comes stays with the
    /// kernel until a thread lets it through. <see cref="UnblockAll"/> does so for its own thread; the others go on
    /// without signals, which none of them needs.
    /// </summary>
    /// <returns>False: a thread has not answered within a second; a signal may be lost if exec follows.</returns>
    public static bool HoldAll() => reeve_signals_hold() == 0;

    private static (SafeFileHandle Read, SafeFileHandle Write) MakePipe()
    {
        var pipe = Pipe.Create(PipeEnds.Read | PipeEnds.Write);
        reeve_signals_into((int)pipe.Write.DangerousGetHandle());
        return pipe;
    }

    [LibraryImport("reeveshim")]
    private static partial void reeve_signals_into(int fd);

    [LibraryImport("reeveshim", SetLastError = true)]
    private static partial int reeve_signal_set(int signal, int how);

    [LibraryImport("reeveshim", SetLastError = true)]
    private static partial int reeve_signal_get(int signal);

    [LibraryImport("reeveshim")]
    private static partial int reeve_signals_block(int block);

    [LibraryImport("reeveshim")]
    private static partial int reeve_signals_hold();
}
