using System.Runtime.InteropServices;

namespace Scenarios.Harness;

/// <summary>The machine's processes, as /proc shows them, and signals to those that a test started.</summary>
static partial class Processes
{
    static readonly Dictionary<string, int> Numbers = new()
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["KILL"] = 9,
        ["USR1"] = 10,
        ["USR2"] = 12,
        ["TERM"] = 15,
        ["CONT"] = 18,
        ["STOP"] = 19,
    };

    /// <summary>Sends it; false when the process is gone.</summary>
    public static bool Signal(int pid, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);
        return kill(pid, Numbers[name]) == 0;
    }

    /// <summary>Alive, that is neither gone nor a zombie.</summary>
    public static bool Alive(int pid) => Stat(pid) is [_, var state, ..] && state is not ("Z" or "X");

    /// <summary>The fields of /proc/PID/stat from the name on: name, state, ppid, pgrp, session ...; null when gone.</summary>
    public static string[]? Stat(int pid)
    {
        var text = Fact.Text($"/proc/{pid}/stat");
        var end = text.LastIndexOf(')');
        return end < 0 ? null : [text[(text.IndexOf('(') + 1)..end], .. text[(end + 2)..].TrimEnd().Split(' ')];
    }

    public static int Parent(int pid) => int.Parse(Stat(pid)![2]);

    public static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!));

    public static IEnumerable<int> ChildrenOf(int pid) =>
        All().Where(other => Stat(other) is [_, _, var parent, ..] && parent == pid.ToString());

    /// <summary>Those that were started, directly or not, with <c>NAME=VALUE</c> in their environment.</summary>
    public static IEnumerable<int> WithEnvironment(string variable) =>
        All().Where(pid => pid != Environment.ProcessId && Environ(pid).Split('\0').Contains(variable));

    public static string Environ(int pid) => Fact.Text($"/proc/{pid}/environ");

    public static string CommandLine(int pid) => Fact.Text($"/proc/{pid}/cmdline").Replace('\0', ' ').TrimEnd();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
