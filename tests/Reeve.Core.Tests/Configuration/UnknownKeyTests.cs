using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class UnknownKeyTests
{
    [Theory]
    [InlineData("[program:a]\ncommand=x\nautorestrat=true\n", "the key 'autorestrat' is not known here and has no effect. Write autorestart, or remove it.")]
    [InlineData("[program:a]\ncommand=x\nstdout_log_file=x\n", "the key 'stdout_log_file' is not known here and has no effect. Write stdout_logfile, or remove it.")]
    [InlineData("[program:a]\ncommand=x\nsomething_else=true\n", "the key 'something_else' is not known here and has no effect. Remove it.")]
    [InlineData("[DEFAULT]\n\ncomand=x\n", "the key 'comand' is not known here and has no effect. Write command, or remove it.")]
    public void An_unknown_key_is_warned_of_with_the_nearest_one(string text, string warning)
    {
        var found = Assert.Single(Conf.Warnings("[supervisord]\n" + text));

        Assert.Equal((warning, 4), (found.Text, found.Line));
    }

    [Theory]
    [InlineData("[progam:a]", "Write [program:a].")]
    [InlineData("[program]", "Write [program:NAME].")]
    [InlineData("[ program:x ]", "Write [program:x], without blanks.")]
    [InlineData("[Supervisorctl]", "Write [supervisorctl].")]
    [InlineData("[mysqld_safe]", "Remove it if no other program reads this file.")]
    public void An_unknown_section_is_warned_of_with_the_nearest_one(string header, string mend)
    {
        var found = Assert.Single(Conf.Warnings($"[supervisord]\n{header}\ncommand=x\n"));

        Assert.Equal(("this section is not known and has no effect. " + mend, 2), (found.Text, found.Line));
    }

    [Fact]
    public void Every_known_key_is_known_to_the_reader()
    {
        foreach (var section in KnownKeys.Sections)
        {
            var text = $"[{section.Name}{(section.IsNamed ? ":x" : "")}]\n"
                + string.Concat(section.Keys.Select(key => $"{key.Name} = {key.Default}\n"));

            Assert.DoesNotContain(Conf.Warnings("[supervisord]\n" + text), warning =>
                warning.Text.Contains("not known"));
            Assert.Same(section, KnownKeys.Find(section.Name + (section.IsNamed ? ":x" : "")));
        }
    }

    [Fact]
    public void The_defaults_of_the_table_are_those_of_the_reader()
    {
        var lines = KnownKeys.Sections.Single(section => section.Name == "program").Keys
            .Where(key => key.Default.Length > 0).Select(key => $"{key.Name}={key.Default}\n");
        var written = Conf.Program(string.Concat(lines));
        var silent = Conf.Program("");

        Assert.Equal(silent, written with { ExitCodes = silent.ExitCodes, Environment = silent.Environment });
        Assert.Equal(silent.ExitCodes, written.ExitCodes);
    }
}
