using System.Net.Sockets;
using System.Text;

namespace Reeve.Client.Tests;

/// <summary>A unix socket that answers requests with the very bytes a test gives it.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly CancellationTokenSource _end = new();
    readonly List<string> _requests = [];
    readonly Task _accepting;
    readonly string _directory = Directory.CreateTempSubdirectory("reeve-client-").FullName;

    /// <param name="answer">Gets the head of a request and the socket; returning closes the connection.</param>
    public ScriptedServer(Func<string, Socket, Task> answer)
    {
        Endpoint = ReeveEndpoint.Unix(Path.Combine(_directory, "s"));
        _listener.Bind(new UnixDomainSocketEndPoint(Endpoint.SocketPath!));
        _listener.Listen();
        _accepting = AcceptAsync(answer);
    }

    /// <summary>Answers every request with the same bytes and closes the connection.</summary>
    public ScriptedServer(string answer)
        : this((_, socket) => SendAsync(socket, answer))
    {
    }

    public ReeveEndpoint Endpoint { get; }

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public int Connections { get; private set; }

    public static async Task SendAsync(Socket socket, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    async Task AcceptAsync(Func<string, Socket, Task> answer)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_end.Token);
                Connections++;
                _ = ServeAsync(socket, answer);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(Socket socket, Func<string, Socket, Task> answer)
    {
        using (socket)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                var text = "";
                while (!text.Contains("\r\n\r\n"))
                {
                    var count = await socket.ReceiveAsync(buffer, _end.Token);
                    if (count == 0)
                        return;
                    text += Encoding.UTF8.GetString(buffer, 0, count);
                }
                lock (_requests)
                    _requests.Add(text);
                await answer(text, socket);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
            }
        }
    }
}
