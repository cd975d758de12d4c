using Reeve.Core.Configuration;
using Reeve.Core.Processes;

namespace Reeve.Core.Tests.Configuration;

/// <summary>Reads texts as files of a <see cref="FakeSource"/>.</summary>
static class Conf
{
    public const string File = "/etc/s.conf";

    public static ConfigurationResult Read(string text, FakeSource? source = null,
        ConfigurationOverrides? overrides = null) =>
        ConfigurationReader.Read(File, overrides ?? ConfigurationOverrides.None,
            (source ?? new FakeSource()).With(File, text));

    /// <summary>Reads a text that must have no error.</summary>
    public static DaemonConfiguration Good(string text, FakeSource? source = null)
    {
        var result = Read(text, source);
        Assert.DoesNotContain(result.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.NotNull(result.Configuration);
        return result.Configuration;
    }

    /// <summary>The only process of [program:a] with some keys.</summary>
    public static ProcessOptions Program(string keys, FakeSource? source = null) =>
        Assert.Single(Assert.Single(Good($"[supervisord]\n[program:a]\ncommand=/bin/true\n{keys}\n",
            source).Groups).Processes);

    /// <summary>All errors, as Supervisor would say the first one.</summary>
    public static IReadOnlyList<ConfigurationProblem> Errors(string text, FakeSource? source = null)
    {
        var result = Read(text, source);
        Assert.Null(result.Configuration);
        return [.. result.Problems.Where(problem => problem.Severity == ProblemSeverity.Error)];
    }

    /// <summary>The only error of a text.</summary>
    public static ConfigurationProblem Error(string text, FakeSource? source = null) =>
        Assert.Single(Errors(text, source));

    public static IReadOnlyList<ConfigurationProblem> Warnings(string text, FakeSource? source = null) =>
        [.. Read(text, source).Problems.Where(problem => problem.Severity == ProblemSeverity.Warning)];
}
