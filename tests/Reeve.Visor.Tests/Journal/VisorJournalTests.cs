using Reeve.Core.Processes;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;
using Reeve.Visor.Journal;

namespace Reeve.Visor.Tests.Journal;

public sealed class VisorJournalTests : IDisposable
{
    private const long Session = 42;
    private readonly string _directory = Directory.CreateTempSubdirectory("reeve-journal-").FullName;
    private readonly SeqPacketSocket _keepersEnd;
    private readonly KeeperLink _link;
    private readonly List<string> _troubles = [];

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
    public void Forcing_it_often_costs_one_thread()
    {
        using var journal = Make(Path);
        journal.Rewrite(Session, Groups("a"), []);

        for (var i = 0; i < 10_000; i++)
            journal.Force();

        Assert.True(ThreadPool.PendingWorkItemCount < 5_000);
    }

    private static ProcessEntry Entry(string name) => new() { Group = name, Name = name, Status = "Stopped" };

    private static IReadOnlyList<GroupOptions> Groups(params string[] names) => [.. names.Select(n => new GroupOptions
    {
        Name = n,
        Processes = [new() { Name = n, Program = n, Command = "/bin/" + n }],
    })];

    private VisorJournal Make(string path) => new(new(path, _link), _troubles.Add);

    private JournalContent? Read()
    {
        using var file = File.OpenHandle(Path);
        return VisorJournal.Read(file, Session);
    }
}
