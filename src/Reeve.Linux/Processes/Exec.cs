using System.Runtime.InteropServices;
using Reeve.Linux.Signals;

namespace Reeve.Linux.Processes;

/// <summary>Puts another program in the place of this one.</summary>
public static unsafe partial class Exec
{
    /// <summary>Replaces this process's program; the pid, the children and every inheritable descriptor stay.</summary>
    /// <remarks>
    /// Signals that come between the two are not lost: every thread blocks them (<see cref="SignalCatcher.HoldAll"/>),
    /// so that they stay pending over exec, and the next image installs its handlers before it calls
    /// <see cref="SignalCatcher.UnblockAll"/>. Those that were caught before lie in the pipe: either hold and take them
    /// before this call, or let <see cref="SignalCatcher.Handle"/> be inherited.
    /// Caught signals must stay caught until this call.
    /// </remarks>
    /// <param name="file">Program, with a slash in its path.</param>
    /// <param name="arguments">argv, the program's name first.</param>
    /// <param name="environment">The whole environment, <c>KEY=value</c>.</param>
    /// <returns>Only when it failed: the error. The process goes on; the calling thread gets its signals.</returns>
    public static int Replace(string file, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        var argv = Native(arguments);
        var envp = Native(environment);
        SignalCatcher.HoldAll();
        _ = execve(file, argv, envp);
        var errno = Marshal.GetLastPInvokeError();
        SignalCatcher.UnblockAll();
        Free(argv);
        Free(envp);
        return errno;
    }

    private static byte** Native(IReadOnlyList<string> texts)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            var bytes = NativeText.ByteCount(texts[i]);
            array[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes + 1);
            NativeText.Write(texts[i], new Span<byte>(array[i], bytes));
        }
        return array;
    }

    private static void Free(byte** array)
    {
        for (var one = array; *one is not null; one++)
            NativeMemory.Free(*one);
        NativeMemory.Free(array);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int execve(string file, byte** arguments, byte** environment);
}
