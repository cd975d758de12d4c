using System.Text.RegularExpressions;

namespace Reeve.Architecture.Tests;

/// <summary>What the design promises about the tree, checked on the tree.</summary>
public sealed partial class ArchitectureTests(ITestOutputHelper output)
{
    const int LongestFile = 600;

    /// <summary>Who may name whom. A new room is a new line here, and a decision.</summary>
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Reeve.Core"] = [],
        ["Reeve.Linux"] = [],
        ["Reeve.Keeper"] = ["Reeve.Linux"],
        ["Reeve.Visor"] = ["Reeve.Core", "Reeve.Linux", "Reeve.Keeper"],
        ["Reeve.Client"] = [],
        ["Reeve.Server"] = ["Reeve.Core", "Reeve.Linux", "Reeve.Visor", "Reeve.Client"],
        ["Reeve.Cli"] = ["Reeve.Client", "Reeve.Core"],
        ["Reeve"] =
        [
            "Reeve.Core", "Reeve.Linux", "Reeve.Keeper", "Reeve.Visor", "Reeve.Client", "Reeve.Server", "Reeve.Cli",
        ],
    };

    [Fact]
    public void References_point_one_way()
    {
        var found = Sources.References();
        foreach (var (project, references) in found)
            output.WriteLine($"{project} -> {(references.Length == 0 ? "nobody" : string.Join(", ", references))}");

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Keys);
        Assert.All(found, project => Assert.Empty(project.Value.Except(Allowed[project.Key])));
    }

    [Fact]
    public void The_keeper_never_touches_the_class_that_reaps_behind_its_back()
    {
        // Process registers a SIGCHLD handler that calls waitid for its own children and aborts where another reaps.
        var keeper = Sources.Files("src/Reeve.Keeper", "*.cs").Concat(Sources.Files("src/Reeve.Linux", "*.cs"));
        var mentions = keeper.Where(file => ProcessClass().IsMatch(WithoutComments(File.ReadAllText(file)))).Select(Sources.Relative);
        Assert.Empty(mentions);
    }

    [Fact]
    public void No_file_is_too_long_to_read_in_one_sitting()
    {
        var files = Sources.Files("src", "*.cs").Concat(Sources.Files("tests", "*.cs")).ToArray();
        Assert.NotEmpty(files);
        var tooLong = from file in files
                      let lines = File.ReadLines(file).Count()
                      where lines > LongestFile
                      select $"{Sources.Relative(file)}: {lines} lines, at most {LongestFile}";
        Assert.Empty(tooLong);
    }

    [Fact]
    public void A_folder_is_a_subject_and_not_a_kind_of_class()
    {
        string[] refused = ["Utils", "Util", "Utilities", "Helpers", "Helper", "Managers", "Common", "Misc"];
        var folders = Directory.EnumerateDirectories(Sources.Source, "*", SearchOption.AllDirectories);
        Assert.Empty(folders.Where(folder => refused.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase))
            .Select(Sources.Relative));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Sources.Root, "Reeve.slnx"));
        var missing = Sources.Files("src", "*.csproj").Concat(Sources.Files("tests", "*.csproj"))
            .Select(Sources.Relative).Where(project => !solution.Contains($"\"{project}\""));
        Assert.Empty(missing);
    }

    [Fact]
    public void Nothing_is_left_undone()
    {
        var undone = Sources.Files("src", "*.cs")
            .Where(file => Undone().IsMatch(File.ReadAllText(file))).Select(Sources.Relative);
        Assert.Empty(undone);
    }

    static string WithoutComments(string code) => Comments().Replace(code, "");

    [GeneratedRegex("""System\.Diagnostics\.Process\b|\bProcess\.(Start|GetProcessById|GetCurrentProcess)\b|\bnew Process\b|\bProcessStartInfo\b""")]
    private static partial Regex ProcessClass();

    [GeneratedRegex("//.*")]
    private static partial Regex Comments();

    [GeneratedRegex("""\bTODO\b|\bFIXME\b|NotImplementedException""")]
    private static partial Regex Undone();
}
