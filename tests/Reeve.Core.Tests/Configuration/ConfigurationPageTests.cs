using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

/// <summary>docs/configuration.md against the table that warnings and completion come from.</summary>
public class ConfigurationPageTests
{
    const string Program = "program";

    /// <summary>Names of all kinds of section.</summary>
    public static TheoryData<string> Sections => [.. KnownKeys.Sections.Select(section => section.Name)];

    [Theory]
    [MemberData(nameof(Sections))]
    public void The_page_has_a_row_with_the_default_for_every_key_of_a_section(string name)
    {
        var section = KnownKeys.Sections.Single(known => known.Name == name);
        var rows = RowsOf(section);
        // Listeners and FastCGI programs have the keys of a program, which the page lists once.
        if (name is "eventlistener" or "fcgi-program")
            rows.AddRange(RowsOf(KnownKeys.Sections.Single(known => known.Name == Program)));

        foreach (var key in section.Keys)
        {
            var row = rows.FirstOrDefault(cells => cells[1].Contains($"`{key.Name}`"));
            Assert.True(row is not null, $"docs/configuration.md has no row for {key.Name} under [{name}]");
            Assert.True(key.Default.Length == 0 || row[3].Contains($"`{key.Default}`"),
                $"docs/configuration.md names another default than '{key.Default}' for {key.Name} of [{name}]");
        }
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void The_page_lists_no_key_that_a_section_does_not_have(string name)
    {
        var section = KnownKeys.Sections.Single(known => known.Name == name);
        var known = section.Keys.Select(key => key.Name).ToHashSet();

        foreach (var cells in RowsOf(section))
        {
            // In code spans, so every second piece between backticks.
            foreach (var listed in cells[1].Split('`').Where((_, at) => at % 2 == 1))
                Assert.True(known.Contains(listed), $"[{name}] has no key {listed}");
        }
    }

    // Cells of the tables under the section's heading; what stands before the first bar is cell 0.
    static List<string[]> RowsOf(KnownSection section)
    {
        var heading = section.IsNamed ? $"## [{section.Name}:x]" : $"## [{section.Name}]";
        var lines = Page().SkipWhile(line => line != heading).ToList();
        Assert.True(lines.Count > 0, $"docs/configuration.md has no heading '{heading}'");
        return
        [
            .. lines.Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')),
        ];
    }

    static string[] Page()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Reeve.slnx")))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("cannot find Reeve.slnx above the tests");
        }

        return File.ReadAllLines(Path.Combine(directory, "docs", "configuration.md"));
    }
}
