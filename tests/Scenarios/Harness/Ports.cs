using System.Net;
using System.Net.Sockets;

namespace Scenarios.Harness;

static class Ports
{
    /// <summary>A TCP port of the loopback that nobody held a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
