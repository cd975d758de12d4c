using System.Text;
using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class IniDialectTests
{
    const string Head = "[supervisord]\n[program:a]\ncommand=c\n";

    static string CommandOf(string keys) =>
        Assert.Single(Assert.Single(Conf.Good("[supervisord]\n[program:a]\n" + keys).Groups).Processes).Command;

    [Theory]
    [InlineData("command = v", "v")]
    [InlineData("command: v", "v")]
    [InlineData("COMMAND=v", "v")]
    [InlineData("command=w = x : y", "w = x : y")]
    [InlineData("command: w = x", "w = x")]
    [InlineData("command=v\r", "v")]
    [InlineData("command=", "")]
    [InlineData("command=\"q\"", "\"q\"")]
    [InlineData("command=;x", ";x")]
    [InlineData("command= ;x", "")]
    [InlineData("command=a;b a#b", "a;b a#b")]
    [InlineData("command=bash -c 'a ; b'", "bash -c 'a")]
    [InlineData("command=bash -c 'a # b'", "bash -c 'a")]
    [InlineData("command=a\t;b", "a")]
    [InlineData("command=v\n  more", "v\nmore")]
    [InlineData("command=\n  v", "\nv")]
    [InlineData("command=v\n  [b]\n  x=y", "v\n[b]\nx=y")]
    [InlineData("command=v\n\n\n  more\n\n", "v\n\n\nmore")]
    [InlineData("command=v\n# c\n  m ; c\n  ; c2\n  n", "v\nm\nn")]
    [InlineData("command=v\n\n  \n # x\n\n  w", "v\n\n\n\nw")]
    [InlineData("  command=v\n umask=022\n  ", "v")]
    [InlineData("command=v\ncommand=w", "w")]
    [InlineData("command=v\n[program:b]\ncommand=x\nautostart=1\n[program:a]\ncommand=w\n[program:b]\n[group:g]\nprograms=b\n[include]\nfiles=\n[supervisord]\n[group:g]\nprograms=", "w")]
    public void A_value_is_read_as_Supervisor_reads_it(string keys, string command)
    {
        var groups = Conf.Good("[supervisord]\n[program:a]\n" + keys).Groups;

        Assert.Equal(command, groups.Single(group => group.Name == "a").Processes[0].Command);
    }

    [Theory]
    [InlineData("[program:a] ; comment\ncommand=v", "a")]
    [InlineData("  [program:a]rest\n  command=v", "a")]
    [InlineData("[program:a]b]\ncommand=v", "a]b")]
    [InlineData("\n; c\n \n#c\n[program:a]\ncommand=v", "a")]
    public void A_header_is_what_stands_between_the_first_and_the_last_bracket(string text, string name)
    {
        Assert.Equal(name, Assert.Single(Conf.Good(text + "\n[supervisord]").Groups).Name);
    }

    [Fact]
    public void Lines_may_end_in_CR_LF_or_CR_alone()
    {
        Assert.Equal("v\nw", CommandOf("command=v\r\n  w\r\numask=022\r\n"));
        Assert.Equal("v", CommandOf("command=v\rumask=022\r"));
    }

    [Fact]
    public void DEFAULT_gives_keys_to_every_section_that_does_not_set_them()
    {
        var groups = Conf.Good("""
            [supervisord]
            [DEFAULT]
            command=x
            startsecs=7
            [program:a]
            [program:b]
            startsecs=8
            """).Groups;

        Assert.Equal([7.0, 8.0], groups.Select(group => group.Processes[0].StartSeconds.TotalSeconds));
        Assert.All(groups, group => Assert.Equal("x", group.Processes[0].Command));
    }

    [Fact]
    public void Lines_that_cannot_be_read_are_all_reported_and_the_others_still_count()
    {
        var errors = Conf.Errors("[supervisord]\nfoo\nbar\n=x\n[program:a]\ncommand=c\nstartsecs=x\n[program\n");

        Assert.Equal([2, 3, 4, 7, 8], errors.Select(error => error.Line));
        Assert.Equal("Source contains parsing errors: '/etc/s.conf'\n\t[line  2]: 'foo\\n'\n\t[line  3]: 'bar\\n'\n\t[line  4]: '=x\\n'"
            + "\n\t[line  8]: '[program\\n'", errors[0].SupervisorText);
        Assert.Equal("/etc/s.conf:2: [supervisord] cannot read 'foo': expected key=value or [section]. "
            + "Write key=value; indent the line if it continues the value above.", errors[0].ToString());
        Assert.Contains("Close the section header", errors[4].Text);
    }

    [Fact]
    public void A_line_before_the_first_header_is_an_error()
    {
        var error = Conf.Error("x\n[supervisord]\n");

        Assert.Equal("File contains no section headers.\nfile: '/etc/s.conf', line: 1\n'x\\n'", error.SupervisorText);
    }

    [Fact]
    public void Lines_before_the_first_header_are_told_of_once_and_the_rest_is_read()
    {
        var errors = Conf.Errors("x=1\n  more\ny=2\nz\n[supervisord]\nloglevel=foo\n[program:a]\ncommand=c\nstartsecs=x\n");

        Assert.Equal([1, 6, 9], errors.Select(error => error.Line));
        Assert.Equal("cannot place 'x=1': expected a section header first. Write [supervisord] above it.", errors[0].Text);
    }

    [Fact]
    public void A_first_header_without_its_bracket_is_told_as_that()
    {
        Assert.Contains("Close the section header with ']'.", Conf.Errors("[supervisord\nloglevel=info\n")[1].Text);
    }

    [Fact]
    public void A_header_without_its_bracket_that_becomes_a_key_is_warned_of()
    {
        Assert.Contains(Conf.Warnings(Head + "[program:b\nautostart=true\n"),
            warning => warning.Line == 4 && warning.Text.Contains("expected ']'"));
    }

    [Fact]
    public void A_key_that_is_set_twice_in_one_file_is_warned_of()
    {
        var warning = Assert.Single(Conf.Warnings(Head + "umask=022\ncommand=d\n"));

        Assert.Equal(("command is set again; the value of line 3 is lost. Remove one of them.", 5),
            (warning.Text, warning.Line));
    }

    [Theory]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'[' }, 1, "byte-order mark")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'[', 0 }, 1, "UTF-16")]
    [InlineData(new byte[] { (byte)'\n', (byte)'\n', 0 }, 3, "is NUL")]
    [InlineData(new byte[] { (byte)'\n', (byte)'a', 0xE9, (byte)'b' }, 2, "byte 3 (0xe9) is not UTF-8")]
    public void A_file_that_is_not_plain_UTF8_is_refused_at_its_line(byte[] bytes, int line, string text)
    {
        var source = new FakeSource().With("/etc/x.conf", bytes);
        var error = Assert.Single(ConfigurationReader.Read("/etc/x.conf", ConfigurationOverrides.None,
            source).Problems);

        Assert.Equal((ProblemSeverity.Error, line), (error.Severity, error.Line));
        Assert.Contains(text, error.Text);
    }

    [Fact]
    public void A_file_above_16_MiB_is_refused()
    {
        var source = new FakeSource().With("/etc/x.conf", new byte[16 * 1024 * 1024 + 1]);
        var error = Assert.Single(ConfigurationReader.Read("/etc/x.conf", ConfigurationOverrides.None,
            source).Problems);

        Assert.Contains("16777217 bytes", error.Text);
    }

    [Fact]
    public void Not_more_problems_are_reported_than_anybody_reads()
    {
        var text = new StringBuilder("[supervisord]\n");
        for (var i = 0; i < 100_000; i++)
            text.Append($"rubbish {i}\nunknown{i}=1\n");
        var problems = Conf.Read(text.ToString()).Problems;

        Assert.InRange(problems.Count, 200, 500);
        Assert.Contains(problems, problem => problem.Text.Contains("more errors"));
    }

    [Fact]
    public void A_missing_or_unreadable_file_is_an_error_with_Supervisors_text()
    {
        var source = new FakeSource();
        Assert.Equal("could not find config file /no", SupervisorTextOf("/no"));
        source.Unreadable.Add("/secret");
        Assert.Equal("could not read config file /secret", SupervisorTextOf("/secret"));

        string? SupervisorTextOf(string file) =>
            Assert.Single(ConfigurationReader.Read(file, ConfigurationOverrides.None, source).Problems).SupervisorText;
    }
}
