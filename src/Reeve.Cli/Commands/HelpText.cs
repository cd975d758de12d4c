namespace Reeve.Cli.Commands;

/// <summary>Help, made from <see cref="CommandTable"/>.</summary>
internal static class HelpText
{
    const string About = "reeve keeps processes alive and runs your supervisord.conf.";

    const string ExitCodes =
        "0 done, 1 failed, 2 usage, 3 ps NAME: not all RUNNING, 4 daemon not reached,\n"
        + "5 refused, 70 a defect, 130 Ctrl-C, 141 output closed";

    public static int Run(Invocation run)
    {
        if (run.Names is [var name])
        {
            if (CommandTable.Find(name) is not { Hidden: false } command)
                throw UsageException.UnknownCommand(name);
            WriteCommand(run, command);
            return ExitCode.Done;
        }
        WriteOverview(run);
        return ExitCode.Done;
    }

    public static void WriteOverview(Invocation run)
    {
        var (output, style) = (run.Out, run.Style);
        output.WriteLine(About);
        output.WriteLine("");
        output.WriteLine($"{style.Strong("Usage:")} reeve [OPTION...] COMMAND [ARGUMENT...]");
        var width = CommandTable.All.Where(c => !c.Hidden).Max(c => Synopsis(c).Length);
        foreach (var chapter in CommandTable.All.Where(c => !c.Hidden).GroupBy(c => c.Chapter))
        {
            output.WriteLine("");
            output.WriteLine(style.Strong(chapter.Key + ":"));
            foreach (var command in chapter)
                output.WriteLine($"  {Synopsis(command).PadRight(width)}  {command.Summary}");
        }
        WriteOptions(run, "Options:", CommandTable.GlobalOptions);
        output.WriteLine("");
        output.WriteLine(style.Strong("Daemon:"));
        output.WriteLine("  -e, else [supervisorctl] of -c FILE, else $REEVE_ENDPOINT, else the default socket,");
        output.WriteLine("  else [supervisorctl] of the supervisord.conf that Supervisor would find.");
        output.WriteLine("");
        output.WriteLine(style.Strong("Exit codes:"));
        foreach (var line in ExitCodes.Split('\n'))
            output.WriteLine("  " + line);
        output.WriteLine("");
        output.WriteLine("'reeve help COMMAND' says more, with examples.");
    }

    public static void WriteCommand(Invocation run, Command command)
    {
        var (output, style) = (run.Out, run.Style);
        output.WriteLine($"{style.Strong("reeve " + command.Name)}: {command.Summary}");
        output.WriteLine("");
        var options = command.Options.Length > 0 ? " [OPTION...]" : "";
        output.WriteLine($"{style.Strong("Usage:")} reeve {command.Name}{options} {command.Arguments}".TrimEnd());
        if (command.Aliases.Length > 0)
            output.WriteLine($"{style.Strong("Also:")}  reeve {string.Join(", reeve ", command.Aliases)}");
        if (command.Details.Length > 0)
        {
            output.WriteLine("");
            output.WriteLine(command.Details);
        }
        if (command.Options.Length > 0)
            WriteOptions(run, "Options:", command.Options);
        output.WriteLine("");
        output.WriteLine(style.Strong("Examples:"));
        var width = command.Examples.Max(e => e.Line.Length);
        foreach (var (line, does) in command.Examples)
        {
            output.WriteLine(does.Length == 0
                ? $"  reeve {line}"
                : $"  reeve {line.PadRight(width)}  {style.Faint("# " + does)}");
        }
        output.WriteLine("");
        output.WriteLine("Options of every command: 'reeve help'.");
    }

    static void WriteOptions(Invocation run, string heading, Option[] options)
    {
        run.Out.WriteLine("");
        run.Out.WriteLine(run.Style.Strong(heading));
        var width = options.Max(o => o.Spelling.Length);
        foreach (var option in options)
            run.Out.WriteLine($"  {option.Spelling.PadRight(width)}  {option.Summary}");
    }

    static string Synopsis(Command command) => $"{command.Name} {command.Arguments}".TrimEnd();
}
