using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Values;

namespace Reeve.Core.Configuration.Sections;

/// <summary>What all sections of one reading share.</summary>
sealed class ReadContext
{
    // A hostile file must not fill memory: these are far beyond any real one.
    const int MostProcesses = 100_000;
    const long MostExpanded = 64L * 1024 * 1024;
    long _expandedLeft = MostExpanded;

    public ReadContext(IConfigurationSource source, string mainFile, IniDocument document, ProblemLog problems)
    {
        (Source, MainFile, Document, Problems) = (source, mainFile, document, problems);
        Machine = new(source);
        HereEverywhere = document.Find("include") is not null;
        Variables = new ExpansionNames().SetEnvironment(source.Environment);
    }

    public IConfigurationSource Source { get; }
    public string MainFile { get; }
    public IniDocument Document { get; }
    public ProblemLog Problems { get; }
    public MachineValues Machine { get; }

    /// <summary>With an [include], Supervisor replaces %(here)s as text, also in keys without such a name.</summary>
    public bool HereEverywhere { get; }

    /// <summary>ENV_ names; [supervisord] environment is added as soon as it is read.</summary>
    public ExpansionNames Variables { get; }

    /// <summary>Where the daemon will be when it opens the logs of programs; null: where it is launched.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Processes that may still be configured.</summary>
    public int ProcessesLeft { get; set; } = MostProcesses;

    /// <summary>Whether <paramref name="length"/> more characters may come out of expansions.</summary>
    public bool TryTakeExpanded(int length) => (_expandedLeft -= length) >= 0;
}
