using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class SupervisorCtlTests
{
    static SupervisorCtlResult Read(string text) =>
        ConfigurationReader.ReadSupervisorCtl(Conf.File, new FakeSource().With(Conf.File, text));

    [Fact]
    public void An_empty_section_has_the_documented_defaults()
    {
        Assert.Equal(new SupervisorCtlOptions("http://localhost:9001", null, null, "supervisor", null),
            Read("[supervisorctl]\n").Options);
    }

    [Fact]
    public void Every_key_is_read()
    {
        Assert.Equal(new SupervisorCtlOptions("unix:///etc/s.sock", "u", "p%", "me", "/home/me/h"), Read("""
            [supervisorctl]
            serverurl=unix://%(here)s/s.sock
            username=u
            password=p%%
            prompt=me
            history_file=~/h
            """).Options);
    }

    [Theory]
    [InlineData("unix://~/x", "unix:///home/me/x")]
    [InlineData("unix://x", "unix:///cwd/x")]
    [InlineData("http://x:9/", "http://x:9/")]
    [InlineData("https://x", "https://x")]
    public void A_server_is_a_URL(string text, string url)
    {
        Assert.Equal(url, Read("[supervisorctl]\nserverurl=" + text).Options!.ServerUrl);
    }

    [Fact]
    public void A_file_without_the_section_is_refused()
    {
        var result = Read("[supervisord]\n");

        Assert.Null(result.Options);
        Assert.Equal(".ini file does not include supervisorctl section", Assert.Single(result.Problems).SupervisorText);
    }

    [Fact]
    public void Problems_of_other_sections_do_not_matter()
    {
        var result = Read("[supervisorctl]\nprompt=x\n[program:a]\nrubbish\nstartsecs=z\n%(");

        Assert.Equal("x", result.Options!.Prompt);
        Assert.Empty(result.Problems);
    }

    [Fact]
    public void Problems_of_the_section_are_reported()
    {
        var result = Read("[supervisorctl]\nprompt=%(here)s\nserverurl=foo\nrubbish\n");

        Assert.Null(result.Options);
        Assert.Equal([2, 3, 4], result.Problems.Select(problem => problem.Line));
        Assert.Equal("Format string '%(here)s' for 'supervisorctl.prompt' contains names ('here') which cannot be expanded. "
            + "Available names: ENV_HOME, ENV_SHELL", result.Problems[0].SupervisorText);
    }
}
