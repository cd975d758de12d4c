using System.Text;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary><c>help</c>, and the words that end the shell.</summary>
static class HelpCommand
{
    const string Header = "default commands (type help <topic>):";

    /// <summary>The rows of the table of commands.</summary>
    public static readonly ControlCommand[] All =
    [
        new("exit", "exit\tExit the supervisor shell.\n", Leave) { EndsShell = true },
        new("quit", "quit\tExit the supervisor shell.\n", Leave) { EndsShell = true },
    ];

    /// <summary>Shows the list of topics, or the help of one.</summary>
    public static void Run(ControlSession session, string line, IReadOnlyList<ControlCommand> commands)
    {
        var topic = line.Trim();
        if (topic.Length == 0)
            ShowTopics(session, commands);
        else if (topic == "help")
            session.Console.Write("help\t\tPrint a list of available actions\nhelp <action>\tPrint help for <action>\n");
        else if (commands.FirstOrDefault(c => c.Name == topic) is { } command)
            session.Console.Write(command.Help);
        else
            session.Line($"*** No help on {topic}");
    }

    /// <summary>The end of the shell by its own word or by the end of the input: the prompt's line is closed.</summary>
    public static void Leave(ControlSession session, string line) => session.Line();

    static void ShowTopics(ControlSession session, IReadOnlyList<ControlCommand> commands)
    {
        var text = new StringBuilder().Append('\n').Append(Header).Append('\n').Append('=', Header.Length).Append('\n');
        Columns.Append(text, [.. commands.Select(c => c.Name).Order(StringComparer.Ordinal)], 79);
        session.Console.Write(text.Append('\n').ToString());
    }
}
