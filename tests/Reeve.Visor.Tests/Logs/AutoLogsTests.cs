using System.Text;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public class AutoLogsTests
{
    [Theory]
    [InlineData("web-stdout---supervisor-a1b2c3d4.log", true)]
    [InlineData("web-stderr---supervisor-a1b2c3d4.log.1", true)]
    [InlineData("web-stderr---supervisor-a1b2c3d4.log.9999", true)]
    [InlineData("a b---x---supervisor-q.log", true)]
    [InlineData("web-stdout---supervisor-a1b2c3d4.log.gz", true)] // The pattern has no end.
    [InlineData("---supervisor-a1b2c3d4.log", false)]
    [InlineData("web-stdout---supervisor-.log", false)]
    [InlineData("web-stdout---supervisor-a b.log", false)]
    [InlineData("web-stdout---other-a1b2c3d4.log", false)]
    [InlineData("web-stdout---supervisor2-a1b2c3d4.log", false)]
    [InlineData("web-stdout--supervisor-a1b2c3d4.log", false)]
    [InlineData("supervisord.log", false)]
    public void Clean_up_knows_the_logs_of_its_identifier(string name, bool matches) =>
        Assert.Equal(matches, AutoLogs.Matches(name, "supervisor"));

    [Fact]
    public void An_identifier_is_no_pattern() => Assert.False(AutoLogs.Matches("web-stdout---axb-12345678.log", "a.b"));

    [Theory]
    [InlineData("web", "supervisor")]
    [InlineData("we b\n%s*", "id with blank")]
    [InlineData("web", "a/b")]
    public void A_name_is_found_again_by_clean_up(string process, string identifier)
    {
        var name = AutoLogs.NewName(process, "stdout", identifier);

        Assert.DoesNotContain('/', name);
        if (!process.Contains('\n'))
            Assert.True(AutoLogs.Matches(name, identifier));
        Assert.NotEqual(name, AutoLogs.NewName(process, "stdout", identifier));
    }

    [Fact]
    public void A_name_fits_a_file_system_even_with_its_age()
    {
        var name = AutoLogs.NewName(string.Concat(Enumerable.Repeat("é🙂", 200)), "stderr", "supervisor");

        Assert.True(Encoding.UTF8.GetByteCount(name + ".9999") <= 255);
        Assert.True(AutoLogs.Matches(name, "supervisor"));
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)));
    }

    [Fact]
    public void Clean_up_removes_what_is_not_in_use()
    {
        using var bench = new LogBench();
        foreach (var name in (string[])
            ["a-stdout---supervisor-11111111.log", "a-stdout---supervisor-11111111.log.1",
             "b-stdout---supervisor-22222222.log", "b-stdout---supervisor-22222222.log.12",
             "c-stdout---other-33333333.log", "mine.txt"])
            File.WriteAllText(bench.In(name), "x");
        Directory.CreateDirectory(bench.In("d-stdout---supervisor-44444444.log"));

        bench.Engine.CleanUp(new HashSet<string> { bench.In("b-stdout---supervisor-22222222.log") });

        Assert.Equal(
            ["b-stdout---supervisor-22222222.log", "b-stdout---supervisor-22222222.log.12",
             "c-stdout---other-33333333.log", "d-stdout---supervisor-44444444.log", "mine.txt"],
            Directory.GetFileSystemEntries(bench.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(bench.Troubles);
    }

    [Fact]
    public void Clean_up_of_a_directory_that_is_not_there_is_told()
    {
        using var bench = new LogBench(o => o with { ChildLogDirectory = "/nonexistent/logs" });

        bench.Engine.CleanUp(new HashSet<string>());

        Assert.Contains("cannot clear the directory of child logs '/nonexistent/logs'", Assert.Single(bench.Troubles));
    }
}
