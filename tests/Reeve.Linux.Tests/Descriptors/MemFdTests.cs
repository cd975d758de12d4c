using System.Net.Sockets;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Files;
using Reeve.Linux.Users;

namespace Reeve.Linux.Tests.Descriptors;

public class MemFdTests
{
    [Fact]
    public void Content_is_read_back_wherever_the_position_is()
    {
        using var file = MemFd.Create("state", "hello"u8);
        Assert.Equal("hello"u8, MemFd.ReadAll(file, 5));
        PosixFile.SeekEnd(file);
        Assert.Equal("hello"u8, MemFd.ReadAll(file, 5));
    }

    [Fact]
    public void More_than_accepted_is_refused()
    {
        using var file = MemFd.Create("state", "hello"u8);
        Assert.Throws<InvalidDataException>(() => MemFd.ReadAll(file, 4));
    }

    [Fact]
    public async Task The_kernel_tells_who_is_at_the_other_end_of_a_unix_socket()
    {
        using var directory = new TemporaryDirectory();
        var address = new UnixDomainSocketEndPoint(directory.File("socket"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        using var server = await listener.AcceptAsync(TestContext.Current.CancellationToken);

        var peer = PeerCredentials.Of(server.SafeHandle);

        Assert.Equal(new(Environment.ProcessId, Privileges.EffectiveUserId, Privileges.EffectiveGroupId), peer);
        using var file = MemFd.Create("no socket");
        Assert.Throws<LinuxException>(() => PeerCredentials.Of(file));
    }
}
