using Reeve.Client.XmlRpc;

namespace Reeve.Server.Tests.XmlRpc;

public sealed class SystemMethodsTests
{
    // As supervisord 4.2.5 answers.
    private const string Signatures = """
        supervisor.addProcessGroup boolean string
        supervisor.clearAllProcessLogs array
        supervisor.clearLog boolean
        supervisor.clearProcessLog boolean string
        supervisor.clearProcessLogs boolean string
        supervisor.getAPIVersion string
        supervisor.getAllConfigInfo array
        supervisor.getAllProcessInfo array
        supervisor.getIdentification string
        supervisor.getPID int
        supervisor.getProcessInfo struct string
        supervisor.getState struct
        supervisor.getSupervisorVersion string
        supervisor.getVersion string
        supervisor.readLog string int int
        supervisor.readMainLog string int int
        supervisor.readProcessLog string string int int
        supervisor.readProcessStderrLog string string int int
        supervisor.readProcessStdoutLog string string int int
        supervisor.reloadConfig array
        supervisor.removeProcessGroup boolean string
        supervisor.restart boolean
        supervisor.sendProcessStdin boolean string string
        supervisor.sendRemoteCommEvent boolean string string
        supervisor.shutdown boolean
        supervisor.signalAllProcesses array string
        supervisor.signalProcess boolean string string
        supervisor.signalProcessGroup array string string
        supervisor.startAllProcesses array boolean
        supervisor.startProcess boolean string boolean
        supervisor.startProcessGroup array string boolean
        supervisor.stopAllProcesses array boolean
        supervisor.stopProcess boolean string boolean
        supervisor.stopProcessGroup array string boolean
        supervisor.tailProcessLog array string int int
        supervisor.tailProcessStderrLog array string int int
        supervisor.tailProcessStdoutLog array string int int
        system.listMethods array
        system.methodHelp string string
        system.methodSignature array string
        system.multicall array array
        """;

    [Fact]
    public async Task Methods_and_their_signatures_are_Supervisors()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var lines = new List<string>();
        foreach (var method in Assert.IsType<XmlRpcValue.Array>((await daemon.CallAsync("system.listMethods")).Value).Items)
        {
            var types = (await daemon.CallAsync("system.methodSignature", method)).Value;
            lines.Add(string.Join(' ', ((XmlRpcValue.Array)types!).Items.Prepend(method).Select(t => ((XmlRpcValue.Text)t).Value)));
        }

