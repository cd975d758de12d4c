using System.Diagnostics;
using Scenarios.Harness;

namespace Scenarios.OnlyReeve;

/// <summary>A program writes as fast as it can, the log is rotated all the while, and the visor is killed again and again.</summary>
public sealed class FullSpeedTests
{
    const string Flood = """
        [program:flood]
        command=sh -c 'i=0; until [ -e enough ]; do seq -f %%.0f $((i * 1000000 + 1)) $(((i + 1) * 1000000)); i=$((i + 1)); done; echo end; exec sleep 1000'
        directory=%(here)s
        startsecs=0
        stdout_logfile=%(here)s/flood.out
        stdout_logfile_maxbytes=5MB
        stdout_logfile_backups=5000
        """;

    [Fact]
    public async Task No_byte_is_lost_when_the_visor_is_killed_at_full_speed_and_amid_rotations()
    {
        await using var daemon = await Daemon.Start(Side.Reeve, Daemon.Preamble() + Flood);
        var log = daemon.Scratch.Path("flood.out");
        for (var round = 1; round <= 5; round++)
        {
            var rotated = Rotated(log);
            await Fact.That("the log is rotated", () => Rotated(log) > rotated);
            await VisorDeathTests.KillVisor(daemon);
        }

        daemon.Scratch.Write("enough", "");
        await Fact.That("all is written", () => Fact.Text(log).EndsWith("end\n", StringComparison.Ordinal));

        Assert.True(Check(log) > 1_000_000);
    }

    /// <summary>From the oldest on. A visor killed amid the renaming leaves a number without a file, never a byte.</summary>
    static IEnumerable<string> Files(string log) => Directory.GetFiles(Path.GetDirectoryName(log)!)
        .Where(file => file == log || file.StartsWith(log + ".", StringComparison.Ordinal))
        .OrderByDescending(file => file == log ? 0 : int.Parse(file[(log.Length + 1)..]));

    static int Rotated(string log) => Files(log).Count();

    /// <summary>Reads the files from the oldest on: numbers from 1 in order, a line each, then "end".</summary>
    /// <returns>How many numbers there are.</returns>
    static long Check(string log)
    {
        var next = "1"u8.ToArray();
        long count = 0;
        var at = 0;
        var line = new byte[32];
        foreach (var file in Files(log))
        {
            foreach (var octet in File.ReadAllBytes(file))
            {
                line[at++] = octet;
                if (octet != '\n')
                    continue;
                var text = line.AsSpan(0, at - 1);
                at = 0;
                if (text.SequenceEqual("end"u8))
                    return count;
                if (!text.SequenceEqual(next))
                    throw new UnreachableException($"after {count} lines stands '{System.Text.Encoding.UTF8.GetString(text)}'");
                count++;
                next = Next(next);
            }
        }
        throw new UnreachableException("the end is missing");
    }

    static byte[] Next(byte[] number)
    {
        for (var i = number.Length - 1; i >= 0; i--)
        {
            if (number[i] != '9')
            {
                number[i]++;
                return number;
            }
            number[i] = (byte)'0';
        }
        return [(byte)'1', .. number];
    }
}
