using System.Text.RegularExpressions;

namespace Scenarios.Harness;

/// <summary>Takes out of a text what differs between two runs of the same program: places, pids, times.</summary>
static partial class Normal
{
    public static string Text(string text, Scratch scratch) =>
        Pids().Replace(Times().Replace(text.Replace(scratch.Root, "DIR"), match => match.Value switch
        {
            _ when match.Groups["stamp"].Success => "STAMP",
            _ when match.Groups["uptime"].Success => "uptime TIME",
            _ when match.Groups["day"].Success => "DAY",
            _ when match.Groups["auto"].Success => $"{match.Groups["kind"].Value}RANDOM.log",
            _ when match.Groups["program"].Success => "PROG",
            _ when match.Groups["source"].Success => "file: F line: N",
            _ when match.Groups["inode"].Success => $"{match.Groups["file"].Value}:[N]",
            _ => "ADDRESS",
        }), "${before}PID");

    [GeneratedRegex("""
        (?<stamp>\d{4}-\d\d-\d\d\ \d\d:\d\d:\d\d,\d{3})
        |(?<uptime>uptime\ (\d+\ days?,\ )?\d+:\d\d:\d\d)
        |(?<day>(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\ \d\d\ \d\d:\d\d\ [AP]M)
        |(?<auto>(?<kind>-std(out|err)---\w+-)[a-z0-9_]{8}\.log)
        |(?<inode>(?<file>pipe|socket|anon_inode):\[\d+\])
        |(?<program>\S+/supervisorctl(?=\ (-h|\[options\])))
        |(?<source>file:\ \S+\ line:\ \d+)
        |0x[0-9a-f]{6,}
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Times();

    [GeneratedRegex("""(?<before>\bpid[ :=]+|\bkilling '[^']+' \(|^)[1-9]\d*(?=\r?$|\b(?<!^\d+))""", RegexOptions.Multiline)]
    private static partial Regex Pids();
}
