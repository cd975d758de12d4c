using System.Reflection;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Cli;
using Reeve.Cli.Personalities.Supervisorctl;
using Reeve.Cli.Personalities.Supervisord;
using Reeve.Core.Configuration;
using Reeve.Launching;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Processes;
using Reeve.Linux.Terminals;
using Reeve.Linux.Users;
using Reeve.Visor.Configuration;

namespace Reeve;

/// <summary>The command lines that this binary answers to, by the name it is called by.</summary>
internal static class Personality
{
    /// <summary>Runs one command line.</summary>
    public static int Run(string name, string[] args)
    {
        var host = Host();
        try
        {
            return Run(name, args, host);
        }
        catch (NoCurrentDirectoryException e)
        {
            host.Error.Write(Encoding.UTF8.GetBytes(name == "reeve" ? $"reeve: {e.Message}\n" : $"Error: {e.Message}\n"));
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A defect: what it is and where, but no core file and no exit code of a crash.
            host.Error.Write(Encoding.UTF8.GetBytes($"{name}: a defect of Reeve, please report it: {e}\n"));
            return ExitCode.Defect;
        }
    }

    private static int Run(string name, string[] args, CliHost host) => name switch
    {
        "supervisord" => SupervisordPersonality.Run(args, host, command => Launch(
            host, new(command.ConfigurationFile, command.Overrides, Foreground: null, AsSupervisor: true), $"For help, use {command.ProgramName} -h")),
        "supervisorctl" => SupervisorctlPersonality.Run(args, host),
        _ => new CommandLine(host).Run(args),
    };

    private static CliHost Host() => new()
    {
        Input = Stream(0, FileAccess.Read),
        Output = Stream(1, FileAccess.Write),
        Error = new StandardStream(2, FileAccess.Write, dropsWhatFails: true),
        OutputIsTerminal = IsTerminal(1),
        ErrorIsTerminal = IsTerminal(2),
        Terminal = IsTerminal(0) ? new UserTerminal() : null,
        TerminalWidth = () => UserTerminal.Size.Columns,
        TerminalHeight = () => UserTerminal.Size.Rows,
        InvokedAs = Environment.GetCommandLineArgs()[0],
        UserId = Privileges.EffectiveUserId,
        ProgramFile = Environment.ProcessPath,
        ConfigurationSource = () => new MachineSource(OwnProcess.CurrentDirectory(), MachineSource.OwnEnvironment()),
        Up = Up,
        ConnectUnix = UnixConnection.Open,
        Version = typeof(Personality).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0",
    };

    private static int Up(UpRequest request)
    {
        var host = Host();
        var file = request.ConfigFile ?? ConfigurationSearch.Candidates(Environment.ProcessPath!).FirstOrDefault(File.Exists);
        var launch = new Launcher.Request(file, request.Overrides, Foreground: !request.Detach, AsSupervisor: false);
        return request.Tell is { } tell ? Launch(launch, tell) : Launch(host, launch, null);
    }

    /// <summary>Launches and tells in one piece what was said, by the keeper too, which shares our standard error.</summary>
    private static int Launch(Launcher.Request request, Action<string> tell)
    {
        const int mostBytes = 16 * 1024 * 1024;
        var said = new StringBuilder();
        using var file = MemFd.Create("up");
        int code;
        // In the foreground this process becomes the daemon: then standard error is the daemon's.
        using (request.Foreground == true ? null : StandardDescriptors.Redirect(2, file))
            code = new Launcher(text => said.Append(text).Append('\n')).Launch(request);
        said.Append(Encoding.UTF8.GetString(MemFd.ReadAll(file, mostBytes)));
        if (said.ToString().Trim() is { Length: > 0 } text)
            tell(text);
        return code;
    }

    private static int Launch(CliHost host, Launcher.Request request, string? hint)
    {
        var refused = false;
        var code = new Launcher(text =>
        {
            refused = true;
            host.Error.Write(Encoding.UTF8.GetBytes(text + "\n"));
        }).Launch(request);
        if (refused && hint is not null)
            host.Error.Write(Encoding.UTF8.GetBytes(hint + "\n"));
        return code;
    }

    private static bool IsTerminal(int number)
    {
        using var descriptor = new SafeFileHandle(number, ownsHandle: false);
        return Tty.IsTerminal(descriptor);
    }

    private static StandardStream Stream(int number, FileAccess access) => new(number, access);
}
