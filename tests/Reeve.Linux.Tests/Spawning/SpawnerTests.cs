using System.Buffers;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Reaping;
using Reeve.Linux.Signals;
using Reeve.Linux.Spawning;

namespace Reeve.Linux.Tests.Spawning;

public class SpawnerTests
{
    [Fact]
    public void A_child_gets_exactly_its_arguments_and_environment()
    {
        var output = Child.Output(Child.Shell("""printf '<%s>' "$@"; env""", "a b", "", "ünï") with
        {
            Environment = ["PATH=/usr/bin:/bin", "ONE=1", "EMPTY="],
        });
        Assert.StartsWith("<a b><><ünï>", output);
        Assert.Contains("ONE=1\n", output);
        Assert.Contains("EMPTY=\n", output);
        Assert.DoesNotContain("HOME=", output);
    }

    [Fact]
    public void A_child_begins_with_default_dispositions_and_an_empty_mask()
    {
        // The runtime ignores SIGPIPE, and this thread blocks what it can: neither may reach the child.
        Assert.Equal(SignalAction.Ignore, SignalCatcher.Get(Signal.PIPE));
        var status = "";
        var thread = new Thread(() =>
        {
            SignalCatcher.BlockAll();
            status = Child.Output(Program("/bin/cat", "/proc/self/status"));
        });
        thread.Start();
        thread.Join();
        Assert.Equal("0000000000000000", Value(status, "SigBlk:"));
        Assert.Equal("0000000000000000", Value(status, "SigIgn:"));
        Assert.Equal("0000000000000000", Value(status, "SigCgt:"));
        Assert.Equal(SignalAction.Ignore, SignalCatcher.Get(Signal.PIPE));
    }

    [Fact]
    public void The_parents_signal_mask_is_as_before()
    {
        var before = Value(File.ReadAllText("/proc/thread-self/status"), "SigBlk:");
        Child.Output(Program("/bin/true"));
        Child.Fail(Program("/nowhere"));
        Assert.Equal(before, Value(File.ReadAllText("/proc/thread-self/status"), "SigBlk:"));
    }

    [Fact]
    public void A_child_leads_a_session_and_a_group_of_its_own()
    {
        using var child = Child.Start(Child.Shell("sleep 1000"));
        var facts = ProcFs.Facts(child.Pid)!.Value;
        Assert.Equal(child.Pid, facts.Session);
        Assert.Equal(child.Pid, facts.Group);
        Assert.Equal(Environment.ProcessId, facts.ParentPid);
    }

    [Fact]
    public void A_child_has_no_descriptor_but_its_own()
    {
        var open = Enumerable.Range(0, 50).Select(_ => Pipe.Create(PipeEnds.None)).ToList();
        open.ForEach(p => { Descriptor.SetCloseOnExec(p.Read, false); Descriptor.SetCloseOnExec(p.Write, false); });
        Assert.Equal(["0", "1", "2"], OpenDescriptors());
        open.ForEach(p => { p.Read.Dispose(); p.Write.Dispose(); });
    }

    [Fact]
    public void Nothing_given_is_dev_null()
    {
        var output = Child.Output(Child.Shell("readlink /proc/self/fd/0; wc -c </dev/stdin"));
        Assert.Equal("/dev/null\n0\n", output);
        using var child = Child.Start(Child.Shell("read line && echo line; echo end"));
        Assert.Equal("end\n", child.ReadToEnd());
    }

