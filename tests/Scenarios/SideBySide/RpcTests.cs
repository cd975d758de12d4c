using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>Scripts written against Supervisor's XML-RPC get the same values, types, members and faults.</summary>
public sealed class RpcTests
{
    /// <summary>Every difference that we want; each must occur.</summary>
    static readonly Difference[] Wanted = [];

    [Fact]
    public Task Every_method_answers_Pythons_client_as_Supervisor_does() =>
        Transcript.Compare(RpcScenario.Record, Wanted);

    [Theory]
    [InlineData("supervisor.getState", "user", "secret", true)]
    [InlineData("supervisor.getState", "user", "wrong", false)]
    [InlineData("supervisor.getState", "user", "", false)]
    public async Task A_password_over_TCP_opens_or_refuses_as_with_Supervisor(string method, string user, string password, bool opens)
    {
        var answers = new List<string>();
        foreach (var side in new[] { Side.Supervisor, Side.Subject })
        {
            var port = Ports.Free();
            await using var daemon = await Daemon.Start(side, Daemon.Preamble() + $$"""
                [inet_http_server]
                port=127.0.0.1:{{port}}
                username=user
                password={SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4
                """);
            await using var python = new PythonRpc($"http://{user}:{password}@localhost:{port}/RPC2", daemon.Scratch.Root);
            answers.Add(await python.Call(method));
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(opens, answers[0].Contains("RUNNING"));
        Assert.Equal(!opens, answers[0] == "HTTP 401");
    }
}
