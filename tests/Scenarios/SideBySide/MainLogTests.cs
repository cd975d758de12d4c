using System.Text.RegularExpressions;
using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>Log watchers parse Supervisor's main log: the same lines, in the same order for each process.</summary>
public sealed partial class MainLogTests
{
    [Fact]
    public Task The_main_log_says_what_Supervisors_says() =>
        Transcript.Compare(Record, []);

    static async Task<Transcript> Record(Side side)
    {
        await using var daemon = await Realistic.Start(side);
        foreach (var (method, name) in new[]
                 {
                     ("startProcess", "manual"), ("stopProcess", "manual"), ("stopProcess", "deaf"), ("startProcess", "failing"),
                     ("startProcess", "missing"), ("stopProcess", "long-name-that-is-wider-than-the-column"),
                 })
        {
            await daemon.Rpc.Call($"supervisor.{method}", name);
            await Realistic.Settled(daemon);
        }

        Processes.Signal(await daemon.PidOf("reader"), "KILL");
        await daemon.Logs("exited: reader (terminated by SIGKILL; not expected)");
        await daemon.Until("reader", "RUNNING");
        daemon.Process.Signal("TERM");
        await daemon.Process.Ended();
        var record = new Transcript(daemon.Scratch);
        record.Add("main log", Lines(daemon.Scratch.Read("main.log")));
        return record;
    }

    /// <summary>
    /// The lines of each process together, each in its own order: how two processes interleave is by chance. That
    /// somebody is being waited for is left out: how often it is said depends on the machine's speed. So are orphans: Reeve
    /// is their subreaper and tells of each, Supervisor only where it is process 1.
    /// </summary>
    public static string Lines(string log) => string.Join('\n',
        from line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        where !Waiting().IsMatch(line)
        group line by Named().Match(line) is { Success: true } match ? match.Groups["name"].Value : ""
        into lines
        orderby lines.Key
        from line in (string[])[$"[{lines.Key}]", .. lines]
        select line);

    [GeneratedRegex("""(spawned: |spawnerr: can't find command |success: |exited: |gave up: |stopped: |waiting for |killing )'?(?<name>[\w/-]+)'?""")]
    private static partial Regex Named();

    [GeneratedRegex("""waiting for .* to (die|stop)$|reaped unknown pid""")]
    private static partial Regex Waiting();
}
