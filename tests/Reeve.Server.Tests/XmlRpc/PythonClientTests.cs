using System.Diagnostics;

namespace Reeve.Server.Tests.XmlRpc;

/// <summary>The client that nearly everybody uses against Supervisor.</summary>
public sealed class PythonClientTests
{
    private const string Script = """
        import sys, xmlrpc.client
        server = xmlrpc.client.ServerProxy(sys.argv[1])
        s = server.supervisor
        assert s.getState() == {'statecode': 1, 'statename': 'RUNNING'}, s.getState()
        assert len(server.system.listMethods()) == 41
        assert s.startProcess('off') is True
        assert s.stopProcess('off', False) is True
        for _ in range(3):
            assert [p['name'] for p in s.getAllProcessInfo()] == ['cat', 'off', 'a', 'b']
        assert s.getProcessInfo('cat')['statename'] == 'RUNNING'
        assert [c['stdout_logfile_maxbytes'] for c in s.getAllConfigInfo() if c['name'] == 'cat'] == [3 * 1024 ** 3]
        try:
            s.startProcess('no such')
            raise AssertionError('no fault')
        except xmlrpc.client.Fault as f:
            assert (f.faultCode, f.faultString) == (10, 'BAD_NAME: no such'), f
        assert s.startProcessGroup('two', True)[0]['status'] in (20, 80)
        assert s.sendProcessStdin('cat', xmlrpc.client.Binary(b'\x1b[31m\xff\x00 <&> \xc3\xa9\n')) is True
        while s.tailProcessStdoutLog('cat', 0, 100)[1] == 0:
            pass
        assert s.readProcessStdoutLog('cat', 0, 0) == '\ufffd[31m\ufffd\ufffd <&> \xe9\n', s.readProcessStdoutLog('cat', 0, 0)
        assert s.tailProcessStdoutLog('cat', 0, 1) == ['\n', 15, True], s.tailProcessStdoutLog('cat', 0, 1)
        results = server.system.multicall([{'methodName': 'supervisor.getPID', 'params': []}, {'methodName': 'x', 'params': []}])
        assert isinstance(results[0], int) and results[1]['faultCode'] == 1, results
        assert s.sendRemoteCommEvent('type', 'gr\xfc\xdfe') is True
        print('passed')
        """;

    // As it stands in many a monitoring script: the path of the socket is the connection's host.
    private const string UnixScript = """
        import http.client, socket, sys, xmlrpc.client
        class UnixConnection(http.client.HTTPConnection):
            def connect(self):
                self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.sock.connect(self.host)
        class UnixTransport(xmlrpc.client.Transport):
            def make_connection(self, host):
                return UnixConnection(sys.argv[1])
        server = xmlrpc.client.ServerProxy('http://ignored', transport=UnixTransport())
        for _ in range(3):
            assert server.supervisor.getState() == {'statecode': 1, 'statename': 'RUNNING'}
        assert server.supervisor.sendRemoteCommEvent('type', '\nHost: x\n' * 100_000) is True
        assert server.supervisor.getIdentification() == 'supervisor'
        print('passed')
        """;

    [Fact]
    public async Task Pythons_client_understands_every_answer()
    {
        await using var daemon = await TestDaemon.StartAsync(c => c with
        {
            Groups =
            [
                TestDaemon.Program("cat", "/bin/cat", o => o with { StandardOutput = new() { MaxBytes = 3L << 30 } }),
                .. c.Groups.Skip(1),
            ],
        });
        await PassesAsync(Script, $"http://127.0.0.1:{daemon.Port}/RPC2");
    }

    [Fact]
    public async Task Pythons_client_may_send_the_path_of_the_socket_as_Host()
    {
        await using var daemon = await TestDaemon.StartAsync();

        await PassesAsync(UnixScript, daemon.SocketFile);
    }

    private static async Task PassesAsync(string script, string argument)
    {
        var python = (string[])["/usr/bin/python3", "/usr/local/bin/python3"];
        Assert.SkipUnless(python.Any(File.Exists), "python3 is not installed");
        using var run = Process.Start(new ProcessStartInfo(python.First(File.Exists))
        {
            ArgumentList = { "-c", script, argument },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        var output = run.StandardOutput.ReadToEndAsync(TestDaemon.Cancel);
        var error = await run.StandardError.ReadToEndAsync(TestDaemon.Cancel);
        await run.WaitForExitAsync(TestDaemon.Cancel);

        Assert.Equal(("", "passed\n", 0), (error, await output, run.ExitCode));
    }
}
