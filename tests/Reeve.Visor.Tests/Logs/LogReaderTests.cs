using System.Net.Sockets;
using System.Text;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public sealed class LogReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reeve-logs-").FullName;

    [Theory]
    [InlineData(0, 4, "6789", true)]
    [InlineData(3, 7, "3456789", false)]
    [InlineData(3, 8, "23456789", false)]
    [InlineData(5, 100, "0123456789", false)]
    [InlineData(9, 2, "89", false)]
    [InlineData(10, 5, "", false)]
    [InlineData(-3, 5, "56789", true)]
    [InlineData(0, 0, "", true)]
    [InlineData(0, -5, "", true)]
    [InlineData(100, -5, "", false)]
    [InlineData(9, 1, "9", false)]
    [InlineData(-3, 13, "0123456789", false)]
    [InlineData(long.MaxValue, long.MaxValue, "", false)]
    [InlineData(0, long.MaxValue, "0123456789", false)]
    [InlineData(long.MinValue, 3, "789", true)]
    public void Tail_answers_as_Supervisor_does(long offset, long length, string data, bool overflow)
    {
        var (tail, size, over) = Reader("0123456789").Tail(offset, length);

        Assert.Equal((data, 10, overflow), (Encoding.ASCII.GetString(tail), size, over));
    }

    [Theory]
    [InlineData(0, 0, "0123456789")]
    [InlineData(4, 0, "456789")]
    [InlineData(4, 3, "456")]
    [InlineData(4, 300, "456789")]
    [InlineData(10, 1, "")]
    [InlineData(11, 0, "")]
    [InlineData(long.MaxValue, long.MaxValue, "")]
    [InlineData(-4, 0, "6789")]
    [InlineData(-10, 0, "0123456789")]
    [InlineData(-11, 0, "0123456789")]
    [InlineData(long.MinValue, 0, "0123456789")]
    public void Read_answers_as_Supervisor_does(long offset, long length, string data)
    {
        var read = Reader("0123456789").Read(offset, length);

        Assert.Equal((data, Outcome.Done), (Encoding.ASCII.GetString(read.Value!), read.Status));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(-1, -1)]
    [InlineData(0, -1)]
    public void Read_refuses_arguments_that_make_no_sense(long offset, long length) =>
        Assert.Equal(OutcomeKind.BadArguments, Reader("0123456789").Read(offset, length).Status.Kind);

    [Fact]
    public void No_file_is_no_file_to_read_and_an_empty_one_to_tail()
    {
        var reader = new LogReader(Path.Combine(_folder, "none"), new());

        Assert.Equal(new Outcome(OutcomeKind.NoFile, reader.Path), reader.Read(0, 0).Status);
        var (data, size, overflow) = reader.Tail(5, 5);
        Assert.Equal(([], 0, false), (data, size, overflow));
    }

    [Fact]
    public void A_log_in_a_folder_that_is_a_file_is_told()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");

        var status = new LogReader(Path.Combine(_folder, "file", "x"), new()).Read(0, 0).Status;

        Assert.Equal(OutcomeKind.Failed, status.Kind);
        Assert.Contains("Not a directory", status.Detail);
    }

    [Fact]
    public void Bytes_come_back_as_they_are()
    {
        var all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        File.WriteAllBytes(Path.Combine(_folder, "bytes"), all);
        var reader = new LogReader(Path.Combine(_folder, "bytes"), new());

        Assert.Equal(all, reader.Read(0, 0).Value);
        Assert.Equal(all, reader.Tail(0, 1000).Data);
    }

    [Fact]
    public void More_than_the_bound_is_refused_with_the_remedy()
    {
        var path = Path.Combine(_folder, "large");
        using (var file = File.Create(path))
            file.SetLength(LogReader.LongestRead + 10L); // Sparse.
        var reader = new LogReader(path, new());

        var status = reader.Read(0, 0).Status;

        Assert.Equal(OutcomeKind.Failed, status.Kind);
        Assert.Contains("offset and length", status.Detail);
        Assert.Equal(100, reader.Read(LogReader.LongestRead - 90, 100).Value!.Length);
    }

    [Fact]
    public async Task A_FIFO_is_neither_read_nor_waited_for()
    {
        var path = Path.Combine(_folder, "fifo");
        await Shell.RunAsync($"mkfifo {path}");
        var reader = new LogReader(path, new());

        Assert.Equal(new Outcome(OutcomeKind.NoFile, path), reader.Read(0, 0).Status);
        Assert.Equal(new Outcome(OutcomeKind.NoFile, path), reader.Look());
        Assert.False(reader.MayBeFollowed);
        Assert.Empty(reader.Tail(0, 10).Data);
    }

    [Fact]
    public void A_folder_and_a_socket_are_no_files()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "socket")));
        foreach (var path in (string[])[_folder, Path.Combine(_folder, "socket")])
        {
            var reader = new LogReader(path, new());
            Assert.Equal(new Outcome(OutcomeKind.NoFile, path), reader.Read(0, 0).Status);
            Assert.False(reader.MayBeFollowed);
        }
    }

    [Fact]
    public void A_file_is_there_and_one_that_is_not_may_come()
    {
        Assert.Equal(Outcome.Done, Reader("0123456789").Look());
        var none = new LogReader(Path.Combine(_folder, "none"), new());
        Assert.Equal(new Outcome(OutcomeKind.NoFile, none.Path), none.Look());
        Assert.True(none.MayBeFollowed);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private LogReader Reader(string content)
    {
        var path = Path.Combine(_folder, "log");
        File.WriteAllText(path, content);
        return new(path, new());
    }
}
