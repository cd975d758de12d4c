using System.Text;
using Reeve.Linux.Files;

namespace Reeve.Visor.Tests.Logs;

public sealed class LogRotationTests : IDisposable
{
    private readonly LogBench _bench = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_have_exactly_their_size_and_move_along_the_chain(bool spliced)
    {
        var log = _bench.Open(
            new()
            {
                Target = Core.Processes.OutputTarget.File,
                Path = _bench.In("log"),
                MaxBytes = 10,
                Backups = 3,
                EventsEnabled = !spliced,
            });
        using var feed = LogBench.Feed(log);

        foreach (var part in (string[])["0123", "45678", "9", "abcdefghijABCDEFGHIJ", "klmnopqrst", "uv"])
            await feed.Write(part).DrainAsync();

        Assert.Equal(
            ["log=uv", "log.1=klmnopqrst", "log.2=ABCDEFGHIJ", "log.3=abcdefghij"],
            Directory.GetFiles(_bench.Folder).Order(StringComparer.Ordinal)
                .Select(f => $"{Path.GetFileName(f)}={File.ReadAllText(f)}"));
    }

    [Fact]
    public async Task A_full_file_is_rotated_at_once_and_an_empty_one_takes_its_place()
    {
        using var feed = LogBench.Feed(_bench.OpenFile("log", 10, 1));

        await feed.Write("0123456789").DrainAsync();

        Assert.Equal(("0123456789", ""), (_bench.Text("log.1"), _bench.Text("log")));
    }

    [Fact]
    public async Task Without_backups_the_file_is_emptied_in_place()
    {
        using var feed = LogBench.Feed(_bench.OpenFile("log", 10, 0));
        await feed.DrainAsync();
        Assert.Equal(0, PosixFile.TryFacts(_bench.In("log"), out var before));

        await feed.Write("0123456789ab").DrainAsync();

        Assert.Equal("ab", _bench.Text("log"));
        Assert.Equal(0, PosixFile.TryFacts(_bench.In("log"), out var after));
        Assert.True(before.IsSameFile(after));
        Assert.Single(Directory.GetFiles(_bench.Folder));
    }

    [Fact]
    public async Task Zero_bytes_mean_no_rotation()
    {
        using var feed = LogBench.Feed(_bench.OpenFile("log", 0, 3));

        await feed.Write(new byte[200_000]).DrainAsync();

        Assert.Equal(200_000, _bench.Read("log").Length);
        Assert.Single(Directory.GetFiles(_bench.Folder));
    }

    [Fact]
    public async Task A_file_that_is_too_large_already_is_rotated_before_it_grows()
    {
        File.WriteAllText(_bench.In("log"), "much too large");
        using var feed = LogBench.Feed(_bench.OpenFile("log", 10, 2));

        await feed.Write("new").DrainAsync();

        Assert.Equal(("much too large", "new"), (_bench.Text("log.1"), _bench.Text("log")));
    }

    [Fact]
    public async Task A_gap_in_the_chain_moves_up_as_in_Supervisor()
    {
        File.WriteAllText(_bench.In("log.3"), "third");
        File.WriteAllText(_bench.In("log.1"), "first");
        using var feed = LogBench.Feed(_bench.OpenFile("log", 4, 10));

        await feed.Write("zero").DrainAsync();

        Assert.Equal(
            ["log=", "log.1=zero", "log.2=first", "log.4=third"],
            Directory.GetFiles(_bench.Folder).Order(StringComparer.Ordinal)
                .Select(f => $"{Path.GetFileName(f)}={File.ReadAllText(f)}"));
    }

    [Fact]
    public async Task Only_the_files_of_the_chain_are_looked_at_once_it_is_known()
    {
        var log = _bench.OpenFile("log", 4, 2_000_000_000);
        using var feed = LogBench.Feed(log);
        await feed.Write("zero").DrainAsync();
        File.WriteAllText(_bench.In("log.9000"), "from elsewhere");

        await feed.Write("one.two.").DrainAsync();
        Assert.Equal(
            ["log=", "log.1=two.", "log.2=one.", "log.3=zero", "log.9000=from elsewhere"],
            Directory.GetFiles(_bench.Folder).Order(StringComparer.Ordinal)
                .Select(f => $"{Path.GetFileName(f)}={File.ReadAllText(f)}"));

        log.Reopen();
        await feed.Write("four").DrainAsync();
        Assert.Equal("from elsewhere", _bench.Text("log.9001"));
        Assert.Equal(("zero", "four"), (_bench.Text("log.4"), _bench.Text("log.1")));
    }

    [Fact]
    public async Task The_oldest_that_is_kept_is_number_9999()
    {
        File.WriteAllText(_bench.In("log.9999"), "the oldest");
        File.WriteAllText(_bench.In("log.9998"), "the next");
        using var feed = LogBench.Feed(_bench.OpenFile("log", 4, 2_000_000_000));

        await feed.Write("zero").DrainAsync();

        Assert.Equal("the next", _bench.Text("log.9999"));
        Assert.Equal(3, Directory.GetFiles(_bench.Folder).Length);
    }

    [Fact]
    public async Task A_file_that_was_removed_is_made_anew_within_a_second_and_told()
    {
        using var feed = LogBench.Feed(_bench.OpenFile("log"));
        await feed.Write("old").DrainAsync();
        File.Delete(_bench.In("log"));

        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await feed.Write("new").DrainAsync();
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await feed.Write("er").DrainAsync();

        Assert.Equal("newer", _bench.Text("log"));
        Assert.Equal(
            $"Warning: log '{_bench.In("log")}' was not there any more and is made anew", Assert.Single(_bench.Troubles));
    }

