using Reeve.Linux.Reaping;
using Reeve.Linux.Spawning;

namespace Reeve.Linux.Tests;

/// <summary>Runs an ordinary program of the machine. Not by System.Diagnostics.Process: it cannot live beside a
/// reaper.</summary>
internal static class Command
{
    public static bool Succeeds(string program, params string[] arguments)
    {
        var result = Spawner.Spawn(Child.Shell("exec \"$@\"", [program, .. arguments]), null, null, null);
        using var pidfd = result.PidFd;
        return pidfd is not null && PidFd.Reap(pidfd) is { Signaled: false, Code: 0 };
    }
}
