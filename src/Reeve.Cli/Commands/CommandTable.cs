using Reeve.Cli.Completion;

namespace Reeve.Cli.Commands;

/// <summary>Every command, once: dispatch, help, completion and the guess at what was meant all read this.</summary>
internal static class CommandTable
{
    const string Processes = "Processes";
    const string Output = "Output";
    const string Daemon = "Daemon";
    const string Configuration = "Configuration";
    const string Help = "Help";

    const string NameForms = "NAME is a process, 'group:*' a group, 'all' everything; * and ? match parts of names.";

    static readonly Option NoWait = new(null, "no-wait", null, "return at once, not when it is done");
    static readonly Option Follow =
        new('f', "follow", null, "go on with what is appended, over restarts of the daemon");
    static readonly Option Lines = new('n', "lines", "LINES", "the last LINES lines (default 10)");
    static readonly Option Bytes = new('c', "bytes", "BYTES", "the last BYTES bytes instead of lines");

    /// <summary>Options that every command takes.</summary>
    public static readonly Option[] GlobalOptions =
    [
        new('e', "endpoint", "URL", "the daemon: unix:///path, http://host:port (ps: several)", Words.Files),
        new('c', "configuration", "FILE", "take the daemon from [supervisorctl] of FILE; up: run FILE", Words.Files),
        new('u', "user", "NAME[:PASSWORD]", "log in as; the password may be in $REEVE_PASSWORD") { Key = "login" },
        new(null, "json", null, "answer in JSON"),
        new(null, "color", "WHEN", "auto (default), always or never", Words.When),
        new('h', "help", null, "this text, or a command's"),
        new('V', "version", null, "version of this program"),
    ];

