namespace Reeve.Core.Tests.Configuration;

/// <summary>What stands in the main log, or is told to clients, has no part of a value that may be a secret.</summary>
public class SecretTests
{
    const string Head = "[supervisord]\n", Server = "[unix_http_server]\nfile=/tmp/s\nusername=u\n",
        Program = "[program:a]\ncommand=x\n";

    [Theory]
    [InlineData(Head + Server + "password=s3cret%\n", "the percent sign at character 7 begins nothing that is known")]
    [InlineData(Head + Server + "password=%s3cret\n", "the percent sign at character 1 begins nothing that is known")]
    [InlineData(Head + Server + "password=%%%(s3cret!)x\n", "the percent sign at character 3 begins nothing that is known")]
    [InlineData(Head + "[inet_http_server]\nport=127.0.0.1:1\nusername=u\npassword=s3cret%\n", "the percent sign at")]
    [InlineData(Head + "[rpcinterface:x]\nsupervisor.rpcinterface_factory=a:b\ntoken=s3cret%\n", "the percent sign at")]
    [InlineData(Head + "environment=TOKEN=s3cret%\n", "the percent sign at")]
    [InlineData(Head + "environment=TOKEN=s3cret@x\n", "cannot read environment after 'TOKEN': expected")]
    [InlineData(Head + Program + "environment=TOKEN=s3cret%\n", "the percent sign at")]
    [InlineData(Head + Program + "environment=A=1,TOKEN=s3cret@x\n", "cannot read environment after 'TOKEN': expected")]
    [InlineData(Head + Program + "environment=TOKEN=x@s3cret=t@y\n", "cannot read environment after 'TOKEN': expected")]
    [InlineData(Head + Program + "environment=s3cret\n", "cannot read environment at its beginning: expected")]
    [InlineData(Head + Program + "environment=TOKEN='s3cret\n", "cannot read environment with a quote that is not closed: expected")]
    public void A_wrong_value_is_told_by_its_place(string text, string told)
    {
        var error = Conf.Error(text);

        Assert.Contains(told, error.Text);
        Assert.DoesNotContain("s3cret", error.ToString());
        Assert.DoesNotContain("s3cret", error.SupervisorText ?? "");
    }

    [Fact]
    public void A_variable_that_is_not_set_is_named_all_the_same()
    {
        var error = Conf.Error(Head + Server + "password=%(ENV_DB_PASSWORD)s\n");

        Assert.Contains("the environment variable 'DB_PASSWORD' is not set", error.Text);
        Assert.StartsWith("Format string '…' for 'unix_http_server.password' contains names ('ENV_DB_PASSWORD') which cannot",
            error.SupervisorText);
    }

    [Fact]
    public void Whoever_starts_the_daemon_sees_the_environment_in_Supervisors_text()
    {
        var error = Conf.Error(Head + Program + "environment=TOKEN=s3cret@x\n");

        Assert.Equal("Unexpected end of key/value pairs in value 'TOKEN=s3cret@x' in section 'program:a' (file: '/etc/s.conf')",
            error.TextForStarter);
        Assert.Equal("Unexpected end of key/value pairs in value '…' in section 'program:a' (file: '/etc/s.conf')",
            error.SupervisorText);
    }
}
