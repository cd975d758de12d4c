using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

/// <summary>Supervisor stops at the first error in the order in which it reads, wherever that stands in the file.</summary>
public class FirstErrorTests
{
    const string BadServer = "[inet_http_server]\nport=abc\n", BadProgram = "[program:a]\ncommand=x\nstartsecs=soon\n",
        BadInterface = "[rpcinterface:x]\n", BadUser = "[supervisord]\nuser=nosuch\n",
        BadDaemon = "[supervisord]\nloglevel=warning\n", Good = "[supervisord]\n", BadLine = "[supervisord]\nrubbish\n";

    [Theory]
    [InlineData(BadUser + BadServer, "not a valid port number: 'abc' ")]
    [InlineData(BadServer + BadProgram + Good, "invalid literal for int() with base 10: 'soon' in section 'program:a' (file: '/etc/s.conf')")]
    [InlineData(BadProgram + BadInterface + Good, "section [rpcinterface:x] does not specify a supervisor.rpcinterface_factory")]
    [InlineData(BadInterface + BadDaemon, "bad logging level name 'warning'")]
    [InlineData(BadProgram + "[unix_http_server]\n", ".ini file does not include supervisord section")]
    [InlineData("x\n" + BadProgram, "File contains no section headers.\nfile: '/etc/s.conf', line: 1\n'x\\n'")]
    [InlineData(BadDaemon + BadLine, "Source contains parsing errors: '/etc/s.conf'\n\t[line  4]: 'rubbish\\n'")]
    public void The_first_error_is_the_one_that_Supervisor_meets_first(string text, string supervisorText)
    {
        var result = Conf.Read(text);

        Assert.True(result.Problems.Count(p => p.Severity == ProblemSeverity.Error) > 1);
        Assert.Equal(supervisorText, ConfigurationResult.FirstError(result.Problems)?.SupervisorText);
    }

    [Fact]
    public void Options_of_the_command_line_come_before_the_file()
    {
        var overrides = new ConfigurationOverrides(new Dictionary<string, string> { ["umask"] = "9" });
        var result = Conf.Read(BadLine + BadDaemon, null, overrides);

        Assert.Equal("invalid value for -m '9': 9 can not be converted to an octal type",
            ConfigurationResult.FirstError(result.Problems)?.SupervisorText);
    }

    [Fact]
    public void A_file_without_errors_has_no_first_one() =>
        Assert.Null(ConfigurationResult.FirstError(Conf.Read(Good + "bogus=1\n").Problems));
}
