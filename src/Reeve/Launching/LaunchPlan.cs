using Reeve.Core.Configuration;

namespace Reeve.Launching;

/// <summary>What the launcher decided, handed to keeper and visor on their command lines so that <c>ps</c> shows it too.</summary>
internal sealed record LaunchPlan
{
    /// <summary>First argument of the keeper.</summary>
    public const string KeeperWord = "@keeper";

    /// <summary>First argument of the visor.</summary>
    public const string VisorWord = "@visor";

    /// <summary>Configuration file, absolute; null: none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Options of the command line that win over the file.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Directory in which the daemon was launched.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>Stays in the foreground: the log is copied to stdout unless silent.</summary>
    public bool Foreground { get; init; }

    /// <summary>What the launcher did, for the main log.</summary>
    public IReadOnlyList<LaunchNote> Notes { get; init; } = [];

    /// <summary>Descriptor on which the launcher waits; -1: none.</summary>
    public int ReadyDescriptor { get; init; } = -1;

    /// <summary>The same as arguments.</summary>
    public IEnumerable<string> ToArguments()
    {
        if (ConfigFile is not null)
            yield return $"--config={ConfigFile}";
        foreach (var (key, value) in Overrides)
            yield return $"--set={key}={value}";
        yield return $"--base={BaseDirectory}";
        if (Foreground)
            yield return "--foreground";
        if (ReadyDescriptor >= 0)
            yield return $"--ready={ReadyDescriptor}";
        foreach (var note in Notes)
            yield return $"--note={note}";
    }

    /// <summary>Reads what <see cref="ToArguments"/> wrote.</summary>
    public static LaunchPlan Parse(IEnumerable<string> arguments)
    {
        var plan = new LaunchPlan { BaseDirectory = "/" };
        var overrides = new Dictionary<string, string>();
        var notes = new List<LaunchNote>();
        foreach (var argument in arguments)
        {
            var (key, value) = Cut(argument);
            switch (key)
            {
                case "--config":
                    plan = plan with { ConfigFile = value };
                    break;
                case "--set":
                    var (name, text) = Cut(value);
                    overrides[name] = text;
                    break;
                case "--base":
                    plan = plan with { BaseDirectory = value };
                    break;
                case "--foreground":
                    plan = plan with { Foreground = true };
                    break;
                case "--ready":
                    plan = plan with { ReadyDescriptor = int.Parse(value) };
                    break;
                case "--note":
                    notes.Add(LaunchNote.Parse(value));
                    break;
            }
        }
        return plan with { Overrides = overrides, Notes = notes };
    }

    /// <summary>The configuration as this plan reads it.</summary>
    public ConfigurationResult Read(IConfigurationSource source) => ConfigFile is null
        ? NoFile.Configuration(Overrides, source)
        : ConfigurationReader.Read(ConfigFile, new(Overrides), source);

    private static (string Key, string Value) Cut(string text)
    {
        var at = text.IndexOf('=');
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }
}
