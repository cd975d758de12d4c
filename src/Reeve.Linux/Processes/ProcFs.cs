using System.Globalization;
using System.Runtime.InteropServices;

namespace Reeve.Linux.Processes;

/// <summary>What /proc/PID/stat tells, as far as Reeve uses it.</summary>
/// <param name="State">Letter: R running, S sleeping, D waiting for a device, T stopped, Z ended but not reaped,
/// ...</param>
/// <param name="ParentPid">Its parent.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartTicks">When it started, in clock ticks after boot: with the pid, its identity until the next
/// boot.</param>
/// <param name="CpuTicks">Processor time used, user and system, in clock ticks.</param>
public readonly record struct ProcessFacts(
    char State, int ParentPid, int Group, int Session, long StartTicks, long CpuTicks);

/// <summary>Signal sets of a process, bit 0 for signal 1.</summary>
/// <param name="Blocked">Put off by its first thread.</param>
/// <param name="Ignored">Ignored.</param>
/// <param name="Caught">Handled.</param>
public readonly record struct SignalSets(ulong Blocked, ulong Ignored, ulong Caught);

/// <summary>Reads /proc. A process may end at any time: then there is no answer, which is not an error.</summary>
public static partial class ProcFs
{
    private const int SC_CLK_TCK = 2;

    /// <summary>Clock ticks in a second.</summary>
    public static long TicksPerSecond { get; } = sysconf(SC_CLK_TCK);

    /// <summary>Facts about a process, or null when there is none.</summary>
    public static ProcessFacts? Facts(int pid)
    {
        if (Read($"/proc/{pid}/stat") is not { } text)
            return null;
        // The name in parentheses may hold anything, spaces and parentheses too.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new(fields[0][0], Number(1), Number(2), Number(3), Long(19), Long(11) + Long(12));

        int Number(int at) => int.Parse(fields[at], CultureInfo.InvariantCulture);
        long Long(int at) => long.Parse(fields[at], CultureInfo.InvariantCulture);
    }

    /// <summary>When a process started, by the wall clock as it is now; null: there is none.</summary>
    /// <remarks>Moves when the clock is set: compare <see cref="ProcessFacts.StartTicks"/> instead to tell processes
    /// apart.</remarks>
    public static DateTimeOffset? StartedAt(int pid)
    {
        if (Facts(pid) is not { } facts)
            return null;
        // Boot time from the clocks, not from /proc/stat: that one is in whole seconds.
        var sinceBoot = TimeSpan.FromSeconds((double)facts.StartTicks / TicksPerSecond);
        return DateTimeOffset.UtcNow - Uptime() + sinceBoot;
    }

    /// <summary>Time since boot, suspension included: the clock that <see cref="ProcessFacts.StartTicks"/> counts
    /// on.</summary>
    public static unsafe TimeSpan Uptime()
    {
        const int CLOCK_BOOTTIME = 7;
        var time = stackalloc long[2];
        return clock_gettime(CLOCK_BOOTTIME, time) == 0
            ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000)
            : throw new LinuxException("cannot read the clock since boot", Marshal.GetLastPInvokeError());
    }

    /// <summary>Program file that a process runs; null: there is no such process, or it is somebody else's.</summary>
    public static string? Executable(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Which signals a process blocks, ignores and handles; null: there is none.</summary>
    public static SignalSets? Signals(int pid)
    {
        if (Read($"/proc/{pid}/status") is not { } text)
            return null;
        return new(Set("SigBlk:"), Set("SigIgn:"), Set("SigCgt:"));

        ulong Set(string key)
        {
            var at = text.IndexOf(key, StringComparison.Ordinal) + key.Length;
            return ulong.Parse(text.AsSpan(at, text.IndexOf('\n', at) - at).Trim(), NumberStyles.HexNumber);
        }
    }

    /// <summary>Memory of a process in bytes, shared pages divided among their users; null: none such, or not
    /// allowed.</summary>
    public static long? ProportionalMemory(int pid)
    {
        if (Read($"/proc/{pid}/smaps_rollup") is not { } text)
            return null;
        var at = text.IndexOf("\nPss:", StringComparison.Ordinal);
        if (at < 0)
            return null;
        var value = text.AsSpan(at + 5);
        return long.Parse(value[..value.IndexOf("kB", StringComparison.Ordinal)].Trim()) * 1024;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // Gone before or while it was read (ESRCH), or hidden.
        }
    }

    [LibraryImport("libc")]
    private static partial long sysconf(int name);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int clock_gettime(int clock, long* time);
}
