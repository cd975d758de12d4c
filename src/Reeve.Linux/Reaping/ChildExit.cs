using System.Runtime.CompilerServices;

namespace Reeve.Linux.Reaping;

/// <summary>How a child ended.</summary>
/// <param name="Pid">Its process id, free for others from now on.</param>
/// <param name="Code">Exit code, or the signal's number when <paramref name="Signaled"/>.</param>
/// <param name="Signaled">Ended by a signal.</param>
/// <param name="CoreDumped">The signal left a core file.</param>
public readonly record struct ChildExit(int Pid, int Code, bool Signaled, bool CoreDumped);

/// <summary>siginfo_t as waitid fills it; one layout on all 64-bit Linux but MIPS.</summary>
internal static unsafe class SigInfo
{
    public const int Size = 128;
    private const int CodeAt = 8, PidAt = 16, StatusAt = 24, CLD_KILLED = 2, CLD_DUMPED = 3;

    public static int Pid(byte* info) => Unsafe.ReadUnaligned<int>(info + PidAt);

    public static ChildExit Exit(byte* info)
    {
        var code = Unsafe.ReadUnaligned<int>(info + CodeAt);
        var status = Unsafe.ReadUnaligned<int>(info + StatusAt);
        return new(Pid(info), status, code is CLD_KILLED or CLD_DUMPED, code == CLD_DUMPED);
    }
}