    /// <summary>In the order help lists them.</summary>
    public static readonly Command[] All =
    [
        new()
        {
            Name = "ps", Aliases = ["status"], Chapter = Processes,
            Arguments = "[NAME...]", Completion = Words.Processes,
            Summary = "what runs and what does not",
            Details = NameForms + "\nWith names the exit code is 3 unless every one of them is RUNNING.",
            Options = [new('w', "watch", null, "keep it up to date until Ctrl-C")],
            Examples =
            [
                ("ps", "everything"), ("ps 'web*'", "what begins with web"), ("ps -w", "as it changes"),
                ("ps api && echo up", "in a script"),
                ("-e unix:///run/a.sock -e http://b:9001 ps", "two daemons in one table"),
            ],
            Run = PsCommand.RunAsync,
        },
        new()
        {
            Name = "start", Arguments = "NAME...", Least = 1, Completion = Words.Processes, Chapter = Processes,
            Summary = "start processes and wait until they are RUNNING",
            Details = NameForms + "\nWhat is running already is left alone.",
            Options = [NoWait],
            Examples = [("start api", "one"), ("start web:* db", "a group and one more"), ("start all", "all")],
            Run = run => ActionCommand.RunAsync(run, ActionVerb.Start(Wait(run)), run.Names),
        },
        new()
        {
            Name = "stop", Arguments = "NAME...", Least = 1, Completion = Words.Processes, Chapter = Processes,
            Summary = "stop processes and wait until they have ended",
            Details = NameForms, Options = [NoWait],
            Examples = [("stop api", "one"), ("stop all", "all; the daemon stays")],
            Run = run => ActionCommand.RunAsync(run, ActionVerb.Stop(Wait(run)), run.Names),
        },
        new()
        {
            Name = "restart", Arguments = "NAME...", Least = 1, Completion = Words.Processes, Chapter = Processes,
            Summary = "stop what runs, then start",
            Details = NameForms, Options = [NoWait], Examples = [("restart 'web*'", "all whose names begin with web")],
            Run = run => ActionCommand.RunAsync(run, ActionVerb.Restart(Wait(run)), run.Names),
        },
        new()
        {
            Name = "signal", Chapter = Processes,
            Arguments = "SIGNAL NAME...", Least = 2, Completion = Words.SignalThenProcesses,
            Summary = "send a signal to processes",
            Details = "SIGNAL is a name (HUP, SIGHUP) or a number.\n" + NameForms,
            Examples = [("signal HUP nginx", "have it reread its configuration"), ("signal USR1 web:*", "to a group")],
            Run = run => ActionCommand.RunAsync(run, ActionVerb.Signal(run.Names[0]), run.Names.Skip(1).ToList()),
        },
        new()
        {
            Name = "info", Arguments = "[NAME...]", Completion = Words.Processes, Chapter = Processes,
            Summary = "all that is known of a process, or of the daemon",
            Examples = [("info", "the daemon"), ("info api", "a process")],
            Run = SmallCommands.InfoAsync,
        },
        new()
        {
            Name = "write", Arguments = "NAME", Least = 1, Most = 1, Completion = Words.Processes, Chapter = Processes,
            Summary = "send standard input to a process's stdin",
            Examples = [("write console < commands.txt", "what the file holds")],
            Run = SmallCommands.WriteAsync,
        },
        new()
        {
            Name = "tail", Arguments = "NAME...", Least = 1, Completion = Words.Processes, Chapter = Output,
            Summary = "the end of processes' output",
            Details = NameForms + "\nLines of several logs carry the process's name.\n"
                + "Here -c means bytes; a configuration file is named before the command.",
            Options =
            [
                Follow, Lines, Bytes, new(null, "stderr", null, "standard error instead of standard output"),
                new(null, "both", null, "standard output and standard error"),
            ],
            Examples =
            [
                ("tail api", "its last 10 lines"), ("tail -f 'web*'", "several at once"),
                ("tail -n 100 --stderr api", "its last errors"),
            ],
            Run = TailCommand.RunAsync,
        },
        new()
        {
            Name = "clear", Arguments = "NAME...", Least = 1, Completion = Words.Processes, Chapter = Output,
            Summary = "empty processes' logs", Details = NameForms, Examples = [("clear api", "both of its logs")],
            Run = run => ActionCommand.RunAsync(run, ActionVerb.Clear, run.Names),
        },
        new()
        {
            Name = "log", Aliases = ["maintail"], Most = 0, Chapter = Output,
            Summary = "the end of the daemon's own log",
            Options = [Follow, Lines, Bytes, new(null, "clear", null, "empty it")],
            Examples = [("log -f", "as it is written")],
            Run = TailCommand.RunMainLogAsync,
        },
        new()
        {
            Name = "events", Most = 0, Chapter = Output, Summary = "what happens, as it happens",
            Details = "TYPE is EVENT (everything), PROCESS_STATE, PROCESS_LOG, PROCESS_COMMUNICATION,\n"
                + "PROCESS_GROUP, REMOTE_COMMUNICATION, SUPERVISOR_STATE_CHANGE, TICK, or one below\n"
                + "these: PROCESS_STATE_FATAL, TICK_5.",
            Options = [new('t', "type", "TYPE", "only these types (repeat it, or separate with commas)", Words.Events)],
            Examples = [("events -t PROCESS_STATE", "changes of state"), ("--json events", "one JSON object a line")],
            Run = SmallCommands.EventsAsync,
        },
        new()
        {
            Name = "up", Most = 0, Chapter = Daemon, Summary = "run the daemon, in the foreground",
            Details = "Without -c the file is sought where Supervisor seeks it; none is needed.",
            Options = [new('d', "detach", null, "return once it serves"), .. DaemonCommands.Overriding],
            Examples = [("up", "here, until Ctrl-C"), ("up -d -c /etc/supervisord.conf", "in the background")],
            Run = DaemonCommands.UpAsync,
        },
        new()
        {
            Name = "down", Aliases = ["shutdown"], Most = 0, Chapter = Daemon, Options = [NoWait],
            Summary = "stop everything, then the daemon, and wait for its end", Examples = [("down", "")],
            Run = DaemonCommands.DownAsync,
        },
        new()
        {
            Name = "reload", Most = 0, Chapter = Daemon, Options = [NoWait],
            Summary = "stop everything, read the configuration, start again", Examples = [("reload", "")],
            Run = DaemonCommands.ReloadAsync,
        },
        new()
        {
            Name = "version", Most = 0, Chapter = Daemon, Summary = "versions of this program and of the daemon",
            Examples = [("version", "")], Run = DaemonCommands.VersionAsync,
        },
        new()
        {
            Name = "check", Arguments = "[FILE]", Most = 1, Completion = Words.Files, Chapter = Configuration,
            Summary = "find the errors of a configuration file; needs no daemon",
            Details = "Every finding is printed as FILE:LINE: at once. The exit code is 1 if there is an error.",
            Examples = [("check supervisord.conf", ""), ("check && reeve update", "only if it can be used")],
            Run = ConfigCommands.CheckAsync,
        },
        new()
        {
            Name = "reread", Most = 0, Chapter = Configuration, Summary = "what would change, were the file read anew",
            Examples = [("reread", "")], Run = ConfigCommands.RereadAsync,
        },
        new()
        {
            Name = "update", Arguments = "[GROUP...]", Completion = Words.Groups, Chapter = Configuration,
            Summary = "read the file anew; stop, remove, add and start what changed",
            Examples = [("update", "everything"), ("update web", "this group only")],
            Run = ConfigCommands.UpdateAsync,
        },
        new()
        {
            Name = "completion", Chapter = Help,
            Arguments = "bash|zsh|fish", Least = 1, Most = 1, Completion = Words.Shells,
            Summary = "print completion for a shell",
            Examples =
            [
                ("completion bash > /etc/bash_completion.d/reeve", "bash, for all users"),
                ("completion zsh > ~/.zfunc/_reeve", "zsh; ~/.zfunc must be in fpath"),
                ("completion fish > ~/.config/fish/completions/reeve.fish", "fish"),
            ],
            Run = run => Task.FromResult(Scripts.Print(run)),
        },
        new()
        {
            Name = "help", Arguments = "[COMMAND]", Most = 1, Completion = Words.Commands, Chapter = Help,
            Summary = "this text, or a command's", Examples = [("help tail", "")],
            Run = run => Task.FromResult(HelpText.Run(run)),
        },
        new()
        {
            Name = "__complete", Hidden = true, Raw = true, Chapter = Help,
            Summary = "candidates for the last of the words that follow",
            Run = Completer.RunAsync,
        },
    ];

    /// <summary>Names and aliases that may be typed.</summary>
    public static IEnumerable<string> Names => All.Where(c => !c.Hidden).SelectMany(c => c.Aliases.Prepend(c.Name));

    /// <summary>A command by name or alias; null: none such.</summary>
    public static Command? Find(string word) =>
        Array.Find(All, c => c.Name == word || Array.IndexOf(c.Aliases, word) >= 0);

    static bool Wait(Invocation run) => !run.Arguments.Has("no-wait");
}
