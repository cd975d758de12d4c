using System.Runtime.InteropServices;

namespace Reeve.Linux.Users;

/// <summary>Who this process is.</summary>
public static unsafe partial class Privileges
{
    /// <summary>Real user id.</summary>
    public static int UserId => (int)getuid();

    /// <summary>Effective user id; 0: root.</summary>
    public static int EffectiveUserId => (int)geteuid();

    /// <summary>Effective group id.</summary>
    public static int EffectiveGroupId => (int)getegid();

    /// <summary>Whether the process may become another user.</summary>
    public static bool IsRoot => EffectiveUserId == 0;

    /// <summary>Becomes another user for good, with all threads.</summary>
    /// <param name="userId">User id.</param>
    /// <param name="groupId">Primary group id.</param>
    /// <param name="groups">Supplementary groups.</param>
    /// <exception cref="LinuxException">EPERM: only root may; then nothing, or only the groups, have changed: end the
    /// process.</exception>
    public static void Drop(int userId, int groupId, IReadOnlyList<int> groups)
    {
        // To the kernel -1 means: stay who you are.
        ArgumentOutOfRangeException.ThrowIfEqual(userId, -1);
        ArgumentOutOfRangeException.ThrowIfEqual(groupId, -1);
        // libc's own calls, which change every thread; a bare system call would change one. Groups first: the user may
        // not.
        fixed (int* list = groups.Count == 0 ? [0] : groups.ToArray())
            Check(setgroups((nuint)groups.Count, list), "set the supplementary groups");
        Check(setresgid((uint)groupId, (uint)groupId, (uint)groupId), $"become group {groupId}");
        Check(setresuid((uint)userId, (uint)userId, (uint)userId), $"become user {userId}");
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
            throw new LinuxException($"cannot {what}", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc")]
    private static partial uint getuid();

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getegid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setgroups(nuint count, int* groups);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setresgid(uint real, uint effective, uint saved);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setresuid(uint real, uint effective, uint saved);
}
