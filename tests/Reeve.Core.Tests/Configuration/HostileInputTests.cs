using System.Text;
using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class HostileInputTests
{
    static readonly string[] Pieces =
    [
        "[supervisord]\n", "[program:a]\n", "[program:b]\n", "[group:g]\n", "[include]\n", "[DEFAULT]\n",
            "[eventlistener:e]\n",
        "[fcgi-program:f]\n", "[unix_http_server]\n", "[inet_http_server]\n", "[rpcinterface:r]\n",
            "[supervisorctl]\n", "[ctlplugin:c]\n",
        "[", "]", "=", ":", "%", "%%", "%(", "%(here)s", "%(process_num)d", "%(numprocs)09.9d", "%(ENV_HOME)s", ")",
            "s", "\n", "\r", "\r\n",
        "  ", "\t", ";", " ;", "#", "\"", "'", "\\", ",", "=\n", "0", "1", "-1", "99999", "99999999999999999999", "a",
            "é", "\u2028", "\ud83d\ude00",
        "true\n", "AUTO\n", "/nosuch/x\n", "~", "~nobody/x", "unix://", "tcp://h:1", "KB", "TICK", "conf.d/*",
            "/etc/s.conf",
        .. KnownKeys.Sections.SelectMany(section => section.Keys).Select(key => key.Name + "="),
    ];

    // A failure names the round: the same seed gives the same text again.
    [Fact]
    public void Texts_made_of_pieces_of_the_dialect_give_problems_and_nothing_else()
    {
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder(seed % 2 == 0 ? "[supervisord]\n[program:a]\ncommand=x\n" : "");
            for (var i = random.Next(60); i > 0; i--)
                text.Append(Pieces[random.Next(Pieces.Length)]);
            ReadsOrSaysWhyNot(Encoding.UTF8.GetBytes(text.ToString()), seed);
        }
    }

    [Fact]
    public void Random_bytes_give_problems_and_nothing_else()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(2000)];
            random.NextBytes(bytes);
            if (seed % 2 == 0)
            {
                for (var i = 0; i < bytes.Length; i++)
                    bytes[i] = (byte)(bytes[i] % 0x7f + 1);
            }

            ReadsOrSaysWhyNot(bytes, seed);
        }
    }

    [Fact]
    public void A_good_file_with_one_byte_changed_gives_problems_and_nothing_else()
    {
        var good = Encoding.UTF8.GetBytes(RealisticFileTests.Text);
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var bytes = (byte[])good.Clone();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            ReadsOrSaysWhyNot(bytes, seed);
        }
    }

    [Theory]
    [InlineData(1_000_000, "x")]
    [InlineData(1_000_000, "[")]
    [InlineData(1_000_000, "k=v\n ")]
    [InlineData(1_000_000, " ;")]
    [InlineData(500_000, "\n[a]")]
    [InlineData(300_000, "%(here)s")]
    [InlineData(300_000, "%(")]
    [InlineData(300_000, "A=1,")]
    public void Long_repetitions_are_read_in_bounds(int times, string piece)
    {
        var text = "[supervisord]\nenvironment=" + string.Concat(Enumerable.Repeat(piece, times));

        ReadsOrSaysWhyNot(Encoding.UTF8.GetBytes(text), 0);
    }

    static void ReadsOrSaysWhyNot(byte[] bytes, int seed)
    {
        var source = new FakeSource().With(Conf.File, bytes);
        var result = ConfigurationReader.Read(Conf.File, ConfigurationOverrides.None, source);
        var hasErrors = result.Problems.Any(problem => problem.Severity == ProblemSeverity.Error);

        Assert.True(hasErrors == result.Configuration is null, $"seed {seed}: a configuration and errors, or neither");
        Assert.All(result.Problems, problem => Assert.True(problem.Text.Length is > 0 and < 4500
            && !problem.Text.AsSpan().ContainsAny('\n', '\r', '\0'), $"seed {seed}: {problem.Text}"));

        var ctl = ConfigurationReader.ReadSupervisorCtl(Conf.File, source);
        Assert.True(ctl.Problems.Any(problem => problem.Severity == ProblemSeverity.Error) == ctl.Options is null,
            $"seed {seed}: supervisorctl");
    }
}
