using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Reeve.Server.Access;

namespace Reeve.Server.Tests.Access;

public sealed class AccessTests
{
    // printf secret | sha1sum
    private const string ShaOfSecret = "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    [Theory]
    [InlineData("user:secret", true)]
    [InlineData("user:secret ", false)]
    [InlineData("user:Secret", false)]
    [InlineData("User:secret", false)]
    [InlineData("user:", false)]
    [InlineData("user", false)]
    [InlineData(":", false)]
    [InlineData("", false)]
    public void Only_the_right_name_and_password_pass(string pair, bool passes)
    {
        var plain = new BasicAuthentication(new("user", "secret"));
        var sha = new BasicAuthentication(new("user", ShaOfSecret));

        Assert.Equal(passes, plain.Accepts(Basic(pair)));
        Assert.Equal(passes, sha.Accepts(Basic(pair)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic ***")]
    [InlineData("Basic dXNlcg")]
    [InlineData("Digest dXNlcjpzZWNyZXQ=")]
    [InlineData("Bearer dXNlcjpzZWNyZXQ=")]
    public void What_is_no_password_does_not_pass(string? header) =>
        Assert.False(new BasicAuthentication(new("user", "secret")).Accepts(header));

    [Fact]
    public void Passwords_may_hold_colons_and_any_character_and_the_hash_itself_is_no_password()
    {
        Assert.True(new BasicAuthentication(new("user", "a:ž:🐎")).Accepts(Basic("user:a:ž:🐎")));
        Assert.True(new BasicAuthentication(new("user", "x")).Accepts("basic  " + Basic("user:x")[6..] + " "));
        const string hash = ShaOfSecret;
        Assert.False(new BasicAuthentication(new("user", hash)).Accepts(Basic($"user:{hash}")));
        Assert.False(new BasicAuthentication(new("user", hash)).Accepts(Basic($"user:{hash[5..]}")));
    }

    [Fact]
    public async Task Every_path_asks_for_the_password()
    {
        await using var daemon = await TestDaemon.StartAsync(credentials: new("user", "secret"));
        foreach (var path in (string[])["/", "/RPC2", "/logtail/cat", "/mainlogtail", "/api/v1/daemon", "/openapi.json", "/nothing"])
        {
            var answer = await daemon.RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 401 Unauthorized\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nWWW-Authenticate: Basic realm=\"default\"\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
            var isApi = path is "/api/v1/daemon" or "/openapi.json";
            Assert.Contains(
                isApi ? "\r\nContent-Type: application/problem+json\r\n" : "\r\nContent-Type: text/html;charset=utf-8\r\n",
                answer, StringComparison.Ordinal);
            Assert.Equal(isApi, answer.Contains("\"code\":\"unauthorized\"", StringComparison.Ordinal));
        }
        Assert.Equal(daemon.Supervisor.Pid, (await daemon.CallAsync("supervisor.getPID")).Value);
        Assert.StartsWith(
            "HTTP/1.1 401 ", await daemon.RawAsync($"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: {Basic("user:wrong")}\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 200 ",
            await daemon.RawAsync($"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {Basic("user:secret")}\r\n\r\n"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin: http://evil.example\r\n", "localhost", 403)]
    [InlineData("Origin: null\r\n", "localhost", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\r\n", "localhost", 403)]
    [InlineData("Sec-Fetch-Site: same-site\r\n", "localhost", 403)]
    [InlineData("Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n", "localhost", 403)]
    [InlineData("Origin: https://localhost\r\n", "localhost", 403)]
    [InlineData("Origin: http://localhost:1\r\n", "localhost", 403)]
    [InlineData("Origin: http://rebound.example\r\n", "rebound.example", 403)]
    [InlineData("Sec-Fetch-Site: same-origin\r\n", "rebound.example", 403)]
    [InlineData("Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n", "localhost", 409)]
    [InlineData("Origin: http://127.0.0.1:9001\r\n", "127.0.0.1:9001", 409)]
    [InlineData("Origin: http://[::1]:9001\r\n", "[::1]:9001", 409)]
    [InlineData("Sec-Fetch-Site: none\r\n", "localhost", 409)]
    [InlineData("", "anything.example", 409)]
    public async Task A_foreign_page_changes_nothing(string headers, string host, int status)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var answer = await daemon.RawAsync(
            $"POST /api/v1/processes/cat/start HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_page_cannot_call_XML_RPC()
    {
        await using var daemon = await TestDaemon.StartAsync();
        const string Call = "<methodCall><methodName>supervisor.stopAllProcesses</methodName></methodCall>";

        var answer = await daemon.RawAsync(
            $"POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nContent-Type: text/plain\r\nContent-Length: {Call.Length}\r\nConnection: close\r\n\r\n{Call}");

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Equal(Core.Processes.ProcessState.Running, daemon.Process("cat", "cat").State);
    }

    [Fact]
    public async Task Changes_go_to_the_audit_log_with_who_and_from_where_and_looks_do_not()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AskAsync("GET", "/api/v1/processes");
        await daemon.AskAsync("POST", "/api/v1/processes/off/start");
        await daemon.CallAsync("supervisor.stopProcess", "x\ny");
        await daemon.RawAsync("POST /api/v1/groups/two/start HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        var lines = (await File.ReadAllLinesAsync(daemon.AuditFile, TestDaemon.Cancel)).Select(l => JsonDocument.Parse(l).RootElement).ToList();

        Assert.Equal(3, lines.Count);
        Assert.Equal(["process.start", "process.stop", "group.start"], lines.Select(l => l.GetProperty("operation").GetString()));
        Assert.Equal(["off", "x\ny", "two"], lines.Select(l => l.GetProperty("target").GetString()));
        Assert.Equal(["ok", "bad-name", "1 of 2 failed"], lines.Select(l => l.GetProperty("outcome").GetString()));
        Assert.StartsWith("uid ", lines[0].GetProperty("who").GetString(), StringComparison.Ordinal);
        Assert.Equal($"unix:{daemon.SocketFile} pid {Environment.ProcessId}", lines[0].GetProperty("from").GetString());
        Assert.StartsWith("127.0.0.1:", lines[2].GetProperty("from").GetString(), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(daemon.AuditFile));
    }

    [Fact]
    public void A_full_audit_log_is_rotated_once()
    {
        var directory = Directory.CreateTempSubdirectory("reeve-audit-").FullName;
        try
        {
            var path = Path.Combine(directory, "audit");
            using (var audit = new AuditLog(path, TimeProvider.System, NullLogger.Instance, maxBytes: 1000))
            {
                for (var i = 0; i < 100; i++)
                    audit.Write(new("user", "test", Role.Admin), "process.start", new string('x', 1000), "ok");
            }

            Assert.Equal(["audit", "audit.1"], Directory.GetFiles(directory).Select(Path.GetFileName).Order());
            Assert.All(Directory.GetFiles(directory), f => Assert.InRange(new FileInfo(f).Length, 1, 1000));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_full_disk_under_the_audit_log_fails_nothing()
    {
        using var audit = new AuditLog("/dev/full", TimeProvider.System, NullLogger.Instance);
        using var nowhere = new AuditLog("/no/such/directory/audit", TimeProvider.System, NullLogger.Instance);

        audit.Write(new(null, "test", Role.Admin), "process.start", null, "ok");
        nowhere.Write(new(null, "test", Role.Admin), "process.start", null, "ok");
    }

    [Fact]
    public async Task A_role_that_does_not_reach_is_refused_before_anything_happens()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var audit = new AuditLog(null, TimeProvider.System, NullLogger.Instance);
        var dispatcher = new Operations.Dispatcher(daemon.Supervisor, audit, TimeProvider.System, NullLogger.Instance);
        foreach (var operation in Operations.OperationsTable.All.Where(o => o.Role > Role.Viewer))
        {
            var answer = await dispatcher.RunAsync(
                operation, new object?[operation.Arguments.Count], new("user", "test", operation.Role - 1), Operations.Front.Http, TestDaemon.Cancel);
            Assert.Equal((operation.Name, "forbidden"), (operation.Name, answer.Code));
        }
    }
}
