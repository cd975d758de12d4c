using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Reeve.Core.Processes;
using Reeve.Linux.Files;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public sealed class SyslogTests : IDisposable
{
    private static readonly OutputOptions s_toSyslog = new() { Target = OutputTarget.None, Syslog = true };

    private readonly LogBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_line_goes_to_syslog_under_the_name_of_its_process()
    {
        using var syslogd = Listen();
        var log = _bench.Open(s_toSyslog);
        using var feed = LogBench.Feed(log);

        feed.Write("one\ntw").Write("o\n");

        Assert.Equal("<14>Feb  3 06:05:06 supervisord: web one", await ReceiveAsync(syslogd));
        Assert.Equal("<14>Feb  3 06:05:06 supervisord: web two", await ReceiveAsync(syslogd));
        Assert.Null(log.Reader);
    }

    [Fact]
    public async Task Syslog_comes_besides_the_file_and_without_captured_sections()
    {
        using var syslogd = Listen();
        var log = _bench.Open(s_toSyslog with
        {
            Target = OutputTarget.File,
            Path = _bench.In("log"),
            CaptureMaxBytes = 10,
        });
        using var feed = LogBench.Feed(log);

        await feed.Write("a<!--XSUPERVISOR:BEGIN-->secret\n<!--XSUPERVISOR:END-->b\n").DrainAsync();

        Assert.Equal("ab\n", _bench.Text("log"));
        Assert.EndsWith("web ab", await ReceiveAsync(syslogd));
    }

    [Fact]
    public async Task The_last_line_needs_no_newline()
    {
        using var syslogd = Listen();
        using (var feed = LogBench.Feed(_bench.Open(s_toSyslog)))
            feed.Write("last words");

        Assert.EndsWith("web last words", await ReceiveAsync(syslogd));
    }

    [Fact]
    public async Task Nobody_waits_for_a_syslog_that_is_not_there()
    {
        using var feed = LogBench.Feed(_bench.Open(s_toSyslog));
        await Shell.RunAsync($"seq 1 100000 > {feed.ShellPath}");
        await feed.DrainAsync();
        Assert.Contains("cannot write syslog", Assert.Single(_bench.Troubles));

        using var syslogd = Listen();
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await feed.Write("back\n").DrainAsync();

        Assert.EndsWith("web back", await ReceiveAsync(syslogd));
        Assert.Contains("100000 lines were lost", _bench.Troubles.Last());
    }

    [Fact]
    public async Task Nobody_waits_for_a_syslog_that_does_not_read()
    {
        using var syslogd = Listen();
        using var feed = LogBench.Feed(_bench.Open(s_toSyslog));

        await Shell.RunAsync($"seq 1 100000 > {feed.ShellPath}");
        await feed.DrainAsync();

        Assert.Equal(0, Pipe.Available(feed.End));
        Assert.Contains("does not read them fast enough", Assert.Single(_bench.Troubles));
        Assert.EndsWith("web 1", await ReceiveAsync(syslogd));
    }

    [Fact]
    public async Task The_main_log_sends_its_lines_with_their_priority()
    {
        using var syslogd = Listen();
        var log = new MainLog(_bench.Engine, new() { Syslog = true, Time = _bench.Clock });

        log.Write(LogLevel.Critical, "bad\nnews\n");
        log.Write(LogLevel.Information, "good");

        Assert.Equal("<10>Feb  3 06:05:06 supervisord: 2024-02-03 06:05:06,078 CRIT bad", await ReceiveAsync(syslogd));
        Assert.Equal("<10>Feb  3 06:05:06 supervisord: 2024-02-03 06:05:06,078 CRIT news", await ReceiveAsync(syslogd));
        Assert.Equal("<14>Feb  3 06:05:06 supervisord: 2024-02-03 06:05:06,078 INFO good", await ReceiveAsync(syslogd));
        Assert.Null(log.Path);
    }

    public void Dispose() => _bench.Dispose();

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Cancel));
    }

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_bench.In("syslog")));
        return socket;
    }
}
