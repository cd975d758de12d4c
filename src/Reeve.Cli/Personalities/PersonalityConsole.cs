using System.Buffers;
using System.Text;

namespace Reeve.Cli.Personalities;

/// <summary>
/// Output of an old command line: bytes as given, no colours. Collected, and sent before anything that waits.
/// </summary>
sealed class PersonalityConsole(CliHost host, string defaultName)
{
    readonly ArrayBufferWriter<byte> _pending = new();
    readonly Lock _sending = new();

    /// <summary>How the program was called, as help and usage errors repeat it.</summary>
    public string ProgramName => field ??= FindProgramName();

    /// <summary>Adds text as it is.</summary>
    public void Write(string text)
    {
        lock (_sending)
            _pending.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Adds a line.</summary>
    public void WriteLine(string line = "") => Write(line + "\n");

    /// <summary>Sends bytes at once, behind what was collected.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_sending)
        {
            Flush();
            Send(host.Output, bytes);
        }
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush()
    {
        lock (_sending)
        {
            if (_pending.WrittenCount == 0)
                return;
            try
            {
                Send(host.Output, _pending.WrittenSpan);
            }
            finally
            {
                _pending.ResetWrittenCount();
            }
        }
    }

    /// <summary>As <see cref="Flush"/>, at the end of everything: whoever read may have gone, and the exit code says so already.</summary>
    public void TryFlush()
    {
        try
        {
            Flush();
        }
        catch (OutputClosedException)
        {
            // Nobody is left to be told.
        }
    }

    /// <summary>Sends a line to standard error.</summary>
    public void WriteErrorLine(string line) => WriteError(line + "\n");

    /// <summary>Sends text to standard error.</summary>
    public void WriteError(string text)
    {
        Flush();
        Send(host.Error, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Tells why the command line cannot be used.</summary>
    /// <returns>The exit code of it, 2.</returns>
    public int UsageError(string message)
    {
        WriteErrorLine($"Error: {message}");
        WriteErrorLine($"For help, use {ProgramName} -h");
        return ExitCode.Usage;
    }

    static void Send(Stream stream, ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
            stream.Flush();
        }
        catch (IOException e)
        {
            throw new OutputClosedException(e);
        }
    }

    // A script that is found by PATH knows itself by its whole path; a binary only by the word that was typed.
    string FindProgramName()
    {
        var name = host.InvokedAs ?? defaultName;
        if (name.Contains('/'))
            return name;
        foreach (var directory in (host.Variable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path))
                return path;
        }
        return name;
    }
}

/// <summary>Whoever read the output has gone, or it has no room: nothing more can be told.</summary>
sealed class OutputClosedException(IOException inner) : IOException(inner.Message, inner);
