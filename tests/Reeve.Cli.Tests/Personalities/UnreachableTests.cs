using System.Net.Sockets;
using Reeve.Cli.Personalities.Supervisorctl;

namespace Reeve.Cli.Tests.Personalities;

/// <summary>A socket that is there but cannot be reached is not told to be missing.</summary>
public sealed class UnreachableTests
{
    [Theory]
    [InlineData(SocketError.AccessDenied, 1, "error: <class 'PermissionError'>, [Errno 13] Permission denied: file: supervisorctl line: 0\n")]
    [InlineData(SocketError.AddressNotAvailable, 7, "unix:///no/such.sock no such file\n")]
    [InlineData(SocketError.ConnectionRefused, 4, "unix:///no/such.sock refused connection\n")]
    public void The_systems_error_decides_what_is_told(SocketError error, int code, string text)
    {
        using var output = new MemoryStream();
        var host = RunOutcome.Host(Stream.Null, output, Stream.Null) with { ConnectUnix = _ => throw new SocketException((int)error) };

        var ended = SupervisorctlPersonality.Run(["-s", "unix:///no/such.sock", "pid"], host);

        Assert.Equal((code, text), (ended, System.Text.Encoding.UTF8.GetString(output.ToArray())));
    }
}