    [Fact]
    public async Task A_folder_that_was_removed_is_told_once_and_written_to_when_it_is_back()
    {
        Directory.CreateDirectory(_bench.In("folder"));
        using var feed = LogBench.Feed(_bench.OpenFile("folder/log", 10, 2));
        await feed.Write("01234").DrainAsync();
        Directory.Delete(_bench.In("folder"), recursive: true);

        await feed.Write("56789").DrainAsync(); // Cannot be rotated.
        for (var i = 0; i < 3; i++)
        {
            _bench.Clock.Advance(TimeSpan.FromSeconds(1));
            await feed.Write("lost").DrainAsync();
        }
        Assert.Equal(
            $"Critical: cannot write log '{_bench.In("folder/log")}': No such file or directory; " +
            "what comes for it is discarded until it can", Assert.Single(_bench.Troubles));
        Directory.CreateDirectory(_bench.In("folder"));
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await feed.Write("back").DrainAsync();

        Assert.Equal("back", _bench.Text("folder/log"));
        Assert.Equal(
            $"Warning: log '{_bench.In("folder/log")}' is written again; 12 bytes were lost", _bench.Troubles.Last());
        Assert.Equal(2, _bench.Troubles.Count);
    }

    [Fact]
    public async Task A_folder_that_was_moved_away_keeps_the_output_until_there_is_a_new_one()
    {
        Directory.CreateDirectory(_bench.In("folder"));
        using var feed = LogBench.Feed(_bench.OpenFile("folder/log", 10, 2));
        await feed.Write("01234").DrainAsync();
        Directory.Move(_bench.In("folder"), _bench.In("moved"));

        await feed.Write("56789").DrainAsync(); // Cannot be rotated.
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await feed.Write("ab").DrainAsync();
        Directory.CreateDirectory(_bench.In("folder"));
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await feed.Write("new").DrainAsync();

        Assert.Equal(("0123456789ab", "new"), (_bench.Text("moved/log"), _bench.Text("folder/log")));
        Assert.Equal(2, _bench.Troubles.Count);
    }

    [Fact]
    public async Task A_file_removed_by_others_is_made_anew_at_rotation()
    {
        using var feed = LogBench.Feed(_bench.OpenFile("log", 10, 2));
        await feed.Write("01234").DrainAsync();
        File.Delete(_bench.In("log"));

        await feed.Write("56789").DrainAsync();
        await feed.Write("new").DrainAsync();

        Assert.Equal("new", _bench.Text("log"));
        Assert.Empty(_bench.Troubles);
    }

    [Fact]
    public async Task A_rotation_that_fails_is_told_once_and_loses_nothing()
    {
        Directory.CreateDirectory(_bench.In("log.1/in the way"));
        using var feed = LogBench.Feed(_bench.OpenFile("log", 10, 1));
        for (var i = 0; i < 10; i++)
            await feed.Write("0123456789").DrainAsync();

        Assert.Equal(string.Concat(Enumerable.Repeat("0123456789", 10)), _bench.Text("log"));
        Assert.Contains($"cannot rotate log '{_bench.In("log")}'", Assert.Single(_bench.Troubles));

        Directory.Delete(_bench.In("log.1"), recursive: true);
        await feed.Write("0123456789").DrainAsync();

        Assert.Equal(110, _bench.Read("log.1").Length);
        Assert.Empty(_bench.Read("log"));
    }

    [Fact]
    public async Task Rotated_AUTO_files_are_for_their_owner_only()
    {
        var log = _bench.Open(new() { MaxBytes = 4, Backups = 1 });
        using var feed = LogBench.Feed(log);

        await feed.Write("01234").DrainAsync();

        Assert.Equal("4", File.ReadAllText(log.Path!));
        Assert.Equal(0b110_000_000, LogBench.Mode(log.Path!));
        Assert.Equal(0b110_000_000, LogBench.Mode(log.Path + ".1"));
    }

    [Fact]
    public async Task A_descriptor_is_written_without_rotation()
    {
        using var file = PosixFile.Open(_bench.In("target"), FileFlags.ReadWrite | FileFlags.Create);
        var path = $"/dev/fd/{Linux.Descriptors.Descriptor.Number(file)}";
        var log = _bench.Open(
            new() { Target = Core.Processes.OutputTarget.File, Path = path, MaxBytes = 10, Backups = 3 });
        using var feed = LogBench.Feed(log);

        await feed.Write("more than ten bytes").DrainAsync();

        Assert.Equal("more than ten bytes", _bench.Text("target"));
        Assert.Single(Directory.GetFiles(_bench.Folder));
        Assert.Null(log.Reader);
        Assert.Empty(_bench.Troubles);
    }

    [Fact]
    public async Task Many_rotations_keep_every_byte_in_order()
    {
        using var feed = LogBench.Feed(_bench.OpenFile("log", 777, 200));
        await Shell.RunAsync($"seq 1 20000 > {feed.ShellPath}");
        await feed.DrainAsync();

        var all = new StringBuilder();
        foreach (var file in _bench.Backups("log"))
        {
            Assert.Equal(777, new FileInfo(file).Length);
            all.Append(File.ReadAllText(file));
        }
        Assert.Equal(string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i}\n")), all + _bench.Text("log"));
    }

    public void Dispose() => _bench.Dispose();
}
