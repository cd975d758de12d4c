using System.Diagnostics;
using System.Text;
using Reeve.Core.Processes;
using Reeve.Linux.Files;

namespace Reeve.Visor.Tests.Logs;

/// <summary>Logs that do not take what they are given: full disks, FIFOs that nobody reads.</summary>
public sealed class SlowLogTests : IDisposable
{
    private readonly LogBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_disk_neither_blocks_nor_kills_a_process(bool spliced)
    {
        var disk = Directory.CreateDirectory(_bench.In("disk")).FullName;
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=256k", "none", disk])
        {
            RedirectStandardError = true,
        })!;
        await mount.WaitForExitAsync(Cancel);
        Assert.SkipUnless(mount.ExitCode == 0, "a small disk can only be mounted by root");
        try
        {
            File.WriteAllBytes(Path.Combine(disk, "ballast"), new byte[100_000]);
            var log = _bench.Open(
                new()
                {
                    Target = OutputTarget.File,
                    Path = Path.Combine(disk, "log"),
                    EventsEnabled = !spliced,
                    MaxBytes = 0,
                });
            using var feed = LogBench.Feed(log);
            await Shell.RunAsync($"yes 2> /dev/null | head -c 1000000 > {feed.ShellPath}");
            await feed.DrainAsync();
            var kept = new FileInfo(log.Path!).Length;
            Assert.InRange(kept, 100_000, 262_144);
            Assert.Contains("No space left on device", Assert.Single(_bench.Troubles));

            File.Delete(Path.Combine(disk, "ballast"));
            _bench.Clock.Advance(TimeSpan.FromSeconds(1));
            await feed.Write("room again").DrainAsync();

            Assert.Equal(
                $"Warning: log '{log.Path}' is written again; {1_000_000 - kept} bytes were lost",
                _bench.Troubles.Last());
            Assert.Equal(kept + 10, new FileInfo(log.Path!).Length);
            log.Close();
            await feed.DrainAsync();
        }
        finally
        {
            await Shell.RunAsync($"umount {disk}");
        }
    }

    [Fact]
    public async Task A_device_that_is_full_costs_its_output_only()
    {
        var log = _bench.Open(new() { Target = OutputTarget.File, Path = "/dev/full" });
        using var feed = LogBench.Feed(log);

        await Shell.RunAsync($"yes 2> /dev/null | head -c 1000000 > {feed.ShellPath}");
        await feed.DrainAsync();

        Assert.Contains("cannot write log '/dev/full'", Assert.Single(_bench.Troubles));
    }

    [Fact]
    public async Task A_FIFO_that_nobody_reads_holds_back_its_own_stream_and_no_other()
    {
        await Shell.RunAsync($"mkfifo {_bench.In("fifo")}");
        using var slow = LogBench.Feed(_bench.OpenFile("fifo", 1000, 3));
        using var other = LogBench.Feed(_bench.OpenFile("other"));
        var data = new byte[1_000_000];
        new Random(2).NextBytes(data);
        var writing = Task.Run(() => slow.Write(data), Cancel);

        await Shell.RunAsync($"seq 1 100000 > {other.ShellPath}");
        await other.DrainAsync();
        await slow.DrainAsync(); // Does not wait for the reader.
        Assert.False(writing.IsCompleted);
        Assert.Equal(588_895, _bench.Read("other").Length);

        await Shell.RunAsync($"head -c {data.Length} {_bench.In("fifo")} > {_bench.In("copy")}");
        await writing;

        Assert.Equal(data, _bench.Read("copy"));
        Assert.Empty(_bench.Troubles);
    }

    [Fact]
    public async Task A_stream_that_is_held_back_can_be_closed()
    {
        await Shell.RunAsync($"mkfifo {_bench.In("fifo")}");
        var log = _bench.OpenFile("fifo");
        using var feed = LogBench.Feed(log);
        var (end, data) = (feed.End, new byte[1_000_000]);
        var writing = Task.Run(
            () =>
            {
                for (var at = 0; at < data.Length; at += 1000)
                {
                    if (Pipe.Write(end, data.AsSpan(at, 1000)).Failed)
                        return true;
                }
                return false;
            },
            Cancel);
        await feed.DrainAsync();

        log.Close();

        Assert.True(await writing);
    }

    [Fact]
    public async Task A_pipe_as_target_takes_over_back_pressure_and_its_end()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        var path = $"/dev/fd/{Linux.Descriptors.Descriptor.Number(write)}";
        using var feed = LogBench.Feed(_bench.Open(new() { Target = OutputTarget.File, Path = path }));
        await feed.DrainAsync(); // It has its own descriptor now.
        write.Dispose();
        var data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i}\n")));
        var writing = Task.Run(() => feed.Write(data), Cancel);

        var got = new byte[data.Length];
        for (var at = 0; at < got.Length;)
            at += Pipe.Read(read, got.AsSpan(at)).Bytes;
        await writing;
        Assert.Equal(data, got);

        read.Dispose();
        await feed.Write("to nobody").DrainAsync();
        await feed.Write("to nobody").DrainAsync();
        Assert.Contains("Broken pipe", Assert.Single(_bench.Troubles));
    }

    public void Dispose() => _bench.Dispose();
}
