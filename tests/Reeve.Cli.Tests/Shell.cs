using System.Text;
using Reeve.Core.Configuration;

namespace Reeve.Cli.Tests;

/// <summary>What a command came to.</summary>
public sealed record Ended(int Code, string Output, string Error);

/// <summary>Runs command lines in this process, as a shell would.</summary>
public sealed class Shell
{
    public Dictionary<string, string> Variables { get; } = [];

    public bool Terminal { get; set; }

    public int Width { get; set; } = 80;

    public int Height { get; set; } = 24;

    public string Input { get; set; } = "";

    public Stream? Output { get; set; }

    public IConfigurationSource? Files { get; set; }

    public string? ProgramFile { get; set; }

    public Func<UpRequest, int> Up { get; set; } = _ => 0;

    public CancellationToken Interrupted { get; set; }

    public Func<string, Client.IBlockingConnection>? ConnectUnix { get; set; }

    public Watched Out { get; } = new();

    public Watched Err { get; } = new();

    /// <summary>Runs it to its end, on a thread of its own: clients may block theirs.</summary>
    public async Task<Ended> RunAsync(params string[] args)
    {
        var host = new CliHost
        {
            Input = new MemoryStream(Encoding.UTF8.GetBytes(Input)),
            Output = Output ?? Out,
            Error = Err,
            OutputIsTerminal = Terminal,
            ErrorIsTerminal = Terminal,
            TerminalWidth = () => Width,
            TerminalHeight = () => Height,
            Variable = Variables.GetValueOrDefault,
            // Nobody's id, so that a daemon on this machine is never found by its default socket.
            UserId = 987654321,
            ProgramFile = ProgramFile,
            ConfigurationSource = () => Files ?? throw new InvalidOperationException("no configuration was to be read"),
            Up = Up,
            ConnectUnix = ConnectUnix,
            Version = "9.8.7",
            Interrupted = Interrupted,
        };
        var code = await Task.Factory.StartNew(
            () => new CommandLine(host).Run(args), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new(code, Out.Text, Err.Text);
    }

    /// <summary>Runs it against a daemon.</summary>
    public Task<Ended> RunAsync(FakeDaemon daemon, params string[] args) => RunAsync(["-e", daemon.SocketPath, .. args]);
}

/// <summary>A stream whose text can be waited for.</summary>
public sealed class Watched : MemoryStream
{
    readonly Lock _gate = new();
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text
    {
        get
        {
            lock (_gate)
                return Encoding.UTF8.GetString(ToArray());
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            base.Write(buffer);
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until the text holds <paramref name="part"/>.</summary>
    public async Task WaitForAsync(string part)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (Encoding.UTF8.GetString(ToArray()).Contains(part))
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>A pipe whose reader has gone.</summary>
public sealed class ClosedPipe : MemoryStream
{
    public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe", 32);
}
