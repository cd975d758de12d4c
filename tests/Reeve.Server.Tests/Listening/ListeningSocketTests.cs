using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Reeve.Core.Configuration;
using Reeve.Linux.Descriptors;
using Reeve.Server.Listening;

namespace Reeve.Server.Tests.Listening;

public sealed class ListeningSocketTests : IDisposable
{
    private const string InUse =
        "Another program is already listening on a port that one of our HTTP servers is configured to use.  "
        + "Shut this program down first before starting supervisord.";

    private readonly string _directory = Directory.CreateTempSubdirectory("reeve-listen-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string SocketFile => Path.Combine(_directory, "s.sock");

    private UnixServerOptions Unix(int mode = 0b111_000_000) => new() { Section = "unix_http_server", File = SocketFile, Mode = mode };

    private static ListeningSocket Bind(ServerOptions options) => ListeningSocket.Bind(options, NullLogger.Instance);

    private void AssertConnects()
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketFile));
    }

    [Theory]
    [InlineData(0b111_000_000)]
    [InlineData(0b110_110_000)]
    public void A_unix_socket_has_its_mode_and_nothing_is_left_beside_it(int mode)
    {
        using var socket = Bind(Unix(mode));

        AssertConnects();
        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(SocketFile));
        Assert.Equal([SocketFile], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_second_one_touches_nothing_of_the_first()
    {
        using var first = Bind(Unix());

        Assert.Equal(InUse, Assert.Throws<ListenException>(() => Bind(Unix())).Message);

        AssertConnects();
        Assert.Equal([SocketFile], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_socket_that_nobody_listens_on_is_replaced()
    {
        Bind(Unix()).Dispose();
        Assert.True(File.Exists(SocketFile));

        using var socket = Bind(Unix());

        AssertConnects();
    }

    [Fact]
    public void Of_many_that_begin_at_once_one_wins()
    {
        Bind(Unix()).Dispose();
        var won = new List<ListeningSocket>();
        var lost = 0;
        Parallel.For(0, 16, new() { MaxDegreeOfParallelism = 16 }, _ =>
        {
            try
            {
                var socket = Bind(Unix());
                lock (won)
                    won.Add(socket);
            }
            catch (ListenException)
            {
                Interlocked.Increment(ref lost);
            }
        });

        Assert.Equal((1, 15), (won.Count, lost));
        AssertConnects();
        won[0].Dispose();
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        File.WriteAllText(SocketFile, "precious");

        var refusal = Assert.Throws<ListenException>(() => Bind(Unix()));

        Assert.Equal("Cannot open an HTTP server: socket.error reported errno.EEXIST (17)", refusal.Message);
        Assert.Contains("no socket", refusal.Remedy, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(SocketFile));
    }

    [Fact]
    public void A_directory_that_is_missing_is_told_as_Supervisor_does()
    {
        var refusal = Assert.Throws<ListenException>(() => Bind(Unix() with { File = Path.Combine(_directory, "no", "s.sock") }));

        Assert.Equal("Cannot open an HTTP server: socket.error reported errno.ENOENT (2)", refusal.Message);
        Assert.Contains(Path.Combine(_directory, "no"), refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_too_long_is_refused()
    {
        var refusal = Assert.Throws<ListenException>(() => Bind(Unix() with { File = Path.Combine(_directory, new string('x', 100)) }));

        Assert.Contains("ENAMETOOLONG", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unlink_removes_its_own_path_only()
    {
        using var first = Bind(Unix());
        first.Unlink();
        Assert.False(File.Exists(SocketFile));

        using var second = Bind(Unix());
        first.Unlink();
        Assert.True(File.Exists(SocketFile));
    }

    [Fact]
    public void A_socket_can_be_handed_over()
    {
        var first = Bind(Unix());
        using var second = ListeningSocket.Adopt(Unix(), Descriptor.Duplicate(first.Handle));
        first.Dispose();

        AssertConnects();
        Assert.Equal(InUse, Assert.Throws<ListenException>(() => Bind(Unix())).Message);
        second.Unlink();
        Assert.False(File.Exists(SocketFile));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("[::1]")]
    public void A_TCP_port_is_taken_once(string host)
    {
        Assert.SkipUnless(!host.Contains(':', StringComparison.Ordinal) || Socket.OSSupportsIPv6, "the machine has no IPv6");
        using var free = new TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var options = new InetServerOptions { Section = "inet_http_server", Host = host, Port = port };

        using var socket = Bind(options);

        Assert.Equal(InUse, Assert.Throws<ListenException>(() => Bind(options)).Message);
        using var client = new TcpClient(host.Contains(':', StringComparison.Ordinal) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        client.Connect(host is "" or "*" ? "127.0.0.1" : host.Trim('[', ']'), port);
    }

    [Theory]
    [InlineData("192.0.2.1", "errno.EADDRNOTAVAIL (99)")]
    [InlineData("no.such.host.invalid", "socket.error reported -2")]
    public void An_address_that_is_not_ours_is_refused(string host, string expected)
    {
        var refusal = Assert.Throws<ListenException>(
            () => Bind(new InetServerOptions { Section = "inet_http_server", Host = host, Port = 9001 }));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[inet_http_server]", refusal.Remedy, StringComparison.Ordinal);
    }
}
