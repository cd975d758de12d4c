using System.Text;
using Reeve.Cli.Personalities.Supervisord;

namespace Reeve.Cli.Tests.Personalities;

public sealed class SupervisordTests
{
    [Fact]
    [Trait("Peer", "Supervisor")]
    public async Task Options_and_their_errors_are_those_of_the_original()
    {
        Assert.SkipUnless(RunOutcome.HasOriginal, "supervisor is not installed");
        var cancel = TestContext.Current.CancellationToken;
        List<string> differences = [];
        foreach (var line in (string[])[
            "foo", "-h foo", "foo -h", "-n foo bar", "it's", "a\"b'", "a\\b é x\ty", "-n -n", "-n --nodaemon", "-e foo", "-m 9",
            "-m ", "-d /nonexist", "-d ", "-q /nonexist", "-l /nonexist/x", "-j /nonexist/x", "-y x", "-y 5K", "-z x", "-z ",
            "-a x", "--minprocs x", "-vn", "-v -x", "-k=3", "--logfile", "--logf", "--min=3", "-e warning", "--ver", "--u",
            "-u nosuch -c /none", "-nkt -c /none", "-e WARN -c /none", "-y 5MB -c /none", "-l syslog -c /none", "-z -3 -c /none",
            "-c /none", "-c /tmp", "-c", "--configuration  -h", "-c /none -v", "-h", "-?", "--help", "-x -h", "-h -x",
            "--profile_options=foo -c /none", "--silent=1", "-i  -c /none", "-j x.pid -c /none",
        ])
        {
            var theirs = await RunOutcome.OfOriginal(line.Split(' '), "", "/tmp", cancel, "/usr/bin/supervisord");
            var ours = Run(line.Split(' '), out _).Normalised("/tmp");
            if (theirs != ours)
                differences.Add($"{line}\n--- original: {theirs}\n--- ours:     {ours}");
        }
        Assert.Equal("", string.Join("\n", differences));
    }

    [Fact]
    public void Options_win_over_the_file_by_their_keys()
    {
        using var file = new TemporaryFile();

        Run(["-nc", file.Path, "--logle=debug", "-y5MB", "--strip", "-i", "me"], out var command);

        Assert.Equal(file.Path, command?.ConfigurationFile);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["nodaemon"] = "true",
                ["loglevel"] = "debug",
                ["logfile_maxbytes"] = "5MB",
                ["strip_ansi"] = "true",
                ["identifier"] = "me",
            },
            command!.Overrides.Values);
    }

    [Fact]
    public void A_file_is_not_read_before_the_launch_as_a_pipe_can_be_read_only_once()
    {
        using var file = new TemporaryFile();
        var files = new DiskSource();
        using var output = new MemoryStream();
        var host = RunOutcome.Host(Stream.Null, output, output) with { ConfigurationSource = () => files };

        var code = SupervisordPersonality.Run(["-c", file.Path], host, _ => 7);

        Assert.Equal((7, 0), (code, files.Reads));
    }

    static RunOutcome Run(string[] arguments, out SupervisordCommand? command)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        SupervisordCommand? launched = null;
        var host = RunOutcome.Host(Stream.Null, output, error) with { InvokedAs = "/usr/bin/supervisord" };
        var code = SupervisordPersonality.Run(arguments, host, c =>
        {
            launched = c;
            return 0;
        });
        command = launched;
        return new(Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()), code);
    }

    sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
