using Reeve.Keeper.Protocol;

namespace Reeve.Keeper.Tests.Protocol;

public class VisorRequestTests
{
    static byte[] Written(in VisorRequest request)
    {
        var buffer = new byte[request.MaxWritten];
        return buffer[..request.Write(buffer)];
    }

    [Fact]
    public void A_spawn_is_read_as_it_was_written()
    {
        var bytes = Written(new()
        {
            Kind = RequestKind.Spawn,
            Id = long.MinValue,
            Pipes = PipeSet.Input | PipeSet.ErrorToOutput,
            Text = "web:api ü"u8,
            Block = [1, 2, 3],
        });

        Assert.True(VisorRequest.TryRead(bytes, 0, out var read));

        Assert.Equal(RequestKind.Spawn, read.Kind);
        Assert.Equal(long.MinValue, read.Id);
        Assert.Equal(PipeSet.Input | PipeSet.ErrorToOutput, read.Pipes);
        Assert.True(read.Text.SequenceEqual("web:api ü"u8));
        Assert.True(read.Block.SequenceEqual<byte>([1, 2, 3]));
    }

    [Fact]
    public void A_signal_is_read_as_it_was_written()
    {
        var bytes = Written(new() { Kind = RequestKind.Signal, Id = 7, Number = 15, Group = true });

        Assert.True(VisorRequest.TryRead(bytes, 0, out var read));

        Assert.Equal((7, 15, true), (read.Id, read.Number, read.Group));
    }

    [Fact]
    public void Every_other_request_is_read_as_it_was_written()
    {
        Assert.True(VisorRequest.TryRead(Written(new() { Kind = RequestKind.Forget, Id = 9 }), 0, out var forget));
        Assert.True(VisorRequest.TryRead(Written(new() { Kind = RequestKind.Store, Text = "a"u8 }), 1, out var store));
        Assert.True(VisorRequest.TryRead(
            Written(new() { Kind = RequestKind.Unstore, Text = "b"u8 }), 0, out var unstore));
        Assert.True(VisorRequest.TryRead(Written(new() { Kind = RequestKind.Finish, Number = -3 }), 0, out var finish));
        Assert.True(VisorRequest.TryRead(Written(new() { Kind = RequestKind.Ready }), 0, out var ready));
        Assert.True(VisorRequest.TryRead(
            Written(new() { Kind = RequestKind.Hello, Number = Frame.Version }), 0, out var hello));

        Assert.Equal(9, forget.Id);
        Assert.True(store.Text.SequenceEqual("a"u8));
        Assert.True(unstore.Text.SequenceEqual("b"u8));
        Assert.Equal(-3, finish.Number);
        Assert.Equal(RequestKind.Ready, ready.Kind);
        Assert.Equal(Frame.Version, hello.Number);
    }

    [Fact]
    public void A_frame_cut_anywhere_is_refused_unless_only_its_block_is_shorter()
    {
        var bytes = Written(new() { Kind = RequestKind.Spawn, Id = 1, Text = "label"u8, Block = [1] });

        for (var length = 0; length < bytes.Length; length++)
            Assert.False(VisorRequest.TryRead(bytes.AsSpan(0, length), 0, out _), $"{length} bytes");
    }

    [Fact]
    public void A_frame_with_bytes_after_its_end_is_refused()
    {
        byte[] bytes = [.. Written(new() { Kind = RequestKind.Forget, Id = 1 }), 0];

        Assert.False(VisorRequest.TryRead(bytes, 0, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(255)]
    public void An_unknown_kind_is_refused(byte kind) => Assert.False(VisorRequest.TryRead([kind], 0, out _));

    [Theory]
    [InlineData(RequestKind.Store, 0)]
    [InlineData(RequestKind.Store, 2)]
    [InlineData(RequestKind.Unstore, 1)]
    internal void A_wrong_number_of_descriptors_is_refused(RequestKind kind, int descriptors) =>
        Assert.False(VisorRequest.TryRead(Written(new() { Kind = kind, Text = "x"u8 }), descriptors, out _));

    [Fact]
    public void Id_zero_is_refused() =>
        Assert.False(VisorRequest.TryRead(Written(new() { Kind = RequestKind.Spawn, Id = 0, Block = [1] }), 0, out _));

    [Theory]
    [InlineData((PipeSet)16)]
    [InlineData(PipeSet.Error | PipeSet.ErrorToOutput)]
    public void Pipes_that_make_no_sense_are_refused(PipeSet pipes) => Assert.False(VisorRequest.TryRead(
        Written(new() { Kind = RequestKind.Spawn, Id = 1, Pipes = pipes, Block = [1] }), 0, out _));

    [Fact]
    public void A_label_over_the_limit_is_refused() => Assert.False(VisorRequest.TryRead(
        Written(new() { Kind = RequestKind.Spawn, Id = 1, Text = new byte[Frame.MaxText + 1], Block = [1] }),
        0,
        out _));

    [Fact]
    public void A_version_more_than_one_away_is_refused() => Assert.False(VisorRequest.TryRead(
        Written(new() { Kind = RequestKind.Hello, Number = Frame.Version + 2 }), 0, out _));

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(4711);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
                bytes[0] %= 12;
            if (VisorRequest.TryRead(bytes, random.Next(2), out var request))
                Assert.NotEqual(RequestKind.None, request.Kind);
        }
    }
}
