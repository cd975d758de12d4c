using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Cli.Personalities.Supervisorctl;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Tests.Personalities;

/// <summary>What a run of a program printed and how it ended, without what differs from run to run.</summary>
sealed partial record RunOutcome(string Output, string Error, int ExitCode)
{
    public const string Original = "/usr/bin/supervisorctl";

    public static bool HasOriginal => File.Exists(Original) && File.Exists("/usr/bin/supervisord");

    /// <summary>Runs the program that is being replaced.</summary>
    public static async Task<RunOutcome> OfOriginal(
        IEnumerable<string> arguments, string input, string directory, CancellationToken cancel, string program = Original)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return new RunOutcome(await output, await error, process.ExitCode).Normalised(directory);
    }

    /// <summary>Runs ours, in this process.</summary>
    public static RunOutcome OfOurs(
        IEnumerable<string> arguments, string input, string directory, ITerminal? terminal = null)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var stdin = new MemoryStream(Encoding.UTF8.GetBytes(input));
        var exitCode = SupervisorctlPersonality.Run([.. arguments], Host(stdin, output, error, terminal));
        return new RunOutcome(Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()), exitCode)
            .Normalised(directory);
    }

    public static CliHost Host(Stream input, Stream output, Stream error, ITerminal? terminal = null) => new()
    {
        Input = input,
        Output = output,
        Error = error,
        UserId = 1,
        InvokedAs = Original,
        Terminal = terminal,
        OutputIsTerminal = terminal is not null,
        Variable = name => name == "TERM" ? "xterm" : null,
        ConfigurationSource = () => new DiskSource(),
        Up = _ => throw new InvalidOperationException("nothing is to be started here"),
        Interrupted = CancellationToken.None,
    };

    public RunOutcome Normalised(string directory) => new(Plain(Output, directory), Plain(Error, directory), ExitCode);

    static string Plain(string text, string directory)
    {
        text = text.Replace(directory, "DIR", StringComparison.Ordinal);
        text = PidAndUptime().Replace(text, "pid PID, uptime TIME");
        text = PidAlone().Replace(text, "PID");
        text = Time().Replace(text, "DATE");
        return SourceLine().Replace(text, ": file: F line: N");
    }

    [GeneratedRegex(@"pid \d+, uptime [\d:]+")]
    private static partial Regex PidAndUptime();

    [GeneratedRegex(@"(?<=^|> )[1-9]\d+$", RegexOptions.Multiline)]
    private static partial Regex PidAlone();

    [GeneratedRegex(@"[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M")]
    private static partial Regex Time();

    [GeneratedRegex(@": file: \S+ line: \d+")]
    private static partial Regex SourceLine();
}