    [Fact]
    public void An_extra_descriptor_arrives_as_number_3_and_stays_over_exec()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (read)
        using (write)
        {
            Assert.Equal("", Child.Output(Child.Shell("echo hello >&3"), extra: write));
            var buffer = new byte[20];
            Assert.Equal("hello\n"u8, buffer.AsSpan(0, Pipe.Read(read, buffer).Bytes));
            Assert.Equal(["0", "1", "2", "3"], OpenDescriptors(write));
        }
    }

    [Fact]
    public void Descriptors_may_be_handed_over_crosswise_and_under_their_own_numbers()
    {
        // dup3(n, n) fails, and a dup may close the source of the next one: sources below 4 must be lifted first.
        using var directory = new TemporaryDirectory();
        using var file = PosixFile.Open(directory.File("out"), FileFlags.ReadWrite | FileFlags.Create);
        var block = Encode(Child.Shell("""ls -l /proc/$$/fd | awk '/->/ {print $(NF-2), $NF}' >&3"""));
        var names = Enumerable.Range(0, 3)
            .Select(n => File.ResolveLinkTarget($"/proc/self/fd/{n}", false)!.Name).ToArray();

        foreach (var (a, b, c) in new[] { (0, 1, 2), (2, 0, 1), (1, 2, 0) })
        {
            PosixFile.Truncate(file, 0);
            PosixFile.SeekTo(file, 0);
            var result = Spawner.Spawn(block, a, b, c, Descriptor.Number(file));
            Assert.Equal((SpawnStage.None, 0), (result.Stage, result.Errno));
            using var pidfd = result.PidFd!;
            Assert.Equal(0, PidFd.Reap(pidfd).Code);
            var lines = File.ReadAllLines(directory.File("out")).Select(l => l.Split(' '))
                .ToDictionary(l => l[0], l => Path.GetFileName(l[1]));
            Assert.Equal([names[a], names[b], names[c]], [lines["0"], lines["1"], lines["2"]]);
        }
    }

    [Fact]
    public void One_pipe_may_be_output_and_error()
    {
        Assert.Equal("out\nerr\n", Child.Output(Child.Shell("echo out; echo err >&2")));
    }

    [Fact]
    public void A_pipe_ends_with_the_child_because_no_copy_stays_behind()
    {
        var (read, write) = Pipe.Create(PipeEnds.None);
        using (read)
        {
            var result = Spawner.Spawn(Child.Shell("exit 0"), null, write, write, write);
            using var pidfd = result.PidFd!;
            PidFd.Reap(pidfd);
            write.Dispose();
            Assert.True(Pipe.Read(read, new byte[1]).EndOfFile); // Would wait for ever for a copy in a slot.
        }
    }

    [Fact]
    public void A_child_keeps_nothing_open_and_starts_among_thousands_of_descriptors()
    {
        var limit = ResourceLimits.Get(ResourceLimits.OpenFiles);
        Assert.SkipUnless(limit.Soft >= 4500, $"only {limit.Soft} descriptors allowed here");
        Spawner.Prepare();
        var open = Enumerable.Range(0, 2000).Select(_ => Pipe.Create(PipeEnds.None)).ToList();
        try
        {
            open.ForEach(p => Descriptor.SetCloseOnExec(p.Read, false));
            Assert.Equal(["0", "1", "2"], OpenDescriptors());
            Assert.True(Pipe.Write(open[^1].Write, "still ours"u8).Bytes > 0);
        }
        finally
        {
            open.ForEach(p => { p.Read.Dispose(); p.Write.Dispose(); });
        }
    }

    [Fact]
    public void Out_of_descriptors_is_told_and_passes()
    {
        var limit = ResourceLimits.Get(ResourceLimits.OpenFiles);
        Spawner.Prepare();
        using var probe = PosixFile.Open("/dev/null", FileFlags.ReadOnly);
        ResourceLimits.Set(new(ResourceLimits.OpenFiles, (ulong)Descriptor.Number(probe) + 1, limit.Hard));
        SpawnResult result;
        try
        {
            // Every number below the limit is taken or becomes so.
            var taken = new List<SafeFileHandle>();
            while (PosixFile.TryOpen("/dev/null", FileFlags.ReadOnly, 0, out var one) == 0)
                taken.Add(one!);
            result = Spawner.Spawn(Program("/bin/true"), null, null, null);
            taken.ForEach(t => t.Dispose());
        }
        finally
        {
            ResourceLimits.Set(limit);
        }
        Assert.Equal((SpawnStage.Clone, Errno.EMFILE), (result.Stage, result.Errno));
        Child.Output(Program("/bin/true"));
    }

    [Fact]
    public void A_descriptor_that_is_not_open_is_refused_and_nothing_is_left_in_the_slots()
    {
        var block = Encode(Program("/bin/true"));
        var result = Spawner.Spawn(block, -1, 1_000_000, -1);
        Assert.Equal((SpawnStage.Descriptors, Errno.EBADF), (result.Stage, result.Errno));
        Child.Output(Program("/bin/true"));
    }

    [Fact]
    public void Directory_umask_niceness_and_limits_are_set()
    {
        using var directory = new TemporaryDirectory();
        var nice = int.Parse(Child.Output(Program("/usr/bin/nice")), CultureInfo.InvariantCulture) + 3;
        var output = Child.Output(Child.Shell("pwd; umask; nice; ulimit -Sn; ulimit -Hn; ulimit -Sc") with
        {
            Directory = directory.Path,
            Umask = 0x17, // 027
            Nice = nice,
            Limits = [new(ResourceLimits.OpenFiles, 100, 200), new(ResourceLimits.CoreSize, 0, ulong.MaxValue)],
        });
        Assert.Equal($"{directory.Path}\n0027\n{nice}\n100\n200\n0\n", output);
    }

    [Fact]
    public void Oom_score_is_set()
    {
        var output = Child.Output(Program("/bin/cat", "/proc/self/oom_score_adj") with { OomScoreAdjust = 321 });
        Assert.Equal("321\n", output);
    }

    [Fact]
    public void A_block_is_checked_before_anything_is_believed()
    {
        var good = Encode(Child.Shell("exit 0") with { Directory = "/", Limits = [new(7, 9, 9)] });
        for (var length = 0; length < good.Length; length++)
            Assert.Throws<InvalidDataException>(() => Spawner.Spawn(good.AsSpan(0, length), -1, -1, -1));
        Assert.Throws<InvalidDataException>(() => Spawner.Spawn([.. good, 0], -1, -1, -1));
        for (var field = 0; field < 13; field++)
        {
            foreach (var value in new[] { -1, int.MinValue, int.MaxValue, 70_000 })
            {
                var bad = (byte[])good.Clone();
                BitConverter.TryWriteBytes(bad.AsSpan(field * 4), value);
                // Numbers that the kernel judges may be anything; nothing may be read that is not in the block.
                try
                {
                    using var pidfd = Spawner.Spawn(bad, -1, -1, -1).PidFd;
                    Assert.InRange(field, 2, 8);
                    if (pidfd is not null)
                        PidFd.Reap(pidfd);
                }
                catch (InvalidDataException)
                {
                    Assert.DoesNotContain(field, new[] { 3, 4, 5, 6, 7, 8 });
                }
            }
        }
    }

    [Fact]
    public void A_block_whose_counts_do_not_match_its_strings_is_refused()
    {
        var block = Encode(Program("/bin/true", "a", "b"));
        var arguments = block.AsSpan(11 * 4);
        BitConverter.TryWriteBytes(arguments, BitConverter.ToInt32(arguments) - 1);
        var error = Assert.Throws<InvalidDataException>(() => Spawner.Spawn(block, -1, -1, -1));
        Assert.Contains("too many", error.Message);
        BitConverter.TryWriteBytes(arguments, BitConverter.ToInt32(arguments) + 2);
        error = Assert.Throws<InvalidDataException>(() => Spawner.Spawn(block, -1, -1, -1));
        Assert.Contains("no end", error.Message);
    }

    [Fact]
    public void A_request_that_cannot_be_handed_over_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Encode(Program("/bin/true", "zero\0inside")));
        Assert.Throws<ArgumentException>(() => Encode(Program("/bin/true") with { Arguments = [] }));
        Assert.Throws<ArgumentException>(() => Encode(Program("/bin/true", new string('x', SpawnBlock.MaximumLength))));
    }

    [Fact]
    public void Starting_from_a_block_allocates_next_to_nothing()
    {
        var block = Encode(Program("/bin/true"));
        Start();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Start();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400); // The handle of the pidfd.

        void Start()
        {
            using var pidfd = Spawner.Spawn(block, -1, -1, -1).PidFd!;
            PidFd.Reap(pidfd);
        }
    }

    internal static SpawnRequest Program(string file, params string[] arguments) => new()
    {
        File = file,
        Arguments = [Path.GetFileName(file), .. arguments],
        Environment = [],
    };

    internal static byte[] Encode(SpawnRequest request)
    {
        var block = new ArrayBufferWriter<byte>();
        SpawnBlock.Encode(request, block);
        return block.WrittenSpan.ToArray();
    }

    private static string[] OpenDescriptors(SafeFileHandle? extra = null)
    {
        using var child = Child.Start(Child.Shell("kill -STOP $$"), extra: extra);
        // By then it has closed the libraries that it was loading.
        Child.WaitUntil(child.Pid, p => p?.State == 'T', TestContext.Current.CancellationToken);
        return Directory.GetFileSystemEntries($"/proc/{child.Pid}/fd").Select(Path.GetFileName).Order().ToArray()!;
    }

    private static string Value(string status, string key) =>
        status.Split('\n').Single(l => l.StartsWith(key, StringComparison.Ordinal))[key.Length..].Trim();
}
