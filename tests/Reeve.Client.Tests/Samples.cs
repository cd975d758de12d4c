using System.Text;

namespace Reeve.Client.Tests;

/// <summary>Answers as a daemon gives them.</summary>
static class Samples
{
    public const string Daemon = """
        {"identifier":"supervisor","version":"0.1.0","pid":7,"visorPid":8,"state":"RUNNING",
        "startedAt":"2026-01-02T03:04:05+00:00","configFile":null,"logFile":null,"processes":2,"running":1}
        """;

    public static string Ok(string json) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}";

    public static string Chunked(params string[] chunks) =>
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + string.Concat(chunks.Select(c => $"{Encoding.UTF8.GetByteCount(c):x}\r\n{c}\r\n"));

    public static string Event(int serial) =>
        $$"""{"serial":{{serial}},"at":"2026-01-02T03:04:05+00:00","type":"TICK_5","name":null,"body":"when:{{serial}}"}""" + "\n";
}