        Assert.Equal(Signatures.Split('\n'), lines);
    }

    [Fact]
    public async Task Help_names_every_argument_and_the_answer()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var help = Assert.IsType<XmlRpcValue.Text>((await daemon.CallAsync("system.methodHelp", "supervisor.startProcess")).Value).Value;

        Assert.Contains("Starts a process.", help, StringComparison.Ordinal);
        Assert.Contains("@param string name ", help, StringComparison.Ordinal);
        Assert.Contains("@param boolean wait ", help, StringComparison.Ordinal);
        Assert.Contains("@return boolean result ", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_multicall_runs_in_sequence_and_answers_bare_values_and_faults()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var response = await daemon.CallAsync("system.multicall", new XmlRpcValue.Array(
        [
            Call("supervisor.getPID"),
            Call("system.multicall", new XmlRpcValue.Array([])),
            new XmlRpcValue.Struct([new("params", new XmlRpcValue.Array([]))]),
            new XmlRpcValue.Struct([new("methodName", "supervisor.nope")]),
            Call("supervisor.startProcess", "off"),
            Call("supervisor.stopProcess", "off"),
            Call("supervisor.stopProcess", "off"),
            Call("supervisor.getPID", 3),
            5,
        ]));

        var results = Assert.IsType<XmlRpcValue.Array>(response.Value).Items;
        Assert.Equal(daemon.Supervisor.Pid, results[0]);
        Assert.Equal(new(2, "INCORRECT_PARAMETERS: Recursive system.multicall forbidden"), XmlRpcReader.ToFault(results[1]));
        Assert.Equal(new(2, "INCORRECT_PARAMETERS: No methodName"), XmlRpcReader.ToFault(results[2]));
        Assert.Equal(new(1, "UNKNOWN_METHOD"), XmlRpcReader.ToFault(results[3]));
        Assert.Equal(true, results[4]);
        Assert.Equal(true, results[5]);
        Assert.Equal(new(70, "NOT_RUNNING: off"), XmlRpcReader.ToFault(results[6]));
        Assert.Equal(new(2, "INCORRECT_PARAMETERS"), XmlRpcReader.ToFault(results[7]));
        Assert.Equal(new(2, "INCORRECT_PARAMETERS: No methodName"), XmlRpcReader.ToFault(results[8]));
    }

    [Fact]
    public async Task The_results_of_a_multicall_have_a_size_beyond_which_large_ones_are_faults()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await using (var log = File.OpenWrite(daemon.Process("cat", "cat").StandardOutputLog!))
            log.SetLength(15_000_000); // Sparse. Each of these bytes is three in XML.
        var read = Call("supervisor.readProcessStdoutLog", "cat", 0, 0);
        var tail = Call("supervisor.tailProcessStdoutLog", "cat", 0, 15_000_000);

        var response = await daemon.CallAsync(
            "system.multicall", new XmlRpcValue.Array([read, read, Call("supervisor.startProcess", "off"), tail, read]));

        var results = Assert.IsType<XmlRpcValue.Array>(response.Value).Items;
        Assert.Equal(15_000_000, Assert.IsType<XmlRpcValue.Text>(results[0]).Value.Length);
        Assert.Equal(true, results[2]);
        foreach (var fault in (XmlRpcFault?[])[XmlRpcReader.ToFault(results[1]), XmlRpcReader.ToFault(results[3])])
        {
            Assert.Equal(30, fault?.Code);
            Assert.Contains("make several multicalls", fault!.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_multicall_has_a_number_of_calls()
    {
        await using var daemon = await TestDaemon.StartAsync();
        Task<XmlRpcResponse> Multicall(int count) => daemon.CallAsync(
            "system.multicall", new XmlRpcValue.Array([.. Enumerable.Repeat(Call("supervisor.getPID"), count)]));

        Assert.Equal(5000, Assert.IsType<XmlRpcValue.Array>((await Multicall(5000)).Value).Items.Count);
        Assert.Equal(
            new(2, "INCORRECT_PARAMETERS: 5001 calls are more than 5000; make several multicalls"), (await Multicall(5001)).Fault);
    }

    private static XmlRpcValue.Struct Call(string method, params XmlRpcValue[] arguments) => new(
        [new("methodName", method), new("params", new XmlRpcValue.Array(arguments))]);

    [Fact]
    public async Task Without_the_interfaces_section_there_are_only_system_methods()
    {
        await using var daemon = await TestDaemon.StartAsync(c => c with
        {
            RpcInterfaces = [new("other", "some.module:factory", new Dictionary<string, string>())],
        });

        Assert.Equal(new(1, "UNKNOWN_METHOD"), (await daemon.CallAsync("supervisor.getPID")).Fault);
        Assert.Equal(4, Assert.IsType<XmlRpcValue.Array>((await daemon.CallAsync("system.listMethods")).Value).Items.Count);
    }

    [Fact]
    public async Task The_name_space_is_the_sections_name()
    {
        await using var daemon = await TestDaemon.StartAsync(c => c with { RpcInterfaces = [TestDaemon.BuiltIn("mine")] });

        Assert.Equal(daemon.Supervisor.Pid, (await daemon.CallAsync("mine.getPID")).Value);
        Assert.Equal(new(1, "UNKNOWN_METHOD"), (await daemon.CallAsync("supervisor.getPID")).Fault);
    }
}
