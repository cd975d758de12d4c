using System.Text.Json;
using Reeve.Client.Model;

namespace Reeve.Cli.Tests;

public class TailTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly Shell _shell = new();

    static string Lines(int from, int to) => string.Concat(Enumerable.Range(from, to - from + 1).Select(i => $"line {i}\n"));

    [Fact]
    public async Task The_last_ten_lines_are_the_default()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Logs["api/stdout"] = Lines(1, 50);

        var ended = await _shell.RunAsync(daemon, "tail", "api");

        Assert.Equal((0, Lines(41, 50)), (ended.Code, ended.Output));
    }

    [Theory]
    [InlineData("0", "")]
    [InlineData("1", "c")]
    [InlineData("2", "b\nc")]
    [InlineData("3", "a\nb\nc")]
    [InlineData("9", "a\nb\nc")]
    public async Task Lines_are_counted_from_the_end_with_or_without_a_last_newline(string count, string expected)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"), FakeDaemon.Process("two"));
        daemon.Logs["api/stdout"] = "a\nb\nc";
        daemon.Logs["two/stdout"] = "a\nb\nc\n";

        Assert.Equal(expected, (await new Shell().RunAsync(daemon, "tail", "-n", count, "api")).Output);
        Assert.Equal(expected.Length == 0 ? "" : expected + "\n", (await new Shell().RunAsync(daemon, "tail", "-n" + count, "two")).Output);
    }

    [Fact]
    public async Task Long_lines_are_fetched_whole()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        var text = new string('x', 30_000) + "\n" + new string('y', 30_000) + "\n";
        daemon.Logs["api/stdout"] = "before\n" + text;

        Assert.Equal(text, (await _shell.RunAsync(daemon, "tail", "-n", "2", "api")).Output);
    }

    [Fact]
    public async Task Bytes_are_taken_as_they_are()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Logs["api/stderr"] = "0123456789";

        Assert.Equal("6789", (await _shell.RunAsync(daemon, "tail", "-c", "4", "--stderr", "api")).Output);
    }

    [Fact]
    public async Task Several_logs_are_told_apart_by_name()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"), FakeDaemon.Process("worker"));
        daemon.Logs["api/stdout"] = "one\ntwo\n";
        daemon.Logs["worker/stdout"] = "three";

        var ended = await _shell.RunAsync(daemon, "tail", "all");

        Assert.Equal("api    | one\napi    | two\nworker | three\n", ended.Output);
    }

    [Fact]
    public async Task Both_streams_of_a_process_are_told_apart()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Logs["api/stdout"] = "out\n";
        daemon.Logs["api/stderr"] = "err\n";

        Assert.Equal("api        | out\napi stderr | err\n", (await _shell.RunAsync(daemon, "tail", "--both", "api")).Output);
    }

    [Fact]
    public async Task Json_is_one_object_a_line()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Logs["api/stdout"] = "a \"b\"\nc\n";

        Assert.Equal(
            """
            {"name":"api","stream":"stdout","line":"a \"b\""}
            {"name":"api","stream":"stdout","line":"c"}

            """,
            (await _shell.RunAsync(daemon, "tail", "api", "--json")).Output);
    }

    [Fact]
    public async Task Json_of_several_logs_is_one_object_a_line_too()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"), FakeDaemon.Process("worker"));
        daemon.Logs["api/stdout"] = "a\n";
        daemon.Logs["worker/stdout"] = "b\n";

        Assert.Equal(
            """
            {"name":"api","stream":"stdout","line":"a"}
            {"name":"worker","stream":"stdout","line":"b"}

            """,
            (await _shell.RunAsync(daemon, "tail", "all", "--json")).Output);
    }

    [Fact]
    public async Task Labels_are_aligned_by_what_a_terminal_shows()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"), FakeDaemon.Process("日本"));
        daemon.Logs["api/stdout"] = "a\n";
        daemon.Logs["日本/stdout"] = "b\n";

        Assert.Equal("api  | a\n日本 | b\n", (await _shell.RunAsync(daemon, "tail", "all")).Output);
    }

    [Fact]
    public async Task A_log_that_is_not_to_be_had_does_not_hide_the_others()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"), FakeDaemon.Process("none"));
        daemon.Logs["api/stdout"] = "here\n";
        daemon.Rule = asked => asked.Path.Contains("/none/") ? Answer.Problem(409, "no-file", "none has no log") : null;

        var ended = await _shell.RunAsync(daemon, "tail", "none", "api");

        Assert.Equal((1, "api  | here\n", "reeve: none: none has no log\n"), (ended.Code, ended.Output, ended.Error));
    }

    [Theory]
    [InlineData("tail", "none", "--json")]
    [InlineData("tail", "-f", "none", "--json")]
    public async Task With_json_a_log_that_is_not_to_be_had_is_a_problem_document(params string[] line)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("none"));
        daemon.Rule = asked => asked.Path.Contains("/none/") ? Answer.Problem(409, "no-file", "none has no log") : null;

        var ended = await _shell.RunAsync(daemon, line);

        Assert.Equal((1, ""), (ended.Code, ended.Output));
        Assert.Equal(new("urn:reeve:no-file", "no-file", 0, "none: none has no log", "no-file"),
            JsonSerializer.Deserialize(ended.Error, ModelJson.Default.Problem));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public async Task Following_begins_with_the_last_lines_and_goes_on_until_ctrl_C(int existing)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Logs["api/stdout"] = Lines(1, existing);
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;

        var running = _shell.RunAsync(daemon, "tail", "-f", "api");
        await daemon.StreamOf("api/stdout").Writer.WriteAsync("new\n", Cancel);
        await _shell.Out.WaitForAsync("new\n");
        await ctrlC.CancelAsync();

        Assert.Equal((130, Lines(Math.Max(1, existing - 9), existing) + "new\n", ""),
            ((await running).Code, (await running).Output, (await running).Error));
    }

    [Fact]
    public async Task A_log_that_grows_between_count_and_follow_shows_no_torn_line()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Logs["api/stdout"] = Lines(10, 60);
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;
        daemon.Rule = asked =>
        {
            if (asked.Query.ContainsKey("follow"))
                daemon.Logs["api/stdout"] += "just now\n";
            return null;
        };

        var running = _shell.RunAsync(daemon, "tail", "-f", "-n", "3", "api");
        await _shell.Out.WaitForAsync("just now\n");
        await ctrlC.CancelAsync();

        Assert.Equal("line 60\njust now\n", (await running).Output);
    }

    [Fact]
    public async Task Following_several_labels_lines_and_joins_their_pieces()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"), FakeDaemon.Process("bc"));
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;

        var running = _shell.RunAsync(daemon, "tail", "-f", "a", "bc");
        await daemon.StreamOf("a/stdout").Writer.WriteAsync("half ", Cancel);
        await daemon.StreamOf("bc/stdout").Writer.WriteAsync("other\n", Cancel);
        await _shell.Out.WaitForAsync("bc | other\n");
        await daemon.StreamOf("a/stdout").Writer.WriteAsync("whole\n", Cancel);
        await _shell.Out.WaitForAsync("a  | half whole\n");
        await ctrlC.CancelAsync();

        Assert.Equal("bc | other\na  | half whole\n", (await running).Output);
    }

    [Fact]
    public async Task Following_survives_the_daemon_and_loses_nothing_that_is_in_the_log()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Logs["api/stdout"] = "first\n";
        using var ctrlC = new CancellationTokenSource();
        _shell.Interrupted = ctrlC.Token;

        var running = _shell.RunAsync(daemon, "tail", "-f", "api");
        await _shell.Out.WaitForAsync("first\n");
        await daemon.DieAsync();
        await _shell.Err.WaitForAsync("the connection is lost; waiting for the daemon");
        daemon.Logs["api/stdout"] += "meanwhile\n";
        daemon.Start();
        await _shell.Err.WaitForAsync("connected again.");
        await daemon.StreamOf("api/stdout").Writer.WriteAsync("after\n", Cancel);
        await _shell.Out.WaitForAsync("after\n");
        await ctrlC.CancelAsync();

        Assert.Equal((130, "first\nmeanwhile\nafter\n"), ((await running).Code, (await running).Output));
    }

    [Fact]
    public async Task The_main_log_is_read_and_emptied()
    {
        await using var daemon = new FakeDaemon();
        daemon.Logs["daemon"] = Lines(1, 3);

        Assert.Equal(Lines(2, 3), (await new Shell().RunAsync(daemon, "log", "-n", "2")).Output);
        Assert.Equal("main log cleared\n", (await new Shell().RunAsync(daemon, "log", "--clear")).Output);
        Assert.Equal(["DELETE /api/v1/daemon/log"], daemon.Commands);
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_it_quietly()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"), FakeDaemon.Process("quiet"));
        daemon.Logs["api/stdout"] = "text\n";
        _shell.Output = new ClosedPipe();

        var ended = await _shell.RunAsync(daemon, "tail", "-f", "api", "quiet");

        Assert.Equal((141, ""), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task A_full_disk_under_the_output_is_an_error()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this machine has no /dev/full");
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        _shell.Output = full;

        var ended = await _shell.RunAsync(daemon, "ps");

        Assert.Equal(1, ended.Code);
        Assert.StartsWith("reeve: cannot write the output: No space left on device", ended.Error);
    }
}
