using Reeve.Cli.Shell;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>What the tabulator key completes in the shell: commands, groups, processes.</summary>
sealed class ControlCompletion(ControlSession session, IReadOnlyList<ControlCommand> commands)
{
    List<ProcessInfo>? _processes;

    /// <summary>A command may have changed what is there.</summary>
    public void Forget() => _processes = null;

    /// <summary>Candidates for the word that ends at the cursor.</summary>
    /// <param name="line">The line as far as the cursor.</param>
    public WordCompletion Complete(string line)
    {
        var start = line.LastIndexOfAny([' ', '\t']) + 1;
        var word = line[start..];
        var kind = string.IsNullOrWhiteSpace(line[..start])
            ? ArgumentKind.Commands
            : KindOf(ControlCommand.Words(line)[0]);
        IEnumerable<string> names = kind switch
        {
            ArgumentKind.Commands => commands.Select(c => c.Name).Append("help"),
            ArgumentKind.Groups => Processes().Select(p => p.Name.Group),
            ArgumentKind.Processes => Processes().SelectMany(p => Spellings(p.Name, word)),
            _ => [],
        };
        return new(start, [.. names.Where(n => n.StartsWith(word, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)]);
    }

    ArgumentKind KindOf(string command) => command == "help"
        ? ArgumentKind.Commands
        : commands.FirstOrDefault(c => c.Name == command)?.Arguments ?? ArgumentKind.None;

    static IEnumerable<string> Spellings(Namespec name, string word) => word.Contains(':') || name.Group != name.Process
        ? [$"{name.Group}:{name.Process}", $"{name.Group}:*"]
        : [name.Group];

    List<ProcessInfo> Processes()
    {
        if (_processes is not null)
            return _processes;
        try
        {
            _processes = ProcessInfo.ReadAll(session.Call("getAllProcessInfo"));
        }
        catch (Exception e) when (e is IOException or FormatException or FaultException or ControlException
            or OperationCanceledException)
        {
            // A key that completes nothing says enough; the next command tells why.
            _processes = [];
        }
        return _processes;
    }
}
