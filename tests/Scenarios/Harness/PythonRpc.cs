using System.Text.Json;

namespace Scenarios.Harness;

/// <summary>Python's xmlrpc.client as a companion process: what existing scripts use is what is compared.</summary>
sealed class PythonRpc : IAsyncDisposable
{
    readonly Command _python;
    int _answers;

    public PythonRpc(string url, string directory)
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python), $"no {Python} on this machine");
        _python = new Command(Python, [Path.Combine(AppContext.BaseDirectory, "Python", "rpc.py"), url], directory);
    }

    /// <summary>Calls and returns Python's text of the value, the fault or the HTTP error.</summary>
    public async Task<string> Call(string method, params object[] arguments)
    {
        await _python.Type(JsonSerializer.Serialize<object[]>([method, .. arguments]) + "\n");
        var line = await Fact.Of($"Python's client answers {method}", () =>
        {
            if (_python.HasExited)
                throw new InvalidOperationException($"Python's client ended: {_python.Error}");
            var lines = _python.Out.Split('\n');
            return Task.FromResult(lines.Length > _answers + 1 ? lines[_answers] : null);
        }, () => _python.Error);
        _answers++;
        return line;
    }

    public ValueTask DisposeAsync() => _python.DisposeAsync();
}
