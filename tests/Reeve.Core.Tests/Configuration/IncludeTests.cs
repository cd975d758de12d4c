using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class IncludeTests
{
    const string Main = "[supervisord]\n[include]\nfiles=conf.d/*.conf\n";

    [Fact]
    public void Files_are_read_in_order_of_name_and_the_last_value_counts()
    {
        var source = new FakeSource()
            .With("/etc/conf.d/b.conf", "[program:a]\ncommand=b\n[program:z]\ncommand=z\n")
            .With("/etc/conf.d/a.conf", "[program:a]\ncommand=a\nstartsecs=5\n");
        var result = Conf.Read(Main, source);

        var program = result.Configuration!.Groups[0].Processes[0];
        Assert.Equal(("b", 5.0), (program.Command, program.StartSeconds.TotalSeconds));
        Assert.Equal(["a", "z"], result.Configuration.Groups.Select(group => group.Name));
        Assert.Equal(["Included extra file \"/etc/conf.d/a.conf\" during parsing",
            "Included extra file \"/etc/conf.d/b.conf\" during parsing"],
                result.Problems.Select(problem => problem.SupervisorText));
        Assert.All(result.Problems, problem => Assert.Equal(ProblemSeverity.Information, problem.Severity));
    }

    [Fact]
    public void Here_is_the_directory_of_the_file_where_the_key_stands()
    {
        var source = new FakeSource().With("/etc/conf.d/a.conf", "[program:a]\ncommand=%(here)s\n");
        var groups = Conf.Good(Main + "[program:b]\ncommand=%(here)s\n[program:a]\ndirectory=%(here)s\n",
            source).Groups;

        Assert.Equal(("/etc/conf.d", "/etc"), (groups[0].Processes[0].Command, groups[0].Processes[0].Directory));
        Assert.Equal("/etc", groups[1].Processes[0].Command);
    }

    [Fact]
    public void With_an_include_here_can_be_used_in_every_key()
    {
        const string Server = "[inet_http_server]\nport=127.0.0.1:9001\nusername=u\npassword=%(here)s\n";

        Assert.Equal("/etc", Conf.Good(Main + Server).Servers[0].Credentials!.Password);
        Assert.Contains("contains names ('here')", Conf.Error("[supervisord]\n" + Server).SupervisorText);
    }

    [Fact]
    public void A_pattern_without_a_file_is_a_warning()
    {
        var warning = Assert.Single(Conf.Warnings("[supervisord]\n[include]\nfiles = %(here)s/no/*.ini\n"));

        Assert.Equal(("No file matches via include \"/etc/no/*.ini\"", 3), (warning.SupervisorText, warning.Line));
    }

    [Fact]
    public void An_include_without_files_is_an_error()
    {
        Assert.Equal(".ini file has [include] section, but no files setting",
            Conf.Error("[supervisord]\n[include]\n").SupervisorText);
    }

    [Fact]
    public void An_error_in_an_included_file_names_that_file()
    {
        var source = new FakeSource().With("/etc/conf.d/a.conf", "[program:b]\ncommand=x\nstartsecs=z\n");
        var error = Conf.Error(Main, source);

        Assert.Equal(("/etc/conf.d/a.conf", 3), (error.File, error.Line));
        Assert.Equal("invalid literal for int() with base 10: 'z' in section 'program:b' (file: '/etc/conf.d/a.conf')",
            error.SupervisorText);
    }

    [Fact]
    public void Problems_come_in_the_order_of_files_and_lines()
    {
        var source = new FakeSource().With("/etc/conf.d/a.conf", "[program:b]\nstartsecs=z\nbogus=1\n");
        var problems = Conf.Read(Main + "[program:a]\nstartsecs=y\nmisspelt=1\n", source).Problems;

        Assert.Equal(problems.OrderBy(p => p.File == "/etc/s.conf" ? 0 : 1).ThenBy(p => p.Line), problems);
        Assert.Equal(7, problems.Count);
    }

    [Fact]
    public void Many_included_files_do_not_hide_what_is_wrong_with_them()
    {
        var source = new FakeSource();
        for (var i = 0; i < 300; i++)
            source.With($"/etc/conf.d/{i:d3}.conf", $"[program:p{i}]\ncommand=x\n");
        source.With("/etc/conf.d/999.conf", "[program:z]\ncommand=x\nbogus=1\n");
        var problems = Conf.Read(Main, source).Problems;

        Assert.Equal(["the key 'bogus' is not known here and has no effect. Remove it."],
            problems.Where(p => p.Severity == ProblemSeverity.Warning).Select(p => p.Text));
        Assert.Equal("101 more remarks are not shown.",
            problems.Last(p => p.Severity == ProblemSeverity.Information).Text);
    }

    [Fact]
    public void An_include_in_an_included_file_has_no_effect_and_is_warned_of()
    {
        var source = new FakeSource()
            .With("/etc/conf.d/a.conf", "[include]\nfiles=/etc/other.conf\n")
            .With("/etc/other.conf", "[program:b]\ncommand=x\n");
        var result = Conf.Read(Main, source);

        Assert.Empty(result.Configuration!.Groups);
        Assert.Contains(result.Problems, problem =>
            problem is { Severity: ProblemSeverity.Warning, File: "/etc/conf.d/a.conf", Line: 2 });
    }

    [Fact]
    public void An_included_file_that_may_not_be_read_is_left_out_with_a_warning()
    {
        var source = new FakeSource().With("/etc/conf.d/a.conf", "[program:b]\ncommand=x\n");
        source.Unreadable.Add("/etc/conf.d/a.conf");
        var result = Conf.Read(Main, source);

        Assert.Empty(result.Configuration!.Groups);
        Assert.Contains(result.Problems, problem =>
            problem is { Severity: ProblemSeverity.Warning, File: "/etc/conf.d/a.conf" });
    }

    [Fact]
    public void A_pipe_is_not_included_and_the_reason_is_told()
    {
        var source = new FakeSource().With("/etc/conf.d/a.conf", "[program:b]\ncommand=x\n");
        source.Pipes.Add("/etc/conf.d/a.conf");
        var result = Conf.Read(Main, source);

        Assert.Empty(result.Configuration!.Groups);
        Assert.Contains("cannot read the included file: it is a pipe. It is left out.", result.Problems.Select(p => p.Text));
    }

    [Fact]
    public void A_file_that_includes_itself_is_read_once()
    {
        Assert.Single(Conf.Good("[supervisord]\n[include]\nfiles=*.conf\n[program:a]\ncommand=x\n").Groups);
    }
}
