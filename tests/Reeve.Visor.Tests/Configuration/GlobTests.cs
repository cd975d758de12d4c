using Reeve.Visor.Configuration;

namespace Reeve.Visor.Tests.Configuration;

public sealed class GlobTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reeve-glob-").FullName;

    public GlobTests()
    {
        foreach (var file in (ReadOnlySpan<string>)["a.conf", "b.conf", ".hidden.conf", "[x].conf", "d1/c.conf", "d2/c.conf", "d2/e/f.conf"])
        {
            var path = Path.Combine(_directory, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("/*.conf", "[x].conf a.conf b.conf")]
    [InlineData("/.*.conf", ".hidden.conf")]
    [InlineData("/a.conf", "a.conf")]
    [InlineData("/none.conf", "")]
    [InlineData("/none/*.conf", "")]
    [InlineData("/d?/c.conf", "d1/c.conf d2/c.conf")]
    [InlineData("/*/*.conf", "d1/c.conf d2/c.conf")]
    [InlineData("/**/f.conf", "")]
    [InlineData("/d2/*/f.conf", "d2/e/f.conf")]
    [InlineData("//d1//c.conf", "d1/c.conf")]
    [InlineData("/d1/../a.*", "d1/../a.conf")]
    [InlineData("/a.conf/*", "")]
    public void A_pattern_finds(string pattern, string found) => Assert.Equal(
        found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(_directory, f)),
        new MachineSource(_directory, new Dictionary<string, string>()).Glob(_directory + pattern));

    [Fact]
    public void The_root_finds_itself_and_nothing_finds_nothing()
    {
        var source = new MachineSource("/", new Dictionary<string, string>());

        Assert.Equal(["/"], source.Glob("/"));
        Assert.Empty(source.Glob(""));
    }

    [Theory]
    [InlineData("*", "abc", true)]
    [InlineData("*", ".abc", false)]
    [InlineData(".*", ".abc", true)]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "abbd", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[^b]x", "^x", true)]
    [InlineData("[^b]x", "cx", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[a", "[a", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void A_name_matches_a_pattern(string pattern, string name, bool matches) =>
        Assert.Equal(matches, ShellPattern.Matches(pattern, name));
}
