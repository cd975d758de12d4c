using Reeve.Core.Configuration;
using Reeve.Linux;

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

    /// <summary>What <see cref="ConfigFile"/> said when it was read the only time that it can be; null: it is read whenever
    /// it is needed.</summary>
    public byte[]? Content { get; init; }

    /// <summary>Keeper and visor find the content on their standard input.</summary>
    public bool ContentIsInput { get; init; }

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

    /// <summary>The same as arguments; what is no UTF-8 is spelled out, as the runtime has lost it by the time that it hands
    /// arguments over.</summary>
    public IEnumerable<string> ToArguments() => Words().Select(NativeText.Escape);

    private IEnumerable<string> Words()
    {
        if (ConfigFile is not null)
            yield return $"--config={ConfigFile}";
        foreach (var (key, value) in Overrides)
            yield return $"--set={key}={value}";
        if (ContentIsInput)
            yield return "--config-is-input";
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
            var (key, value) = Cut(NativeText.Unescape(argument));
            switch (key)
            {
                case "--config":
                    plan = plan with { ConfigFile = value };
                    break;
                case "--config-is-input":
                    plan = plan with { ContentIsInput = true };
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
        : ConfigurationReader.Read(ConfigFile, new(Overrides), Content is null ? source : new GivenFile(source, Content));

    private static (string Key, string Value) Cut(string text)
    {
        var at = text.IndexOf('=');
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }
}
