namespace Reeve.Cli.Tests;

public sealed class EndpointTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("reeve-endpoint-").FullName;
    readonly Shell _shell = new();

    public EndpointTests() => _shell.Files = new DiskSource();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    string Write(string name, string text)
    {
        var file = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    [Fact]
    public async Task An_endpoint_wins_over_a_file_and_that_over_the_environment()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        var file = Write("s.conf", "[supervisorctl]\nserverurl=unix:///nowhere/file.sock\n");
        _shell.Variables["REEVE_ENDPOINT"] = "/nowhere/variable.sock";

        Assert.Equal(0, (await _shell.RunAsync(daemon, "-c", file, "ps")).Code);
        Assert.StartsWith("reeve: cannot reach reeve at unix:///nowhere/file.sock: ", (await _shell.RunAsync("-c", file, "ps")).Error);
        _shell.Variables["REEVE_ENDPOINT"] = "/nowhere/variable.sock";
        Assert.Contains("/nowhere/variable.sock", (await _shell.RunAsync("ps")).Error);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData(" , ")]
    public async Task A_blank_variable_names_no_endpoint(string blank)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        _shell.Variables["REEVE_ENDPOINT"] = blank;
        _shell.Variables["REEVE_SOCKET"] = daemon.SocketPath;

        Assert.Equal((0, ""), ((await _shell.RunAsync("ps")).Code, _shell.Err.Text));
    }

    [Fact]
    public async Task A_default_socket_that_cannot_be_looked_at_is_not_passed_over()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        Write("etc/supervisord.conf", $"[supervisorctl]\nserverurl=unix://{daemon.SocketPath}\n");
        _shell.ProgramFile = Path.Combine(_directory, "bin", "reeve");
        // As of a directory that may not be entered, nobody can say whether it is there; but root could enter that.
        var loop = Path.Combine(_directory, "loop");
        File.CreateSymbolicLink(loop, loop);
        _shell.Variables["REEVE_SOCKET"] = loop + "/r.sock";

        var ended = await _shell.RunAsync("ps");

        Assert.Equal(4, ended.Code);
        Assert.StartsWith($"reeve: cannot reach reeve at unix://{loop}/r.sock: ", ended.Error);
    }

    [Fact]
    public async Task A_configuration_file_names_the_daemon_and_the_user()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        var file = Write("s.conf", $"[supervisorctl]\nserverurl=unix://{daemon.SocketPath}\nusername=jo\npassword=secret\n");

        Assert.Equal(0, (await _shell.RunAsync("-c", file, "ps")).Code);

        Assert.Contains($"Authorization: Basic {Convert.ToBase64String("jo:secret"u8)}\r\n", daemon.Asked.First().Head);
    }

    [Fact]
    public async Task Without_anything_the_file_that_Supervisor_would_find_is_taken()
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        Write("etc/supervisord.conf", $"[supervisorctl]\nserverurl=unix://{daemon.SocketPath}\n");
        _shell.ProgramFile = Path.Combine(_directory, "bin", "reeve");

        Assert.Equal(0, (await _shell.RunAsync("ps")).Code);
    }

    [Fact]
    public async Task A_file_without_the_section_is_an_error_that_says_so()
    {
        var file = Write("s.conf", "[supervisord]\n");

        var ended = await _shell.RunAsync("-c", file, "ps");

        Assert.Equal(1, ended.Code);
        Assert.Contains($"cannot find out from {file} where the daemon listens; name it with -e.\n", ended.Error);
        Assert.Contains("[supervisorctl]", ended.Error);
    }

    [Theory]
    [InlineData("al:pw", "al:pw")]
    [InlineData("al", "al:fromenv")]
    [InlineData(null, "jo:fromenv")]
    public async Task Users_come_from_the_option_and_passwords_from_the_environment(string? user, string expected)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("a"));
        _shell.Variables["REEVE_PASSWORD"] = "fromenv";
        _shell.Variables["REEVE_USER"] = "jo";

        await _shell.RunAsync(daemon, user is null ? ["ps"] : ["-u", user, "ps"]);

        var sent = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(expected));
        Assert.Contains($"Authorization: Basic {sent}\r\n", daemon.Asked.First().Head);
    }

    [Fact]
    public async Task Check_prints_every_finding_at_its_line()
    {
        var bad = Write("bad.conf", "[supervisord]\n[program:a]\ncommand=/bin/true\nstartsecs=5s\n[program:b]\ncommand=/bin/true\nautostart=maybe\n");
        var good = Write("good.conf", "[supervisord]\n[program:a]\ncommand=/bin/true\n");

        var ended = await new Shell { Files = _shell.Files }.RunAsync("check", bad);
        Assert.Equal(1, ended.Code);
        Assert.Contains($"{bad}:4: error: [program:a] ", ended.Output);
        Assert.Contains($"{bad}:7: error: [program:b] ", ended.Output);
        Assert.Equal($"reeve: {bad} cannot be used: 2 errors.\n", ended.Error);

        ended = await new Shell { Files = _shell.Files }.RunAsync("check", good);
        Assert.Equal((0, $"{good}: ok: 1 group, 1 process\n", ""), (ended.Code, ended.Output, ended.Error));

        ended = await new Shell { Files = _shell.Files }.RunAsync("check", bad, "--json");
        Assert.StartsWith($"{{\"file\":\"{bad}\",\"usable\":false,\"problems\":[{{\"severity\":\"error\"", ended.Output);
    }

    [Fact]
    public async Task Reread_and_update_say_what_they_find_and_do()
    {
        await using var daemon = new FakeDaemon();

        Assert.Equal("a: new\nb: changed\nc: gone\n", (await new Shell().RunAsync(daemon, "reread")).Output);
        Assert.Equal("a: added\nb: replaced\nc: removed\n", (await new Shell().RunAsync(daemon, "update", "a")).Output);
        Assert.Equal("a", daemon.Asked.Last().Query["group"]);
        Assert.Equal("""{"added":["a"],"changed":["b"],"removed":["c"]}""" + "\n", (await new Shell().RunAsync(daemon, "update", "all", "--json")).Output);
        Assert.Empty(daemon.Asked.Last().Query);
    }

    [Theory]
    [InlineData("update", "web", "all")]
    [InlineData("update", "all", "nope")]
    public async Task All_anywhere_among_the_groups_means_all(params string[] line)
    {
        await using var daemon = new FakeDaemon();

        await _shell.RunAsync(daemon, line);

        Assert.Empty(daemon.Asked.Last().Query);
    }

    [Theory]
    [InlineData("ap", "Did you mean 'api'?")]
    [InlineData("brandnew2", "Did you mean 'brandnew'?")]
    [InlineData("zzzzzz", "'reeve ps' shows those that there are, 'reeve reread' those that are new.")]
    public async Task A_group_that_does_not_exist_is_told_with_its_nearest(string typed, string advice)
    {
        await using var daemon = new FakeDaemon(FakeDaemon.Process("api"));
        daemon.Rule = asked => asked.Path switch
        {
            "/api/v1/config/update" => Answer.Problem(404, "bad-name", "No such process or group: " + typed),
            "/api/v1/config/reread" => new(200, """{"added":["brandnew"],"changed":[],"removed":[]}"""),
            _ => null,
        };

        var ended = await _shell.RunAsync(daemon, "update", "api", typed);

        Assert.Equal((1, $"reeve: no group is called '{typed}'. {advice}\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Check_of_a_missing_file_does_not_advise_what_was_done_already()
    {
        var ended = await _shell.RunAsync("check", "/nonexistent");

        Assert.Equal((1, "/nonexistent: error: cannot read the configuration: there is no such file.\n",
            "reeve: /nonexistent cannot be used: 1 error.\n"), (ended.Code, ended.Output, ended.Error));
    }

    [Fact]
    public async Task A_file_that_cannot_be_reread_is_explained_line_by_line()
    {
        await using var daemon = new FakeDaemon();
        daemon.Rule = asked => asked.Path.EndsWith("/reread")
            ? Answer.Problem(409, "cant-reread", "the configuration cannot be used")
            : new(200, """{"file":"s.conf","problems":[{"severity":"error","file":"s.conf","line":3,"section":"program:a","text":"cannot read it"}]}""");

        var ended = await _shell.RunAsync(daemon, "reread");

        Assert.Equal((1, "s.conf:3: error: [program:a] cannot read it\n"
            + "reeve: the configuration cannot be used; the daemon goes on with the one before.\n"), (ended.Code, ended.Error));
    }
}
