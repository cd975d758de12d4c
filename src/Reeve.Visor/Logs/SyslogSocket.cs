using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Reeve.Visor.Logs;

/// <summary>Sends lines to the system's log, facility user. It never waits: what syslogd does not take at once is lost
/// and told.</summary>
internal sealed class SyslogSocket(LogEngine engine) : IDisposable
{
    /// <summary>Priorities.</summary>
    public const int Critical = 2, Error = 3, Warning = 4, Information = 6, Debug = 7;

    private const int FacilityUser = 1 << 3;

    private readonly Outage _outage =
        new($"syslog '{engine.Options.SyslogPath}'", "lines", engine.Time, engine.Trouble);
    private readonly MemoryStream _datagram = new();
    private Socket? _socket;
    private bool _isFull;

    /// <summary>Sends <c>SUBJECT LINE</c>.</summary>
    public void Send(int priority, string subject, ReadOnlySpan<byte> line)
    {
        // A full queue may take the next line already; one who is not there is not asked again and again.
        if (_outage.Lasts && !_isFull)
        {
            _outage.Lost(1);
            return;
        }
        try
        {
            if (_socket is null)
            {
                _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
                _socket.Connect(new UnixDomainSocketEndPoint(engine.Options.SyslogPath));
            }
            Compose(priority, subject, line);
            _socket.Send(_datagram.GetBuffer().AsSpan(0, (int)_datagram.Length), SocketFlags.None, out var error);
            if (error == SocketError.Success)
                _outage.Over();
            else if (_isFull = error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
                Lose("it does not read them fast enough");
            else
                Fail(new SocketException((int)error).Message);
        }
        catch (SocketException e)
        {
            Fail(e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Fail(string reason)
    {
        _socket?.Dispose();
        _socket = null;
        _isFull = false;
        Lose(reason);
    }

    private void Lose(string reason)
    {
        _outage.Failed(reason);
        _outage.Lost(1);
    }

    private void Compose(int priority, string subject, ReadOnlySpan<byte> line)
    {
        var time = engine.Time.GetLocalNow();
        _datagram.SetLength(0);
        _datagram.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"<{FacilityUser | priority}>{time:MMM} {time.Day,2} {time:HH:mm:ss} {engine.Options.SyslogTag}: ")));
        if (subject.Length > 0)
            _datagram.Write(Encoding.UTF8.GetBytes(subject + ' '));
        _datagram.Write(line);
    }
}
