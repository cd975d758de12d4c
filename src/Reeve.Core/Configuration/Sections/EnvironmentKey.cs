using Reeve.Core.Configuration.Values;

namespace Reeve.Core.Configuration.Sections;

/// <summary>The key <c>environment</c> of [supervisord] and of programs.</summary>
static class EnvironmentKey
{
    /// <summary>Reads the expanded text; nothing when it is refused.</summary>
    public static IReadOnlyDictionary<string, string> Parse(SectionReader reader, string text)
    {
        if (!EnvironmentText.TryParse(text, out var variables, out var suspicious, out var error))
        {
            reader.Error("environment",
                $"cannot read environment {error.Where}: expected {EnvironmentError.Expected}. "
                    + $"Write environment={EnvironmentError.Example}.",
                error.SupervisorText, error.TextForStarter);
            return new Dictionary<string, string>();
        }

        if (suspicious is not null)
        {
            reader.Warn("environment", $"the text after the value of {Quoted.Short(suspicious)} is lost. "
                + "Put the value in double quotes, and a comma between variables.");
        }

        return variables;
    }
}
