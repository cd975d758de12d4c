using System.Text;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public class CaptureScannerTests
{
    private const string Begin = "<!--XSUPERVISOR:BEGIN-->", End = "<!--XSUPERVISOR:END-->";

    public static TheoryData<string, string, string> Outputs => new()
    {
        { "nothing special", "nothing special", "" },
        { $"a{Begin}b{End}c", "ac", "[b]" },
        { $"{Begin}{End}", "", "[]" },
        { $"{Begin}b{Begin}c{End}d", "d", $"[b{Begin}c]" },
        { $"{Begin}1{End}{Begin}2{End}", "", "[1][2]" },
        { $"x{End}y", $"x{End}y", "" },
        { "<<!--<!--XSUPERVISOR:BEGIN--<!--XSUPERVISOR:END-", "<<!--<!--XSUPERVISOR:BEGIN--<!--XSUPERVISOR:END-", "" },
        { $"<!--X{Begin}<!--XSUPER{End}>", "<!--X>", "[<!--XSUPER]" },
        { $"a{Begin}never ended", "a", "" },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Tokens_are_found_however_the_output_is_cut_into_two(string output, string plain, string sections)
    {
        var data = Encoding.ASCII.GetBytes(output);
        for (var cut = 0; cut <= data.Length; cut++)
        {
            var sorted = new Sorted();
            sorted.Scanner.Scan(data.AsSpan(0, cut));
            sorted.Scanner.Scan(data.AsSpan(cut));
            sorted.Scanner.Release();

            Assert.Equal((plain, sections), (sorted.Plain, sorted.Sections));
        }
    }

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Tokens_are_found_in_single_bytes(string output, string plain, string sections)
    {
        var sorted = new Sorted();
        foreach (var octet in Encoding.ASCII.GetBytes(output))
            sorted.Scanner.Scan([octet]);
        sorted.Scanner.Release();

        Assert.Equal((plain, sections), (sorted.Plain, sorted.Sections));
    }

    [Fact]
    public void Only_a_begun_token_is_held_back()
    {
        var sorted = new Sorted();

        sorted.Scanner.Scan("short<!--XSUP"u8);
        Assert.Equal("short", sorted.Plain);

        sorted.Scanner.Release();
        Assert.Equal("short<!--XSUP", sorted.Plain);
    }

    [Theory]
    [InlineData(4, new[] { "abcdef" }, "cdef")]
    [InlineData(4, new[] { "ab", "cd" }, "abcd")]
    [InlineData(4, new[] { "abc", "de" }, "bcde")]
    [InlineData(4, new[] { "abc", "de", "f", "ghijklm" }, "jklm")]
    [InlineData(4, new[] { "abc", "de", "fg" }, "defg")]
    [InlineData(1, new[] { "abc", "" }, "c")]
    [InlineData(100, new string[0], "")]
    public void A_section_keeps_its_newest_bytes(long limit, string[] chunks, string kept)
    {
        var buffer = new CaptureBuffer(limit);
        for (var again = 0; again < 2; again++)
        {
            foreach (var chunk in chunks)
                buffer.Add(Encoding.ASCII.GetBytes(chunk));

            Assert.Equal(kept, Encoding.ASCII.GetString(buffer.Take()));
        }
    }

    [Fact]
    public void A_section_that_grows_past_its_first_buffer_is_whole()
    {
        var buffer = new CaptureBuffer(100_000);
        var all = new byte[250_000];
        new Random(1).NextBytes(all);
        for (var at = 0; at < all.Length; at += 1000)
            buffer.Add(all.AsSpan(at, 1000));

        Assert.True(buffer.Take().SequenceEqual(all.AsSpan(150_000)));
    }

    private sealed class Sorted : ICaptureTarget
    {
        private readonly StringBuilder _open = new();

        public Sorted() => Scanner = new(this);

        public CaptureScanner Scanner { get; }

        public string Plain { get; private set; } = "";

        public string Sections { get; private set; } = "";

        public void OnPlain(ReadOnlySpan<byte> data) => Plain += Encoding.ASCII.GetString(data);

        public void OnSection(ReadOnlySpan<byte> data) => _open.Append(Encoding.ASCII.GetString(data));

        public void OnSectionEnd()
        {
            Sections += $"[{_open}]";
            _open.Clear();
        }
    }
}
