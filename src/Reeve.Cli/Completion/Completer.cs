using Reeve.Cli.Commands;
using Reeve.Cli.Output;
using Reeve.Client;

namespace Reeve.Cli.Completion;

/// <summary>
/// <c>reeve __complete WORD...</c>: what the last of the words can become, one candidate a line, a tab and its
/// description behind it. The line <c>:files</c> asks the shell for paths. It never fails and never says why: errors in
/// the middle of a line being typed help nobody.
/// </summary>
internal static class Completer
{
    static readonly string[] Signals =
        ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP", "WINCH", "ALRM", "ABRT", "TSTP"];

    public static async Task<int> RunAsync(Invocation run)
    {
        var words = run.Names;
        var current = words.Count > 0 ? words[^1] : "";
        var before = words.Take(words.Count - 1).ToList();
        var (command, arguments, pending, optionsEnded) = Scan(before);
        // A value in the same word; all of the word is what the candidates replace.
        var equals = current.StartsWith("--", StringComparison.Ordinal) && !optionsEnded ? current.IndexOf('=') : -1;
        if (pending is not null)
            await WriteAsync(run, pending.Completion, current, before, 0).ConfigureAwait(false);
        else if (equals >= 0)
            await WriteAsync(run, Find(command, current)?.Completion ?? Words.None, current, before, 0, current[..(equals + 1)])
                .ConfigureAwait(false);
        else if (current.StartsWith('-') && !optionsEnded)
            WriteOptions(run, command, current);
        else if (command is null)
            await WriteAsync(run, Words.Commands, current, before, 0).ConfigureAwait(false);
        else if (arguments < command.Most)
            await WriteAsync(run, command.Completion, current, before, arguments).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>The command, how many arguments it has so far, and the option whose value is being typed.</summary>
    static (Command? Command, int Arguments, Option? Pending, bool OptionsEnded) Scan(List<string> words)
    {
        Command? command = null;
        var arguments = 0;
        Option? pending = null;
        var ended = false;
        foreach (var word in words)
        {
            if (pending is not null)
                pending = null;
            else if (word == "--" && !ended)
                ended = true;
            else if (word.StartsWith('-') && !ended)
                pending = Find(command, word) is { Value: not null } option && TakesNext(word, option) ? option : null;
            else if (command is null)
                command = CommandTable.Find(word);
            else
                arguments++;
        }
        return (command, arguments, pending, ended);
    }

    static Option? Find(Command? command, string word)
    {
        var options = (command?.Options ?? []).Concat(CommandTable.GlobalOptions);
        return word.StartsWith("--", StringComparison.Ordinal)
            ? options.FirstOrDefault(o => o.Long == word[2..].Split('=')[0])
            // Of letters written together only the last can have a value in the next word.
            : options.FirstOrDefault(o => o.Short == word[^1]);
    }

    static bool TakesNext(string word, Option option) => word.StartsWith("--", StringComparison.Ordinal)
        ? !word.Contains('=')
        : word[^1] == option.Short;

    static void WriteOptions(Invocation run, Command? command, string current)
    {
        foreach (var option in (command?.Options ?? []).Concat(CommandTable.GlobalOptions))
            Offer(run, current, "--" + option.Long, option.Summary);
    }

    static async Task WriteAsync(
        Invocation run, Words words, string current, List<string> before, int arguments, string head = "")
    {
        switch (words)
        {
            case Words.Commands:
                foreach (var command in CommandTable.All.Where(c => !c.Hidden))
                    Offer(run, current, command.Name, command.Summary);
                break;
            case Words.Files:
                run.Out.WriteLine(":files");
                break;
            case Words.SignalThenProcesses when arguments == 0:
                OfferAll(run, current, Signals, head);
                break;
            case Words.Processes or Words.SignalThenProcesses or Words.Groups:
                await WriteNamesAsync(run, words, current, before).ConfigureAwait(false);
                break;
            case Words.Events:
                OfferAll(run, current, EventTypes.All, head);
                break;
            case Words.Shells:
                OfferAll(run, current, ["bash", "zsh", "fish"], head);
                break;
            case Words.When:
                OfferAll(run, current, ["auto", "always", "never"], head);
                break;
            case Words.Levels:
                OfferAll(run, current, ["critical", "error", "warn", "info", "debug", "trace", "blather"], head);
                break;
        }
    }

    static async Task WriteNamesAsync(Invocation run, Words words, string current, List<string> before)
    {
        try
        {
            // The options on the line say which daemon is meant.
            using var asked = new Invocation(run.Host, Arguments.ParseForCompletion(before), run.Out, run.Error);
            var client = asked.Connect();
            var processes = await client.GetProcessesAsync(null, default).ConfigureAwait(false);
            foreach (var group in processes.Select(p => p.Group).Distinct())
            {
                if (words == Words.Groups)
                    Offer(run, current, group, "group");
                else if (processes.Any(p => p.Group == group && p.Name != group))
                    Offer(run, current, group + ":*", "group");
            }
            if (words == Words.Groups)
                return;
            foreach (var process in processes)
                Offer(run, current, process.Name, process.State);
            Offer(run, current, "all", "every process");
        }
        catch (Exception e) when (e is ReeveException or UsageException or CommandException)
        {
            // Without a daemon there are no names to offer.
        }
    }

    /// <summary>Offers candidates, each behind <paramref name="head"/>, the part of the word that stays.</summary>
    static void OfferAll(Invocation run, string current, string[] candidates, string head)
    {
        foreach (var candidate in candidates)
            Offer(run, current, head + candidate, "");
    }

    static void Offer(Invocation run, string current, string candidate, string description)
    {
        if (!candidate.StartsWith(current, StringComparison.Ordinal))
            return;
        var end = description.Length == 0 ? "" : "\t" + Style.Clean(description);
        run.Out.WriteLine(Style.Clean(candidate) + end);
    }
}
