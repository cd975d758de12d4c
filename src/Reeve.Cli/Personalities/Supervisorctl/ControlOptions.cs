using Reeve.Core.Configuration;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>What a command line of <c>supervisorctl</c> and its file's <c>[supervisorctl]</c> come to.</summary>
sealed record ControlOptions
{
    static readonly GetOptOption[] s_options =
    [
        new("configuration", 'c', "configuration", true),
        new("help", 'h', "help", false),
        new("help", '?', null, false),
        new("interactive", 'i', "interactive", false),
        new("serverurl", 's', "serverurl", true),
        new("username", 'u', "username", true),
        new("password", 'p', "password", true),
        new("history", 'r', "history_file", true),
    ];

    /// <summary>Where the daemon is.</summary>
    public required string ServerUrl { get; init; }

    /// <summary>For Basic authentication; null: none is sent.</summary>
    public string? UserName { get; init; }

    /// <summary>Goes with <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Stands before the <c>&gt;</c> of the prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>Where the shell keeps its lines; null: nowhere.</summary>
    public string? HistoryFile { get; init; }

    /// <summary>Whether to ask back: before reload and shutdown, and for a password.</summary>
    public bool Interactive { get; init; }

    /// <summary>The action and its arguments; none: the shell.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <returns>Null: help was printed and there is nothing left to do.</returns>
    /// <exception cref="UsageException">The command line or the file cannot be used.</exception>
    public static ControlOptions? Read(string[] args, PersonalityConsole console, CliHost host)
    {
        var (given, words) = GetOpt.Parse(args, s_options);
        Dictionary<string, string> values = [];
        foreach (var option in given)
        {
            if (option.Key == "help")
            {
                console.Write(UsageText.Replace("%s", console.ProgramName, StringComparison.Ordinal));
                return null;
            }
            if (option.Key == "serverurl" && !LooksLikeUrl(option.Value))
            {
                throw new UsageException($"invalid value for {option.Spelling} {PythonText.Quote(option.Value)}: "
                    + $"value {PythonText.Quote(option.Value)} is not a URL");
            }
            if (!values.TryAdd(option.Key, option.Value))
                throw new UsageException($"conflicting command line option {PythonText.Quote(option.Spelling)}");
        }
        var file = ReadFile(values, console, host);
        string? Value(string key) => values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
        return new()
        {
            ServerUrl = Value("serverurl") ?? file.ServerUrl,
            UserName = Value("username") ?? file.UserName,
            Password = Value("password") ?? file.Password,
            Prompt = Value("prompt") ?? file.Prompt,
            HistoryFile = Value("history") ?? file.HistoryFile,
            Interactive = values.ContainsKey("interactive") || words.Length == 0,
            Words = words,
        };
    }

    static SupervisorCtlOptions ReadFile(
        Dictionary<string, string> values, PersonalityConsole console, CliHost host)
    {
        var source = host.ConfigurationSource();
        var named = values.TryGetValue("configuration", out var file);
        if (file is { Length: > 0 })
            PersonalityFile.Require(file, source);
        else if (!named)
            file = PersonalityFile.FirstExisting(ConfigurationSearch.Candidates(console.ProgramName), source);
        if (string.IsNullOrEmpty(file))
            return new SupervisorCtlOptions();
        var result = ConfigurationReader.ReadSupervisorCtl(file, source);
        if (result.Options is { } options)
            return options;
        var problem = result.Problems.First(p => p.Severity == ProblemSeverity.Error);
        throw new UsageException(problem.SupervisorText ?? problem.ToString());
    }

    // Supervisor asks for a host or a path; whether the scheme is one it speaks, it sees when it connects.
    static bool LooksLikeUrl(string value)
    {
        var text = value.Trim();
        var separator = text.IndexOf(':');
        if (separator <= 0 || !char.IsAsciiLetter(text[0]))
            return false;
        var rest = text[(separator + 1)..];
        return rest.StartsWith("//", StringComparison.Ordinal) ? rest.Length > 2 : rest.Length > 0;
    }

    const string UsageText = """
        supervisorctl -- control applications run by supervisord from the cmd line.

        Usage: %s [options] [action [arguments]]

        Options:
        -c/--configuration FILENAME -- configuration file path (searches if not given)
        -h/--help -- print usage message and exit
        -i/--interactive -- start an interactive shell after executing commands
        -s/--serverurl URL -- URL on which supervisord server is listening
             (default "http://localhost:9001").
        -u/--username USERNAME -- username to use for authentication with server
        -p/--password PASSWORD -- password to use for authentication with server
        -r/--history-file -- keep a readline history (if readline is available)

        action [arguments] -- see below

        Actions are commands like "tail" or "stop".  If -i is specified or no action is
        specified on the command line, a "shell" interpreting actions typed
        interactively is started.  Use the action "help" to find out about available
        actions.


        """;
}
