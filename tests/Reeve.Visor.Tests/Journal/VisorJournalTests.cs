using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Reeve.Core.Processes;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;
using Reeve.Visor.Journal;
using Reeve.Visor.Tests.Logs;
using Reeve.Visor.Tests.Processes;

namespace Reeve.Visor.Tests.Journal;

public sealed class VisorJournalTests : IDisposable
{
    private const long Session = 42;
    private readonly string _directory = Directory.CreateTempSubdirectory("reeve-journal-").FullName;
    private readonly SeqPacketSocket _keepersEnd;
    private readonly KeeperLink _link;
    private readonly List<string> _troubles = [];
    private readonly HeldClock _clock = new();

    public VisorJournalTests()
    {
        var (ours, keepers) = SeqPacketSocket.Pair();
        (_link, _keepersEnd) = (new(ours.Handle), keepers);
    }

    private string Path => System.IO.Path.Combine(_directory, "journal");

    public void Dispose()
    {
        _link.Dispose();
        _keepersEnd.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        using var journal = Make(Path);
        var entry = Entry("a") with
        {
            Status = "Exited",
            Failures = 3,
            Flag = true,
            Restart = true,
            Child = long.MaxValue,
            Pid = 77,
            StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
            StoppedAt = DateTimeOffset.UnixEpoch,
            ExitStatus = -1,
            SpawnError = "it's \"bad\" \u2603\n",
            OutputLog = "/tmp/x",
            ErrorLog = "/tmp/y",
        };
        journal.Rewrite(Session, Groups("a", "b"), [Entry("a"), Entry("b")]);
        journal.Append(entry);

        var content = Read()!;

        Assert.Equal(["a", "b"], content.Groups.Select(g => g.Name));
        Assert.Equal("/bin/a", content.Groups[0].Processes[0].Command);
        Assert.Equal(entry, content.Processes[("a", "a")]);
        Assert.Equal(Entry("b"), content.Processes[("b", "b")]);
    }

    [Fact]
    public void Another_session_has_nothing_to_say()
    {
        using var journal = Make(Path);
        journal.Rewrite(Session + 1, Groups("a"), [Entry("a")]);

        Assert.Null(Read());
    }

