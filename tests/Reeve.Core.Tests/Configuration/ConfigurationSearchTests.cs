using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class ConfigurationSearchTests
{
    [Theory]
    [InlineData("/usr/bin/supervisord", "/usr/etc/supervisord.conf", "/usr/supervisord.conf")]
    [InlineData("supervisord", "etc/supervisord.conf", "supervisord.conf")]
    [InlineData("/bin/supervisord", "/etc/supervisord.conf", "/supervisord.conf")]
    public void The_directory_above_the_programs_own_comes_first(string program, string first, string second)
    {
        Assert.Equal([first, second, "supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf",
            "/etc/supervisor/supervisord.conf"], ConfigurationSearch.Candidates(program));
    }

    [Fact]
    public void When_there_is_none_all_paths_are_named()
    {
        Assert.Equal("No config file found at default paths (/n/a, b); use the -c option to specify a config file at a different path",
            ConfigurationSearch.NotFound(["/n/a", "b"]));
    }
}
