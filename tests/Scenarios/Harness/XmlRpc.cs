using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;

namespace Scenarios.Harness;

/// <summary>Just enough XML-RPC over a unix socket to wait for states; what is compared goes through Python's client.</summary>
sealed class XmlRpc : IDisposable
{
    readonly HttpClient _http;

    public XmlRpc(string socket)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
            // A daemon that is replaced during the test must not be asked over its predecessor's connection.
            PooledConnectionLifetime = TimeSpan.Zero,
        })
        {
            BaseAddress = new Uri("http://localhost"),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>The raw client, for plain HTTP on the same socket.</summary>
    public HttpClient Http => _http;

    /// <summary>The answer; null while nobody answers.</summary>
    public async Task<XDocument?> TryCall(string method, params string[] arguments)
    {
        try
        {
            return await Call(method, arguments);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<XDocument> Call(string method, params string[] arguments)
    {
        var call = new XElement("methodCall", new XElement("methodName", method), new XElement("params",
            arguments.Select(argument => new XElement("param", new XElement("value", new XElement("string", argument))))));
        using var body = new StringContent(call.ToString(SaveOptions.DisableFormatting), Encoding.UTF8, "text/xml");
        using var answer = await _http.PostAsync("/RPC2", body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return XDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The members of getProcessInfo, as text.</summary>
    public async Task<Dictionary<string, string>> Process(string name)
    {
        var answer = await TryCall("supervisor.getProcessInfo", name);
        return answer is null ? new() { ["statename"] = "(no answer)" } : answer.Descendants("member").ToDictionary(
            member => member.Element("name")!.Value, member => member.Element("value")!.Value)
            is { Count: > 2 } members ? members : new() { ["statename"] = $"(fault) {answer}" };
    }

    public void Dispose() => _http.Dispose();
}
