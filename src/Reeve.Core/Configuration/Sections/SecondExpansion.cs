using Reeve.Core.Configuration.Ini;

namespace Reeve.Core.Configuration.Sections;

/// <summary>Supervisor expands log file names and its own environment twice, so that people write <c>%%%%</c> there
/// for one percent sign. Their files must go on giving the same names: a percent sign that is left is expanded again if
/// that works. Where it does not, Supervisor refuses the file; here the first result stands, so <c>%%</c> does too.
/// </summary>
static class SecondExpansion
{
    public static string Of(string expanded, ExpansionNames names, IniEntry entry) =>
        expanded.Contains('%') && Expansion.TryExpand(expanded, entry.Key, names, entry.Here, out var again, out _)
            ? again : expanded;
}
