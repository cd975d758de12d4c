using System.Diagnostics;

namespace Reeve.Cli.Tests;

public sealed class CompletionTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("reeve-complete-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    static async Task<string[]> CandidatesAsync(params string[] words)
    {
        await using var daemon = new FakeDaemon(
            FakeDaemon.Process("api"), FakeDaemon.Process("web:one"), FakeDaemon.Process("web:two", "STOPPED"));
        var shell = new Shell { Variables = { ["REEVE_ENDPOINT"] = daemon.SocketPath } };
        var ended = await shell.RunAsync(["__complete", .. words]);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')[0]).ToArray();
    }

    [Fact]
    public async Task Commands_come_first() =>
        Assert.Equal(["start", "stop"], (await CandidatesAsync("st")).Order());

    [Fact]
    public async Task Names_come_from_the_daemon() =>
        Assert.Equal(["web:*", "api", "web:one", "web:two", "all"], await CandidatesAsync("tail", "-f", ""));

    [Fact]
    public async Task Names_are_narrowed_by_what_is_typed() =>
        Assert.Equal(["web:two"], await CandidatesAsync("stop", "api", "web:t"));

    [Fact]
    public async Task Options_are_those_of_the_command_and_the_global_ones() =>
        Assert.Equal(["--follow"], await CandidatesAsync("tail", "--fo"));

    [Fact]
    public async Task A_value_is_completed_by_its_option()
    {
        Assert.Equal([":files"], await CandidatesAsync("-c", ""));
        Assert.Equal(["always"], await CandidatesAsync("ps", "--color", "al"));
        Assert.Empty(await CandidatesAsync("tail", "-fn", ""));
        Assert.Equal(["PROCESS_STATE_FATAL"], await CandidatesAsync("events", "-t", "PROCESS_STATE_F"));
    }

    [Fact]
    public async Task A_value_is_completed_behind_an_equals_sign_too()
    {
        Assert.Equal(["--color=always"], await CandidatesAsync("ps", "--color=al"));
        Assert.Equal(["--type=PROCESS_STATE_FATAL"], await CandidatesAsync("events", "--type=PROCESS_STATE_F"));
        Assert.Equal([":files"], await CandidatesAsync("--configuration=/et"));
        Assert.Empty(await CandidatesAsync("tail", "--lines="));
        Assert.Empty(await CandidatesAsync("ps", "--bogus="));
    }

    [Fact]
    public async Task A_signal_stands_before_the_names()
    {
        Assert.Equal(["HUP"], await CandidatesAsync("signal", "H"));
        Assert.Equal(["api"], await CandidatesAsync("signal", "HUP", "a", "").ContinueWith(t => t.Result.Where(c => c == "api").ToArray(), TaskScheduler.Default));
    }

    [Fact]
    public async Task Nothing_is_offered_past_the_last_argument() =>
        Assert.Empty(await CandidatesAsync("write", "api", ""));

    [Fact]
    public async Task Without_a_daemon_it_is_silent()
    {
        var ended = await new Shell().RunAsync("-e", "/nowhere/r.sock", "__complete", "-e", "/nowhere/r.sock", "stop", "");

        Assert.Equal(new Ended(0, "", ""), ended);
    }

    [Theory]
    [InlineData("reeve st", "start stop")]
    [InlineData("reeve tail web:", "one two")]
    [InlineData("reeve tail 'web:", "one two")]
    [InlineData("reeve -c ", "FILE")]
    [InlineData("reeve --configuration=FI", "FILE")]
    [InlineData("reeve ps --color=al", "always")]
    public async Task Bash_completes_names_with_colons_although_it_breaks_words_there(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "there is no bash");
        await File.WriteAllTextAsync(Path.Combine(_directory, "reeve.bash"), await ScriptAsync("bash"), Cancel);
        await WriteStubAsync();
        await File.WriteAllTextAsync(Path.Combine(_directory, "FILE"), "", Cancel);

        var output = await RunAsync("/bin/bash", "--norc", "-c", $$"""
            source ./reeve.bash; COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'; COMP_LINE="{{line}}"; COMP_POINT=${#COMP_LINE}
            _reeve; printf '%s\n' "${COMPREPLY[@]}" | grep -v -e reeve | sort | tr '\n' ' '
            """);

        Assert.Equal(expected, output.Trim());
    }

    [Theory]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    public async Task The_other_shells_accept_their_scripts(string shell, string check)
    {
        Assert.SkipUnless(File.Exists($"/usr/bin/{shell}"), $"there is no {shell}");
        await File.WriteAllTextAsync(Path.Combine(_directory, "script"), await ScriptAsync(shell), Cancel);

        Assert.Equal("", await RunAsync($"/usr/bin/{shell}", check, "script"));
    }

    [Theory]
    [InlineData("reeve tail web:", "web:one\tRUNNING web:two")]
    [InlineData("reeve tail 'web:", "web:one\tRUNNING web:two")]
    [InlineData("reeve tail \\\"web:", "web:one\tRUNNING web:two")]
    [InlineData("reeve --configuration=FI", "--configuration=FILE")]
    [InlineData("reeve ps --color=al", "--color=always")]
    public async Task Fish_completes_names_in_quotes_and_without(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fish"), "there is no fish");
        await File.WriteAllTextAsync(Path.Combine(_directory, "reeve.fish"), await ScriptAsync("fish"), Cancel);
        await WriteStubAsync();
        await File.WriteAllTextAsync(Path.Combine(_directory, "FILE"), "", Cancel);

        var output = await RunAsync("/usr/bin/fish", "--no-config", "-c", $"source reeve.fish; complete -C \"{line}\"");

        Assert.Equal(expected, string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Zsh_completes_names_in_quotes_and_without()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "there is no zsh");
        await File.WriteAllTextAsync(Path.Combine(_directory, "reeve.zsh"), await ScriptAsync("zsh"), Cancel);
        await WriteStubAsync();
        await File.WriteAllTextAsync(Path.Combine(_directory, "FILE"), "", Cancel);
        // Only a terminal completes. What came of a line is what the stub was then run with.
        await File.WriteAllTextAsync(Path.Combine(_directory, "typing"), """
            zmodload zsh/zpty
            zpty terminal zsh -f -i
            zpty -w terminal 'autoload -U compinit; compinit -D -u; source ./reeve.zsh; PS1="ready"">"'
            zpty -r terminal seen '*ready>*'
            for line in "$@"; do
                zpty -w -n terminal "$line"$'\t\n'
                zpty -r terminal seen '*ready>*'
            done
            zpty -w terminal exit
            """, Cancel);

        await RunAsync("/usr/bin/zsh", "-f", "typing", "reeve tail web:t", @"reeve tail web\:t", "reeve tail 'web:t",
            "reeve tail \"web:t", "reeve tail '-f' web:t", "reeve --configuration=FI", "reeve ps --color=al");

        Assert.Equal(
            [
                "tail web:two", "tail web:two", "tail web:two", "tail web:two", "tail -f web:two", "--configuration=FILE",
                "ps --color=always",
            ],
            await File.ReadAllLinesAsync(Path.Combine(_directory, "run"), Cancel));
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task<string> ScriptAsync(string shell) => (await new Shell().RunAsync("completion", shell)).Output;

    /// <summary>A program called reeve that answers <c>__complete</c> as ours does.</summary>
    async Task WriteStubAsync()
    {
        var stub = Path.Combine(_directory, "reeve");
        await File.WriteAllTextAsync(stub, """
            #!/bin/sh
            case "$*" in
            "__complete st") printf 'start\tstart processes\nstop\tstop processes\n' ;;
            "__complete tail web:") printf 'web:one\tRUNNING\nweb:two\n' ;;
            "__complete tail web:t" | "__complete tail -f web:t") printf 'web:two\n' ;;
            "__complete -c " | "__complete --configuration=FI") echo :files ;;
            "__complete ps --color=al") echo --color=always ;;
            __complete*) echo "unexpected: $*" ;;
            *) echo "$*" >>run ;;
            esac
            """, Cancel);
        File.SetUnixFileMode(stub, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    async Task<string> RunAsync(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_directory}:/usr/bin:/bin";
        start.Environment["HOME"] = _directory;
        start.Environment["TERM"] = "dumb";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal("", await error);
        return output;
    }
}
