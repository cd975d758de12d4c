using Microsoft.Win32.SafeHandles;
using Reeve.Keeper.Children;
using Reeve.Keeper.Protocol;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Tests.Protocol;

public class NewsTests
{
    readonly byte[] _frame = new byte[Frame.MaxLength];

    KeeperMessage Read(int length, params SafeFileHandle[] descriptors)
    {
        var messages = new Queue<KeeperMessage>();
        new NewsReader().Read(_frame.AsSpan(0, length), descriptors, messages);
        return Assert.Single(messages);
    }

    static SafeFileHandle AnyFile() => File.OpenHandle("/dev/null");

    [Fact]
    public void Messages_without_descriptors_are_read_as_they_were_written()
    {
        var child = new Child { Id = 5, Pid = 77, Label = [], Status = new(11, true, true) };

        Assert.Equal(new KeeperMessage.Welcome(12, -34, 56), Read(News.Welcome(_frame, 12, -34, 56, default)));
        Assert.Equal(new KeeperMessage.HandoverDone(), Read(News.HandoverDone(_frame)));
        Assert.Equal(
            new KeeperMessage.SpawnFailed(new(5), SpawnStage.Exec, 2),
            Read(News.SpawnFailed(_frame, 5, SpawnStage.Exec, 2)));
        Assert.Equal(new KeeperMessage.Exited(new(5), 77, new(11, true, true)), Read(News.Exited(_frame, child)));
        Assert.Equal(new KeeperMessage.SignalFailed(new(5), 9, 1), Read(News.SignalFailed(_frame, 5, 9, 1)));
        Assert.Equal(new KeeperMessage.SignalReceived(15), Read(News.SignalReceived(_frame, 15)));
        Assert.Equal(
            new KeeperMessage.OrphanReaped(99, new(3, false, false)),
            Read(News.OrphanReaped(_frame, 99, new(3, false, false))));
    }

    [Fact]
    public void A_stored_descriptor_comes_with_its_name()
    {
        using var file = AnyFile();

        var stored = Assert.IsType<KeeperMessage.Stored>(Read(News.Stored(_frame, "http ü"u8), file));

        Assert.Equal("http ü", stored.Name);
        Assert.Same(file, stored.Descriptor);
    }

    [Fact]
    public void A_frame_of_several_kept_children_gives_each_its_own_pipes()
    {
        using SafeFileHandle input = AnyFile(), output = AnyFile(), error = AnyFile();
        var start = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
        var length = News.Kept(_frame);
        length += News.KeptEntry(_frame.AsSpan(length), new Child
        {
            Id = 1,
            Pid = 101,
            StartedAt = start.Ticks,
            Label = [.. "one"u8],
            PidFd = AnyFile(),
            Input = input,
            Error = error,
        }, TimeSpan.FromSeconds(1));
        length += News.KeptEntry(_frame.AsSpan(length), new Child
        {
            Id = 2,
            Pid = 102,
            Label = [.. "two"u8],
            Output = output,
            Status = new(3, false, false),
        }, TimeSpan.FromSeconds(2));
        var messages = new Queue<KeeperMessage>();

        new NewsReader().Read(_frame.AsSpan(0, length), [input, error, output], messages);

        Assert.Equal(
            [
                new KeeperMessage.Kept(new(1), "one", 101, start, TimeSpan.FromSeconds(1), new(input, null, error), null),
                new KeeperMessage.Kept(new(2), "two", 102, default, TimeSpan.FromSeconds(2), new(null, output, null), new(3, false, false)),
            ],
            messages);
    }

    [Fact]
    public void A_frame_that_is_none_is_refused_and_its_descriptors_closed()
    {
        var file = AnyFile();
        var length = News.HandoverDone(_frame);

        Assert.Throws<InvalidDataException>(() => Read(length, file));

        Assert.True(file.IsClosed);
    }

    [Fact]
    public void A_cut_kept_frame_is_refused()
    {
        var start = News.Kept(_frame);
        var length = start + News.KeptEntry(_frame.AsSpan(start), new Child { Id = 1, Label = [.. "label"u8] }, default);

        for (var cut = start + 1; cut < length; cut++)
            Assert.Throws<InvalidDataException>(() => Read(cut));
    }

    [Fact]
    public void The_longest_entry_of_a_child_fits_its_bound()
    {
        using var file = AnyFile();
        var child = new Child
        {
            Id = -1,
            Pid = int.MaxValue,
            StartedAt = DateTimeOffset.MaxValue.Ticks,
            Label = new byte[Frame.MaxText],
            Input = file,
            Output = file,
            Error = file,
        };

        Assert.InRange(News.KeptEntry(_frame, child, default), Frame.MaxText, News.MaxKept);
    }

    [Fact]
    public void A_keeper_of_another_age_is_refused_with_the_remedy()
    {
        var length = News.Welcome(_frame, 1, 2, 3, default);
        _frame[1] = Frame.Version + 2;

        var refusal = Assert.Throws<InvalidDataException>(() => Read(length));

        Assert.Contains("Restart the daemon", refusal.Message, StringComparison.Ordinal);
    }
}
