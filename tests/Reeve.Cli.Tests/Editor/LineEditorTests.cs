using Reeve.Cli.Shell;

namespace Reeve.Cli.Tests.Editor;

public sealed class LineEditorTests
{
    const string Up = "\e[A", Down = "\e[B", Left = "\e[D", Right = "\e[C";

    [Theory]
    [InlineData("status\r", "status")]
    [InlineData("status\n", "status")]
    [InlineData("ac" + Left + "b\r", "abc")]
    [InlineData("bc\x01" + "a\r", "abc")]
    [InlineData("bc\e[Ha\e[Fd\r", "abcd")]
    [InlineData("bc\eOHa\eOFd\r", "abcd")]
    [InlineData("abd\x02" + "c\r", "abcd")]
    [InlineData("abx\x7f" + "c\r", "abc")]
    [InlineData("abx\bc\r", "abc")]
    [InlineData("axb\x01\x06\x04\r", "ab")]
    [InlineData("axb\x01\x06\e[3~\r", "ab")]
    [InlineData("abc" + Left + Left + Right + "\x0b\r", "ab")]
    [InlineData("abc" + Left + "\x15\r", "c")]
    [InlineData("stop web:a\x17" + "x\r", "stop x")]
    [InlineData("stop web:a\e\x7f" + "x\r", "stop web:x")]
    [InlineData("one two\eb\eb\edX\r", "X two")]
    [InlineData("one two\x01\efX\r", "oneX two")]
    [InlineData("one two\x01\e[1;5CX\e[1;5D\e[1;5DY\r", "YoneX two")]
    [InlineData("one two\x17\x01\x19 \r", "two one ")]
    [InlineData("ba\x14\r", "ab")]
    [InlineData("aéb" + Left + "\x7f\r", "ab")]
    [InlineData("a日本" + Left + "\x7f\r", "a本")]
    [InlineData("e\u0301x" + Left + "\x7fok\r", "okx")]
    [InlineData("a👩‍👩‍👧b" + Left + "\x7f\r", "ab")]
    [InlineData("\e[200~stop all\nstart all\n\e[201~\r", "stop all start all")]
    [InlineData("\e[200~a\tb\e[31mc\x03\e[201~d\r", "a b[31mcd")]
    [InlineData("a\e[24~\e[99;99;99xb\x00\eq\x1f" + "c\r", "abc")]
    [InlineData("\x7f\x04\r", null)]
    [InlineData("ab", null)]
    public void Keys_edit_the_line(string typed, string? expected)
    {
        var (results, _, _) = Type(typed);

        Assert.Equal(expected, results[0].Text);
        Assert.Equal(expected is null, results[0].IsEnd);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_passed_over()
    {
        var cancel = TestContext.Current.CancellationToken;
        var reader = new KeyReader(new Bytes([0xff, 0xc3, 0x28, (byte)'a']));

        Assert.Equal(KeyKind.Unknown, reader.Read(cancel).Kind);
        Assert.Equal(KeyKind.Unknown, reader.Read(cancel).Kind);
        Assert.Equal("a", reader.Read(cancel).Text);
        Assert.Equal(KeyKind.Gone, reader.Read(cancel).Kind);
    }

    [Fact]
    public void Ctrl_C_throws_the_line_away_and_Ctrl_D_on_an_empty_one_is_the_end()
    {
        var (results, screen, _) = Type("stop\x03pid\r\x04");

        Assert.Equal([new(null, IsEnd: false), new("pid", IsEnd: false), new(null, IsEnd: true)], results);
        Assert.StartsWith("> stop^C\n> pid\n> ", screen.Text + " ");
    }

    [Fact]
    public void Raw_mode_is_left_after_every_line()
    {
        var (_, _, terminal) = Type("a\rb\x03\x04");

        Assert.Equal(0, terminal.Raw);
    }

    [Theory]
    [InlineData(Up + "\r", "second")]
    [InlineData(Up + Up + "\r", "first")]
    [InlineData(Up + Up + Up + "\r", "first")]
    [InlineData("new" + Up + Down + "\r", "new")]
    [InlineData("new" + Up + Up + "\e>\r", "new")]
    [InlineData("\e<\r", "first")]
    [InlineData("\x10\x10\x0e\r", "second")]
    [InlineData("\x12rst\r", "first")]
    [InlineData("\x12s\x12\r", "first")]
    [InlineData("\x12sx\x7f" + "\r", "second")]
    [InlineData("\x12zz\r", "")]
    [InlineData("old\x12" + "first\x07\r", "old")]
    [InlineData("\x12second\x01X\r", "Xsecond")]
    public void History_is_walked_and_searched(string typed, string expected)
    {
        var history = new History();
        history.Add("first");
        history.Add("second");

        var (results, _, _) = Type(typed, history: history);

        Assert.Equal(expected, results[0].Text);
    }

    [Fact]
    public void A_line_longer_than_the_screen_is_drawn_over_several_rows()
    {
        var (_, screen, _) = Type("abcdefghijklmnopqrstuvwx\x01Z\r", width: 10);

        Assert.Equal("> Zabcdefg\nhijklmnopq\nrstuvwx\n> ".TrimEnd(), screen.Text);
    }

    [Fact]
    public void The_cursor_goes_to_the_next_row_when_a_row_is_full()
    {
        var cursor = (Row: -1, Column: -1);
        Type("abcdefgh", width: 10, beforeEnd: screen => cursor = screen.Cursor);

        Assert.Equal((1, 0), cursor);
    }

    [Fact]
    public void Wide_characters_take_two_columns_and_do_not_straddle_rows()
    {
        var cursor = (Row: -1, Column: -1);
        var (_, screen, _) = Type("日本語日本" + Left, width: 9, beforeEnd: s => cursor = s.Cursor);

        Assert.Equal("> 日本語\n日本", screen.Text);
        Assert.Equal((1, 2), cursor);
    }

    [Fact]
    public void What_is_typed_at_the_end_is_sent_once()
    {
        using var sent = new MemoryStream();
        var terminal = new TypedTerminal("pid web\r", width: 80);

        new LineEditor(terminal, new KeyReader(terminal), sent, new History(), null)
            .ReadLine("> ", TestContext.Current.CancellationToken);

        Assert.Equal("\e[?2004h> pid web\r\n\e[?2004l", System.Text.Encoding.UTF8.GetString(sent.ToArray()));
    }

    [Fact]
    public void Clearing_the_screen_keeps_the_line()
    {
        var (results, screen, _) = Type("abc\rde\x0c" + "f\r");

        Assert.Equal("def", results[1].Text);
        Assert.Equal("> def\n>", screen.Text);
    }

    [Theory]
    [InlineData("sta\t\r", "sta")]
    [InlineData("star\t\r", "start ")]
    [InlineData("s\t\r", "sta")]
    [InlineData("start we\t\r", "start web:")]
    [InlineData("start q\t\r", "start q")]
    [InlineData("star" + "x" + Left + "\t\r", "start x")]
    public void The_tabulator_completes_as_far_as_it_is_clear(string typed, string expected)
    {
        var (results, _, _) = Type(typed, complete: Complete);

        Assert.Equal(expected, results[0].Text);
    }

    [Fact]
    public void A_second_tabulator_lists_what_there_is()
    {
        var (_, screen, _) = Type("sta\t\tr\t\r", complete: Complete);

        Assert.Equal("> sta\nstart  status\n> start\n>", screen.Text);
        Assert.Equal(1, screen.Bells);
    }

    [Theory]
    [InlineData("y", 3)]
    [InlineData("n", 1)]
    public void A_long_list_is_shown_only_when_asked_for(string answer, int atLeastRows)
    {
        WordCompletion Many(string line) => new(0, [.. Enumerable.Range(100, 150).Select(n => $"p{n}")]);

        var (results, screen, _) = Type($"p\t\t{answer}\r", complete: Many);

        Assert.Contains("Display all 150 possibilities? (y or n)", screen.Text);
        Assert.Equal(answer == "y", screen.Text.Contains("p249"));
        Assert.True(screen.Text.Split('\n').Length > atLeastRows);
        Assert.Equal("p", results[0].Text);
    }

    [Fact]
    public void A_password_is_not_shown()
    {
        using var screen = new RenderedScreen(40);
        var terminal = new TypedTerminal("sex\x7f" + "cret\r");
        var editor = new LineEditor(terminal, new KeyReader(terminal), screen, new History(), null);

        Assert.Equal("secret", editor.ReadHidden("Password:", TestContext.Current.CancellationToken));
        Assert.Equal("Password:", screen.Text);
        Assert.Equal(0, terminal.Raw);
    }

    [Fact]
    public void A_line_has_a_limit()
    {
        var (results, screen, _) = Type("\e[200~" + new string('x', EditBuffer.MaxLength + 1) + "\e[201~ok\r", atOnce: 1000);

        Assert.Equal("ok", results[0].Text);
        Assert.Equal(1, screen.Bells);
    }

    static WordCompletion Complete(string line)
    {
        string[] words = line.Contains(' ') ? ["web:a", "web:b", "cat"] : ["start", "status", "stop"];
        if (line.StartsWith('s') && !line.Contains(' '))
            words = ["start", "status"];
        var start = line.LastIndexOf(' ') + 1;
        return new(start, [.. words.Where(w => w.StartsWith(line[start..], StringComparison.Ordinal))]);
    }

    static (List<LineResult> Results, RenderedScreen Screen, TypedTerminal Terminal) Type(
        string typed, int width = 40, History? history = null, Func<string, WordCompletion>? complete = null,
        Action<RenderedScreen>? beforeEnd = null, int atOnce = 1)
    {
        var screen = new RenderedScreen(width);
        var terminal = new TypedTerminal(typed, width, atOnce) { BeforeRead = () => beforeEnd?.Invoke(screen) };
        var editor = new LineEditor(terminal, new KeyReader(terminal), screen, history ?? new History(), complete);
        List<LineResult> results = [];
        do
        {
            results.Add(editor.ReadLine("> ", TestContext.Current.CancellationToken));
        }
        while (!results[^1].IsEnd);
        return (results, screen, terminal);
    }

    sealed class Bytes(byte[] bytes) : ITerminal
    {
        bool _given;

        public int Width => 80;

        public IDisposable EnterRawMode() => throw new NotSupportedException();

        public int Read(Span<byte> buffer, CancellationToken cancel)
        {
            if (_given)
                return 0;
            _given = true;
            bytes.CopyTo(buffer);
            return bytes.Length;
        }
    }
}
