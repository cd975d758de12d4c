using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Sections;

namespace Reeve.Core.Configuration;

/// <summary>Command-line options of <c>supervisord</c>, which win over the file: key to raw text.</summary>
/// <param name="Values">For example <c>loglevel</c> to <c>debug</c>, <c>nodaemon</c> to <c>true</c>.</param>
public sealed record ConfigurationOverrides(IReadOnlyDictionary<string, string> Values)
{
    /// <summary>No overrides.</summary>
    public static ConfigurationOverrides None { get; } = new(new Dictionary<string, string>());
}

/// <summary>Reads a supervisord.conf and its includes into a <see cref="DaemonConfiguration"/>.</summary>
public static class ConfigurationReader
{
    /// <summary>Reads a file and everything it includes; all problems are reported at once.</summary>
    /// <param name="file">The file as the user named it; messages name it so.</param>
    /// <param name="overrides">Win over [supervisord]; their problems stand under the file <c>command line</c>.</param>
    /// <param name="source">What is to be known of the machine.</param>
    /// <returns>Never throws for anything that stands in a file.</returns>
    public static ConfigurationResult Read(string file, ConfigurationOverrides overrides, IConfigurationSource source)
    {
        var problems = new ProblemLog();
        var loader = new DocumentLoader(source, problems);
        var configuration = loader.LoadMain(file) is { } document
            ? Read(document, file, overrides, source, loader, problems) : null;
        return new(problems.HasErrors ? null : configuration, problems.InOrderOf(loader.Files));
    }

    /// <summary>Reads only [supervisorctl], so that a command starts fast whatever else the file has.</summary>
    /// <remarks>Includes are not looked at, as in Supervisor.</remarks>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="source">What is to be known of the machine.</param>
    public static SupervisorCtlResult ReadSupervisorCtl(string file, IConfigurationSource source)
    {
        const string Name = "supervisorctl";
        var problems = new ProblemLog();
        var loader = new DocumentLoader(source, problems);
        if (loader.LoadMain(file) is not { } document)
            return new(null, problems.InOrderOf(loader.Files));

        // Lines of other sections are the daemon's business.
        var own = new ProblemLog();
        foreach (var problem in problems.InOrderOf(loader.Files).Where(problem => problem.Section is null or Name))
            own.Add(problem.Severity, problem.File, problem.Line, problem.Section, problem.Text,
                problem.SupervisorText);
        SupervisorCtlOptions? options = null;
        if (document.Find(Name) is { } section)
            options = CtlSection.Read(new(source, file, document, own), section);
        else
            own.Error(file, 0, null, "cannot find [supervisorctl] in this file. Add it, with serverurl.",
                ".ini file does not include supervisorctl section");
        return new(own.HasErrors ? null : options, own.InOrderOf(loader.Files));
    }

    static DaemonConfiguration? Read(IniDocument document, string file, ConfigurationOverrides overrides,
        IConfigurationSource source, DocumentLoader loader, ProblemLog problems)
    {
        loader.LoadIncludes(document, file);
        UnknownKeys.Warn(document, problems);
        var context = new ReadContext(source, file, document, problems);
        // In this order: what [supervisord] sets in its environment can be used by everything after it.
        var daemon = problems.In(ReadingPhase.Daemon, () => DaemonSection.Read(context, Section(), overrides));
        return daemon with
        {
            RpcInterfaces = problems.In(ReadingPhase.Plugins, () => new PluginSections(context).RpcInterfaces()),
            CtlPlugins = CtlPlugins(context),
            Groups = problems.In(ReadingPhase.Groups, () => new GroupSections(context, daemon.Environment).Read()),
            Servers = problems.In(ReadingPhase.Servers, () => new ServerSections(context).Read()),
        };

        IniSection Section()
        {
            if (document.Find("supervisord") is { } section)
                return section;
            problems.Error(file, 0, null, "cannot find [supervisord] in this file. Add it; it may be empty.",
                ".ini file does not include supervisord section");
            return new("supervisord", file, 0);
        }
    }

    // What is wrong with sections that only supervisorctl reads must not keep the daemon from starting.
    static IReadOnlyList<PluginOptions> CtlPlugins(ReadContext context)
    {
        var problems = new ProblemLog();
        var ctl = new ReadContext(context.Source, context.MainFile, context.Document, problems);
        var plugins = new PluginSections(ctl).CtlPlugins();
        if (context.Document.Find("supervisorctl") is { } section)
            CtlSection.Read(ctl, section);
        foreach (var problem in problems.InOrderOf([]))
            context.Problems.Warn(problem.File, problem.Line, problem.Section, problem.Text, problem.SupervisorText);
        return plugins;
    }
}
