using System.Globalization;

namespace Reeve.Cli.Commands;

/// <summary>A command line taken apart: the command, its options, its arguments.</summary>
internal sealed class Arguments
{
    readonly Dictionary<string, List<string>> _options = [];

    /// <summary>The command; null: none was named.</summary>
    public Command? Command { get; private set; }

    /// <summary>What is neither command nor option.</summary>
    public List<string> Positional { get; } = [];

    /// <summary>Whether a flag was given.</summary>
    public bool Has(string option) => _options.ContainsKey(option);

    /// <summary>Value of an option, the last where it was repeated; null: not given.</summary>
    public string? Value(string option) => _options.TryGetValue(option, out var values) ? values[^1] : null;

    /// <summary>All values of a repeatable option.</summary>
    public IReadOnlyList<string> Values(string option) => _options.TryGetValue(option, out var values) ? values : [];

    /// <summary>A whole number of an option; null: not given.</summary>
    /// <exception cref="UsageException">It is none from 0 to <paramref name="most"/>.</exception>
    public long? Number(string option, long most)
    {
        if (Value(option) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new UsageException($"--{option} takes a whole number from 0 to {most}, not '{text}'.");
    }

    /// <summary>
    /// Takes the words apart. Options may stand before and after the command and among its arguments.
    /// </summary>
    /// <exception cref="UsageException">A word is unknown; the text names the nearest.</exception>
    public static Arguments Parse(IReadOnlyList<string> words)
    {
        var parsed = new Arguments();
        try
        {
            for (var i = 0; i < words.Count; i++)
                parsed.Take(words, ref i);
            parsed.CheckCount();
            return parsed;
        }
        catch (UsageException e)
        {
            e.Command = parsed.Command;
            throw;
        }
    }

    /// <summary>As much as can be understood of words that are still being typed.</summary>
    public static Arguments ParseForCompletion(IReadOnlyList<string> words)
    {
        var parsed = new Arguments();
        try
        {
            for (var i = 0; i < words.Count; i++)
                parsed.Take(words, ref i);
        }
        catch (UsageException)
        {
            // What was understood before it may name the daemon already.
        }
        return parsed;
    }

    void Take(IReadOnlyList<string> words, ref int i)
    {
        var word = words[i];
        if (Command is { Raw: true })
        {
            Positional.Add(word);
        }
        else if (word == "--")
        {
            while (++i < words.Count)
                AddPlain(words[i]);
        }
        else if (word.StartsWith("--", StringComparison.Ordinal))
        {
            ParseLong(word, words, ref i);
        }
        else if (word.Length > 1 && word[0] == '-')
        {
            ParseShort(word, words, ref i);
        }
        else
        {
            AddPlain(word);
        }
    }

    void AddPlain(string word)
    {
        if (Command is not null)
            Positional.Add(word);
        else
            Command = CommandTable.Find(word) ?? throw UsageException.UnknownCommand(word);
    }

    void ParseLong(string word, IReadOnlyList<string> words, ref int i)
    {
        var equals = word.IndexOf('=');
        var name = equals < 0 ? word[2..] : word[2..equals];
        var option = Known().FirstOrDefault(o => o.Long == name) ?? throw UnknownOption("--" + name, name);
        if (option.Value is null && equals >= 0)
            throw new UsageException($"--{name} takes no value, but '{word}' gives it one.");
        Add(option, option.Value is null ? "" : equals >= 0 ? word[(equals + 1)..] : Next(option, words, ref i));
    }

    void ParseShort(string word, IReadOnlyList<string> words, ref int i)
    {
        if (char.IsAsciiDigit(word[1]) && Known().Any(o => o.Long == "lines"))
        {
            throw new UsageException(
                $"there is no option {word}. For the last {word[1..]} lines write -n {word[1..]}.");
        }
        for (var at = 1; at < word.Length; at++)
        {
            var letter = word[at];
            var option = Known().FirstOrDefault(o => o.Short == letter) ?? throw UnknownOption("-" + letter, null);
            if (option.Value is null)
            {
                Add(option, "");
                continue;
            }
            Add(option, at + 1 < word.Length ? word[(at + 1)..] : Next(option, words, ref i));
            return;
        }
    }

    static string Next(Option option, IReadOnlyList<string> words, ref int i) => i + 1 < words.Count
        ? words[++i]
        : throw new UsageException($"--{option.Long} needs a value: --{option.Long} {option.Value}.");

    void Add(Option option, string value)
    {
        if (_options.TryGetValue(option.Key, out var values))
            values.Add(value);
        else
            _options[option.Key] = [value];
    }

    IEnumerable<Option> Known() => (Command?.Options ?? []).Concat(CommandTable.GlobalOptions);

    void CheckCount()
    {
        if (Command is not { } command || Has("help"))
            return;
        if (Positional.Count < command.Least)
            throw new UsageException($"{command.Name} needs more. Write: reeve {command.Name} {command.Arguments}");
        if (Positional.Count > command.Most)
        {
            var surplus = string.Join(' ', Positional.Skip(command.Most));
            var synopsis = $"reeve {command.Name} {command.Arguments}".TrimEnd();
            throw new UsageException($"{command.Name} does not know what to do with '{surplus}'. Write: {synopsis}");
        }
    }

    UsageException UnknownOption(string option, string? name)
    {
        var of = Command is null ? "" : $" of {Command.Name}";
        var meant = name is null ? null : Selection.Nearest.To(name, Known().Select(o => o.Long));
        if (meant is null && Command is null && CommandTable.All.FirstOrDefault(
            c => c.Options.Any(o => o.Long == name || "-" + o.Short == option)) is { } owner)
        {
            return new($"there is no option {option} before the command. Write it after: reeve {owner.Name} {option}.");
        }
        return new($"there is no option {option}{of}." + (meant is null ? "" : $" Did you mean --{meant}?"));
    }
}
