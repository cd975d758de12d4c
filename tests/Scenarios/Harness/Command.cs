using System.Diagnostics;
using System.Text;

namespace Scenarios.Harness;

/// <summary>What a command that ended said.</summary>
sealed record Said(int Exit, string Out, string Error)
{
    public override string ToString() =>
        $"exit {Exit}\n{Out}{(Error.Length == 0 ? "" : $"\n--- stderr\n{Error}")}";
}

/// <summary>A running command, its output gathered as it comes.</summary>
sealed class Command : IAsyncDisposable
{
    readonly Process _process = new();
    readonly StringBuilder _out = new();
    readonly StringBuilder _error = new();
    readonly Task _reading;

    public Command(string file, IEnumerable<string> arguments, string directory,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = _process.StartInfo;
        start.FileName = file;
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.WorkingDirectory = directory;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        // The same small environment on every machine: what a child prints of it is compared.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        start.Environment["HOME"] = "/";
        start.Environment["LANG"] = start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        start.Environment["COLUMNS"] = "80";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process.Start();
        _reading = Task.WhenAll(Gather(_process.StandardOutput, _out), Gather(_process.StandardError, _error));
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Out => Locked(_out);

    public string Error => Locked(_error);

    public static async Task<Said> Run(string file, IEnumerable<string> arguments, string directory,
        string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var command = new Command(file, arguments, directory, environment);
        await command.Type(input);
        command.EndInput();
        return await command.Ended();
    }

    /// <summary>Types <paramref name="text"/>; a command that has ended before it read it is no error here.</summary>
    public async Task Type(string text)
    {
        try
        {
            await _process.StandardInput.WriteAsync(text);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // Its end is what the caller looks at.
        }
    }

    public void EndInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As above: nobody reads any more.
        }
    }

    /// <summary>Waits for the end; output still held open by grandchildren is not waited for.</summary>
    public async Task<Said> Ended()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(180));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} never ended\n{Out}{Error}");
        }

        await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));
        return new Said(_process.ExitCode, Out, Error);
    }

    public void Signal(string name) => Processes.Signal(Pid, name);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    static async Task Gather(StreamReader from, StringBuilder into)
    {
        var buffer = new char[4096];
        int count;
        while ((count = await Read(from, buffer)) > 0)
        {
            lock (into)
                into.Append(buffer, 0, count);
        }
    }

    static async Task<int> Read(StreamReader from, char[] buffer)
    {
        try
        {
            return await from.ReadAsync(buffer);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    static string Locked(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
