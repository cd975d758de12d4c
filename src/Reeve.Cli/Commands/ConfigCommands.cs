using Reeve.Cli.Endpoints;
using Reeve.Cli.Output;
using Reeve.Cli.Selection;
using Reeve.Client;
using Reeve.Client.Model;
using Reeve.Core.Configuration;

namespace Reeve.Cli.Commands;

/// <summary><c>check</c>, <c>reread</c>, <c>update</c>: the configuration file.</summary>
internal static class ConfigCommands
{
    public static Task<int> CheckAsync(Invocation run)
    {
        var source = run.Host.ConfigurationSource();
        var file = run.Names is [var named] ? named
            : run.Arguments.Value("configuration")
            ?? SupervisorCtlFile.FindFile(run.Host, source)
            ?? throw new CommandException(
                "there is no supervisord.conf where Supervisor looks for one. Name the file: reeve check FILE.");
        if (file.Length == 0)
            throw new CommandException("the file to check has an empty name. Name the file: reeve check FILE.");
        // The reader would advise -c, as for a daemon.
        var result = Paths.IsAbsent(source.FullPath(file)) ? null
            : ConfigurationReader.Read(file, ConfigurationOverrides.None, source);
        var problems = result?.Problems
            .Select(p => new ConfigProblem(Severity(p.Severity), p.File, p.Line, p.Section, p.Text)).ToList()
            ?? [new("error", file, 0, null, "cannot read the configuration: there is no such file.")];
        if (run.Json)
        {
            run.WriteJson(new(file, result?.Configuration is not null, problems), CliJson.Default.CheckReport);
        }
        else
        {
            foreach (var problem in problems)
                run.Out.WriteLine(Line(problem, run.Style));
            if (result?.Configuration is { } configuration)
            {
                var processes = configuration.Groups.Sum(g => g.Processes.Count);
                run.Out.WriteLine($"{Style.Clean(file)}: {run.Style.Good("ok")}: "
                    + $"{Count(configuration.Groups.Count, "group")}, {Count(processes, "process", "processes")}");
            }
            else
            {
                var errors = Count(problems.Count(p => p.Severity == "error"), "error");
                run.Note($"{Style.Clean(file)} cannot be used: {errors}.");
            }
        }
        return Task.FromResult(result?.Configuration is null ? ExitCode.Failed : ExitCode.Done);
    }

    public static async Task<int> RereadAsync(Invocation run)
    {
        var client = run.Connect();
        var changes = await AskAsync(run, client, () => client.RereadAsync(default)).ConfigureAwait(false);
        return Print(run, changes, "new", "changed", "gone", "'reeve update' carries this out.");
    }

    public static async Task<int> UpdateAsync(Invocation run)
    {
        var client = run.Connect(blocking: false);
        var cancel = run.Interrupted;
        var groups = run.Names.Contains("all") ? [] : run.Names;
        Changes changes;
        using (new Progress(run.Error, run.Host.ErrorIsTerminal, run.Host.TerminalWidth,
            () => "updating; processes of changed groups are stopped first"))
        {
            changes = await AskAsync(run, client, () => client.UpdateAsync(groups, cancel)).ConfigureAwait(false);
        }
        return Print(run, changes, "added", "replaced", "removed", null);
    }

    /// <summary>When the file cannot be used, what is wrong with it is said line by line.</summary>
    static async Task<Changes> AskAsync(Invocation run, ReeveClient client, Func<Task<Changes>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (ReeveApiException e) when (e.Problem.Code == "cant-reread" && !run.Json)
        {
            var config = await client.GetConfigAsync(default).ConfigureAwait(false);
            run.Out.Flush();
            foreach (var problem in config.Problems)
                run.Error.WriteLine(Line(problem, run.ErrorStyle));
            throw new CommandException("the configuration cannot be used; the daemon goes on with the one before.");
        }
        catch (ReeveApiException e) when (e.Problem.Code == "bad-name")
        {
            throw await UnknownGroupAsync(run, client, e).ConfigureAwait(false);
        }
    }

    /// <summary>The error of a group that neither runs nor stands in the file, with the one that was probably meant.</summary>
    static async Task<Exception> UnknownGroupAsync(Invocation run, ReeveClient client, ReeveApiException error)
    {
        var processes = await client.GetProcessesAsync(null, default).ConfigureAwait(false);
        var changes = await client.RereadAsync(default).ConfigureAwait(false);
        var groups = processes.Select(p => p.Group).Concat(changes.Added).Concat(changes.Removed).Distinct().ToList();
        if (run.Names.FirstOrDefault(n => !groups.Contains(n)) is not { } unknown)
            return error;
        return new CommandException($"no group is called '{unknown}'. " + (Nearest.To(unknown, groups) is { } meant
            ? $"Did you mean '{meant}'?"
            : "'reeve ps' shows those that there are, 'reeve reread' those that are new."));
    }

    static int Print(Invocation run, Changes changes, string added, string changed, string removed, string? advice)
    {
        if (run.Json)
        {
            run.WriteJson(changes, ModelJson.Default.Changes);
            return ExitCode.Done;
        }
        foreach (var group in changes.Added)
            run.Out.WriteLine($"{Style.Clean(group)}: {run.Style.Good(added)}");
        foreach (var group in changes.Changed)
            run.Out.WriteLine($"{Style.Clean(group)}: {run.Style.Caution(changed)}");
        foreach (var group in changes.Removed)
            run.Out.WriteLine($"{Style.Clean(group)}: {run.Style.Alarm(removed)}");
        if (changes.Added.Count + changes.Changed.Count + changes.Removed.Count == 0)
            run.Out.WriteLine("no changes");
        else if (advice is not null && run.Host.OutputIsTerminal)
            run.Out.WriteLine(run.Style.Faint(advice));
        return ExitCode.Done;
    }

    static string Line(ConfigProblem problem, Style style)
    {
        var severity = problem.Severity switch
        {
            "error" => style.Alarm("error"),
            "warning" => style.Caution("warning"),
            var other => style.Faint(Style.Clean(other)),
        };
        var place = problem.Line > 0 ? $"{problem.File}:{problem.Line}" : problem.File;
        var section = problem.Section is null ? "" : $"[{Style.Clean(problem.Section)}] ";
        return $"{Style.Clean(place)}: {severity}: {section}{Style.Clean(problem.Text)}";
    }

    static string Severity(ProblemSeverity severity) => severity switch
    {
        ProblemSeverity.Error => "error",
        ProblemSeverity.Warning => "warning",
        _ => "info",
    };

    static string Count(int count, string one, string? many = null) =>
        count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";
}
