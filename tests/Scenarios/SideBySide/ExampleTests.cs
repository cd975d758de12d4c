using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>The examples that newcomers start first must work, with Reeve as with Supervisor.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string, string[], string[]> Examples => new()
    {
        { "web", ["site:server", "site:worker_01", "site:worker_02", "scheduler"], ["backup"] },
        { "workers", ["queues:default_0", "queues:default_3", "queues:slow", "beat"], [] },
        { "robot", ["emergency_stop", "drivers:lidar", "drivers:wheels", "planner"], ["mission"] },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_runs_and_ends_in_order(string name, string[] running, string[] onRequest)
    {
        var files = Directory.GetFiles(Path.Combine(Root(), "examples", name));
        foreach (var side in new[] { Side.Supervisor, Side.Subject })
        {
            var scratch = new Scratch();
            foreach (var file in files)
                File.Copy(file, scratch.Path(Path.GetFileName(file)));
            // The harness knows the socket and the main log under these names.
            scratch.Write("supervisord.conf", scratch.Read("supervisord.conf")
                .Replace("run/supervisor.sock", "s.sock").Replace("run/supervisord.log", "main.log"));
            Directory.CreateDirectory(scratch.Path("run"));
            await using var daemon = await Daemon.StartIn(side, scratch, ownsScratch: true);
            foreach (var process in running)
                await daemon.Until(process, "RUNNING");
            foreach (var process in onRequest)
            {
                await daemon.Rpc.Call("supervisor.startProcess", process);
                await daemon.Until(process, "EXITED");
            }

            daemon.Process.Signal("TERM");
            Assert.Equal(0, (await daemon.Process.Ended()).Exit);
            // A shell that was told to end leaves the short sleep it was in; anything else would stay.
            await Fact.That("nothing is left running", () => daemon.Living().Length == 0,
                () => string.Join('\n', daemon.Living().Select(Processes.CommandLine)));
        }
    }

    static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Reeve.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("cannot find Reeve.slnx");
        return directory;
    }
}
