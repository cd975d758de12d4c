using System.Globalization;
using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>What a program finds around it when it starts: environment, descriptors, directory, mask, group, signals.</summary>
public sealed class ChildTests
{
    const string Programs = """
        [program:environment]
        command=env
        environment=COLOUR="dark, blue",SUPERVISOR_ENABLED="mine",NAME=%(program_name)s-%(group_name)s

        [program:plainenv]
        command=env

        [program:descriptors]
        command=ls -l /proc/self/fd

        [program:directory]
        command=pwd
        directory=%(here)s/work

        [program:nodirectory]
        command=pwd

        [program:mask]
        command=sh -c umask
        umask=027

        [program:nomask]
        command=sh -c umask

        [program:group]
        command=cat /proc/self/stat

        [program:signals]
        command=grep -E "^Sig(Blk|Ign|Cgt)" /proc/self/status

        [program:limits]
        command=cat /proc/self/limits

        [program:arguments]
        command=printf '[%%s]\n' "two words" 'it''s' a\ b "" $HOME *

        [program:merged]
        command=ls -l /proc/self/fd
        redirect_stderr=true

        [program:user]
        command=sh -c 'id -u; id -g; echo $HOME $USER; cat /proc/self/status | grep -E "^(Groups|CapEff):"'

        """;

    /// <summary>Every difference that we want; each must occur.</summary>
    static readonly Difference[] Wanted =
    [
        new("signals stdout", "SigIgn:\t0000000001001000", "SigIgn:\t0000000000000000",
            "Python ignores SIGPIPE and SIGXFSZ and its children inherit that: `yes | head` in a program then never ends by itself"),
        new("group stdout", "own group: True, the daemon's session: True, terminal: 0",
            "own group: True, the daemon's session: False, terminal: 0",
            "each program leads a session of its own: no terminal, and no signal from one, can reach it"),
    ];

    static readonly string[] Names =
    [
        .. from line in Programs.Split('\n') where line.StartsWith("[program:", StringComparison.Ordinal) select line[9..^1],
    ];

    [Fact]
    public Task A_program_finds_the_same_surroundings_as_under_Supervisor() =>
        Transcript.Compare(Record, Wanted);

    static async Task<Transcript> Record(Side side)
    {
        var scratch = new Scratch();
        Directory.CreateDirectory(scratch.Path("work"));
        var configuration = Daemon.Preamble("""environment=SITE="north",COLOUR="overridden" """) + Programs + "\n";
        foreach (var name in Names)
        {
            configuration = configuration.Replace($"[program:{name}]\n", $"""
                [program:{name}]
                startsecs=0
                autorestart=false
                stdout_logfile=%(here)s/{name}.out
                stderr_logfile=%(here)s/{name}.err

                """);
        }

        scratch.Write("supervisord.conf", configuration.Replace("[program:user]\n",
            Environment.IsPrivilegedProcess ? "[program:user]\nuser=nobody\n" : "[program:user]\n"));
        await using var daemon = await Daemon.StartIn(side, scratch, ownsScratch: true);
        var record = new Transcript(scratch);
        foreach (var name in Names)
        {
            await daemon.Until(name, "EXITED");
            record.Add($"{name} stdout", Stable(name, scratch.Read($"{name}.out"), daemon));
            record.Add($"{name} stderr", File.Exists(scratch.Path($"{name}.err")) ? scratch.Read($"{name}.err") : "(no file)");
        }

        return record;
    }

    static string Stable(string name, string text, Daemon daemon) => name switch
    {
        "environment" or "plainenv" => string.Join('\n', text.TrimEnd().Split('\n').Order(StringComparer.Ordinal)),
        // Numbers and targets, without dates; the highest is the listing's own directory.
        "descriptors" or "merged" => string.Join('\n', text.TrimEnd().Split('\n')[1..].Select(line =>
            string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[8..])).Where(line => !line.Contains("/proc/"))),
        "group" => Relations(text, daemon),
        "limits" => string.Join('\n', text.Split('\n').Where(line => line.StartsWith("Max open files", StringComparison.Ordinal)
            || line.StartsWith("Max core", StringComparison.Ordinal) || line.StartsWith("Max processes", StringComparison.Ordinal))),
        _ => text,
    };

    /// <summary>Not the numbers but how they relate: its own group, the daemon's session.</summary>
    static string Relations(string stat, Daemon daemon)
    {
        var fields = stat.Split(' ');
        var pid = int.Parse(fields[0], CultureInfo.InvariantCulture);
        var session = Processes.Stat(daemon.Process.Pid)![4];
        return $"own group: {int.Parse(fields[4], CultureInfo.InvariantCulture) == pid}, the daemon's session: {fields[5] == session}, terminal: {fields[6]}";
    }
}
