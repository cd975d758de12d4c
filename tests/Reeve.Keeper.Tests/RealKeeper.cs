using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Files;
using Reeve.Linux.Polling;
using Reeve.Linux.Reaping;
using Reeve.Linux.Spawning;

namespace Reeve.Keeper.Tests;

/// <summary>A keeper in a process of its own, with visors that a test talks to in lines.</summary>
sealed class RealKeeper : IDisposable
{
    readonly SafeFileHandle _input, _output, _pidFd;
    readonly Epoll _epoll = new();
    readonly StringBuilder _text = new();
    readonly List<string> _seen = [];

    /// <param name="openFiles">Limit of the keeper; null: the test's own.</param>
    /// <param name="readyDescriptor">Handed to the keeper as descriptor 3; null: it runs in the foreground.</param>
    public RealKeeper(SpawnLimit? openFiles = null, SafeFileHandle? readyDescriptor = null)
    {
        var environment = new List<string> { $"{Roles.Variable}={(readyDescriptor is null ? -1 : 3)}" };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment.Add($"{variable.Key}={variable.Value}");
        (var input, _input) = Pipe.Create(PipeEnds.None);
        (_output, var output) = Pipe.Create(PipeEnds.Read);
        using (input)
        using (output)
        {
            var started = Spawner.Spawn(
                new()
                {
                    File = Path.Combine(AppContext.BaseDirectory, "Reeve.Keeper.Tests"),
                    Arguments = ["keeper"],
                    Environment = environment,
                    Limits = openFiles is { } limit ? [limit] : [],
                },
                input, output, output, readyDescriptor);
            Assert.Equal(0, started.Errno);
            (Pid, _pidFd) = (started.Pid, started.PidFd!);
        }
        _epoll.Add(_output, PollEvents.Readable, 0);
        VisorPid = NextVisor();
    }

    public int Pid { get; }

    public int VisorPid { get; private set; }

    /// <summary>Waits until the next visor has taken over.</summary>
    public int NextVisor()
    {
        VisorPid = int.Parse(Expect(@"^visor (\d+)$").Groups[1].Value, CultureInfo.InvariantCulture);
        Expect("^HandoverDone ");
        return VisorPid;
    }

    public void Tell(string command) => Assert.False(Pipe.Write(_input, Encoding.UTF8.GetBytes(command + "\n")).Failed);

    public void Signal(int signal) => Assert.Equal(0, PidFd.Signal(_pidFd, signal));

    /// <summary>Starts a child by the shell and waits until it runs.</summary>
    /// <returns>Its pid.</returns>
    public int Spawn(long id, string script)
    {
        Tell($"spawn {id} {script}");
        return int.Parse(Expect(@"^Spawned .* Pid = (\d+),").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The next line that matches; those before it are skipped.</summary>
    public Match Expect(string pattern)
    {
        while (true)
        {
            if (NextLine() is not { } line)
                throw new EndOfStreamException($"Nobody says {pattern}. Before:\n{string.Join('\n', _seen)}");
            if (Regex.Match(line, pattern, RegexOptions.CultureInvariant) is { Success: true } match)
                return match;
        }
    }

    /// <summary>Waits until the keeper has ended, and with it all that held its output.</summary>
    public ChildExit WaitForEnd()
    {
        while (NextLine() is not null)
        {
        }
        return PidFd.Reap(_pidFd);
    }

    public IReadOnlyList<string> Seen => _seen;

    public void Dispose()
    {
        _input.Dispose();
        PidFd.Signal(_pidFd, Linux.Signals.Signal.KILL); // The visor follows, and children see the end of their input.
        _epoll.Dispose();
        _output.Dispose();
        try
        {
            PidFd.Reap(_pidFd);
        }
        catch (Linux.LinuxException)
        {
            // The test has.
        }
        _pidFd.Dispose();
    }

    string? NextLine()
    {
        var buffer = new byte[4096];
        var ready = new PollEvent[1];
        while (true)
        {
            var text = _text.ToString();
            if (text.IndexOf('\n') is >= 0 and var end)
            {
                _text.Remove(0, end + 1);
                _seen.Add(text[..end]);
                return text[..end];
            }
            if (_epoll.Wait(ready, (int)TestVisor.Patience.TotalMilliseconds) == 0)
                throw new TimeoutException($"Nothing is said. Before:\n{string.Join('\n', _seen)}");
            var read = Pipe.Read(_output, buffer);
            if (read.EndOfFile)
                return null;
            _text.Append(Encoding.UTF8.GetString(buffer, 0, read.Bytes));
        }
    }
}