    [Fact]
    public void Cut_at_any_byte_it_says_how_it_was_before_the_record_that_is_cut()
    {
        using var journal = Make(Path);
        journal.Rewrite(Session, Groups("a", "b"), []);
        // What the states are after so many bytes.
        var lengths = new List<(long Length, int Groups, string? A)> { (new FileInfo(Path).Length, 2, null) };
        for (var i = 0; i < 5; i++)
        {
            journal.Append(Entry("a") with { SpawnError = $"{i}" });
            lengths.Add((new FileInfo(Path).Length, 2, $"{i}"));
        }
        journal.Append(Groups("a"));
        lengths.Add((new FileInfo(Path).Length, 1, "4"));
        var whole = File.ReadAllBytes(Path);

        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(Path, whole[..cut]);
            var expected = lengths.LastOrDefault(l => l.Length <= cut);

            var content = Read();

            Assert.Equal(expected.Length == 0, content is null);
            Assert.Equal(expected.Groups, content?.Groups.Count ?? 0);
            Assert.Equal(expected.A, content?.Processes.GetValueOrDefault(("a", "a"))?.SpawnError);
        }
    }

    [Fact]
    public void A_flipped_bit_ends_it_there()
    {
        using var journal = Make(Path);
        journal.Rewrite(Session, Groups("a"), [Entry("a")]);
        var before = (int)new FileInfo(Path).Length;
        journal.Append(Entry("a") with { Status = "Fatal" });
        var whole = File.ReadAllBytes(Path);

        for (var at = before; at < whole.Length; at++)
        {
            var flipped = whole.ToArray();
            flipped[at] ^= 0x10;
            File.WriteAllBytes(Path, flipped);
            Assert.Equal("Stopped", Read()!.Processes[("a", "a")].Status);
        }
    }

    [Fact]
    public void A_rewriting_that_fails_leaves_the_old_one_in_force()
    {
        using var journal = Make(Path);
        journal.Rewrite(Session, Groups("a"), [Entry("a")]);
        Directory.CreateDirectory(Path + ".new"); // In its way.

        journal.Rewrite(Session, Groups("a", "b"), [Entry("a")]);
        journal.Append(Entry("a") with { Status = "Fatal" });

        Assert.Single(_troubles);
        Assert.Single(Read()!.Groups);
        Assert.Equal("Fatal", Read()!.Processes[("a", "a")].Status);
    }

    [Fact]
    public async Task On_a_full_disk_it_lies_in_memory_until_there_is_room_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        var disk = Directory.CreateDirectory(System.IO.Path.Combine(_directory, "disk")).FullName;
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=64k", "none", disk])
        {
            RedirectStandardError = true,
        })!;
        await mount.WaitForExitAsync(cancel);
        Assert.SkipUnless(mount.ExitCode == 0, "a small disk can only be mounted by root");
        try
        {
            var path = System.IO.Path.Combine(disk, "journal");
            using var journal = Make(path);
            journal.Rewrite(Session, Groups("a"), [Entry("a")]);
            FillUp(System.IO.Path.Combine(disk, "ballast"));
            var stopped = Entry("a") with { Status = "Fatal", SpawnError = new('x', 10_000) };

            journal.Append(stopped);
            Assert.True(journal.WantsRewrite);
            journal.Rewrite(Session, Groups("a"), [stopped]);

            Assert.Contains("It lies in memory until that works", Assert.Single(_troubles));
            Assert.Equal("Fatal", VisorJournal.Read(LastStored(), Session)!.Processes[("a", "a")].Status);
            Assert.False(journal.WantsRewrite);

            File.Delete(System.IO.Path.Combine(disk, "ballast"));
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(journal.WantsRewrite);
            journal.Rewrite(Session, Groups("a"), [stopped]);

            Assert.Equal("the journal is written to the disk again", _troubles[^1]);
            using var file = File.OpenHandle(path);
            Assert.Equal("Fatal", VisorJournal.Read(file, Session)!.Processes[("a", "a")].Status);
        }
        finally
        {
            await Shell.RunAsync($"umount -l {disk}"); // The keeper's end of the socket still has the journal.
        }
    }

    [Fact]
    public void Forcing_it_often_costs_one_thread()
    {
        using var journal = Make(Path);
        journal.Rewrite(Session, Groups("a"), []);

        for (var i = 0; i < 10_000; i++)
            journal.Force();

        Assert.True(ThreadPool.PendingWorkItemCount < 5_000);
    }

    private static void FillUp(string path)
    {
        using var ballast = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        Assert.Throws<IOException>((Action)(() =>
        {
            for (var at = 0L; ; at += 512)
                RandomAccess.Write(ballast, new byte[512], at);
        }));
    }

    /// <summary>What the keeper was given last.</summary>
    private SafeFileHandle LastStored()
    {
        var frame = new byte[64 * 1024];
        var descriptors = new SafeFileHandle?[8];
        SafeFileHandle? last = null;
        Descriptor.SetNonBlocking(_keepersEnd.Handle, true);
        while (_keepersEnd.Receive(frame, descriptors, out var count).Bytes > 0)
            last = count > 0 ? descriptors[0] : last;
        return last!;
    }

    private static ProcessEntry Entry(string name) => new() { Group = name, Name = name, Status = "Stopped" };

    private static IReadOnlyList<GroupOptions> Groups(params string[] names) => [.. names.Select(n => new GroupOptions
    {
        Name = n,
        Processes = [new() { Name = n, Program = n, Command = "/bin/" + n }],
    })];

    private VisorJournal Make(string path) => new(new(path, _link), _clock, _troubles.Add);

    private JournalContent? Read()
    {
        using var file = File.OpenHandle(Path);
        return VisorJournal.Read(file, Session);
    }
}
