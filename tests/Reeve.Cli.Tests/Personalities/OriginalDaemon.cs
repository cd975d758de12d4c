using System.Diagnostics;

namespace Reeve.Cli.Tests.Personalities;

/// <summary>A running supervisord of the make that is being replaced, in a directory of its own.</summary>
sealed class OriginalDaemon : IAsyncDisposable
{
    readonly Process _process;

    OriginalDaemon(string directory, Process process)
    {
        Folder = directory;
        _process = process;
    }

    public string Folder { get; }

    public string Configuration => Path.Combine(Folder, "s.conf");

    public string Url => $"unix://{Folder}/s.sock";

    public static async Task<OriginalDaemon> StartAsync(string programs, CancellationToken cancel, string server = "")
    {
        // The path of a socket has 107 bytes, so the directory's name is short.
        var directory = Directory.CreateTempSubdirectory("ctl").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "s.conf"), $"""
            [unix_http_server]
            file=%(here)s/s.sock
            {server}
            [supervisord]
            logfile=%(here)s/d.log
            pidfile=%(here)s/d.pid
            childlogdir=%(here)s
            nodaemon=true
            silent=true
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [supervisorctl]
            serverurl=unix://%(here)s/s.sock

            {programs}
            """, cancel);
        var start = new ProcessStartInfo("/usr/bin/supervisord", ["-c", Path.Combine(directory, "s.conf")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var daemon = new OriginalDaemon(directory, Process.Start(start)!);
        daemon._process.OutputDataReceived += (_, _) => { };
        daemon._process.ErrorDataReceived += (_, _) => { };
        daemon._process.BeginOutputReadLine();
        daemon._process.BeginErrorReadLine();
        return daemon;
    }

    /// <summary>Waits until a line of ours about a process says so.</summary>
    public Task WaitFor(string process, string state, CancellationToken cancel) => Task.Run(() =>
    {
        while (!Ours("status", process).Output.Contains(state, StringComparison.Ordinal))
            cancel.ThrowIfCancellationRequested();
    }, cancel);

    public RunOutcome Ours(params string[] words) => RunOutcome.OfOurs(["-c", Configuration, .. words], "", Folder);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            Ours("shutdown");
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
