using Reeve.Linux.Files;
using Reeve.Linux.Processes;

namespace Reeve.Linux.Tests;

public class NativeTextTests
{
    // A lone surrogate cannot stand in an attribute; written here it can.
    private const string Odd = "x\udcff\udce9y";

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { (byte)'a', 0xC3, 0xA9 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'x', 0xFF, 0xE9, (byte)'y' })]
    [InlineData(new byte[] { 0xE2, 0x82, (byte)'a' })]
    [InlineData(new byte[] { 0xED, 0xB3, 0xBF })]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, 0x80, 0x80, 0xF0, 0x9F, 0x98 })]
    public void Any_bytes_come_back_as_they_were(byte[] bytes)
    {
        var text = NativeText.Decode(bytes);

        Assert.Equal(bytes, NativeText.Encode(text));
        Assert.Equal(bytes.Length, NativeText.ByteCount(text));
    }

    [Fact]
    public void Bytes_become_the_surrogates_of_Python()
    {
        Assert.Equal(Odd, NativeText.Decode([(byte)'x', 0xFF, 0xE9, (byte)'y']));
        Assert.True(NativeText.HasEscapes(Odd));
        Assert.False(NativeText.HasEscapes("é\U0001F4FF"));
    }

    [Fact]
    public void What_is_no_escape_is_written_as_UTF8_has_it()
    {
        Assert.Equal("\uFFFD"u8.ToArray(), NativeText.Encode("\ud800"));
        Assert.Equal("\U0001F4FF"u8.ToArray(), NativeText.Encode("\U0001F4FF"));
    }

    [Theory]
    [InlineData("/plain/é📿", "/plain/é📿")]
    [InlineData(@"a\u0041\", @"a\\u0041\\")]
    public void Ordinary_text_is_spelled_as_it_is_but_for_backslashes(string text, string spelled)
    {
        Assert.Equal(spelled, NativeText.Escape(text));
        Assert.Equal(text, NativeText.Unescape(spelled));
    }

    [Fact]
    public void What_is_no_UTF8_is_spelled_out()
    {
        Assert.Equal(@"\\x\udcff\udce9y", NativeText.Escape("\\" + Odd));
        Assert.Equal("\\" + Odd, NativeText.Unescape(@"\\x\udcff\udce9y"));
    }

    [Fact]
    public void A_child_gets_the_bytes_of_arguments_and_variables()
    {
        var request = Child.Shell("""printf %s "$1$BAD" | od -An -tx1""", Odd) with { Environment = ["PATH=/usr/bin:/bin", $"BAD={Odd}"] };

        Assert.Equal(" 78 ff e9 79 78 ff e9 79\n", Child.Output(request));
    }

    [Fact]
    public void Variables_and_directory_of_this_process_are_read_as_they_are()
    {
        using var directory = new TemporaryDirectory();
        var place = $"{directory.Path}/{Odd}";
        Child.Output(Child.Shell("mkdir \"$1\"", place));
        var request = SecondPart.Request("own");

        var output = Child.Output(request with { Environment = [.. request.Environment, $"BAD={Odd}", "=odd", "none"], Directory = place });

        Remove(place);
        Assert.Equal($"BAD 78FFE979\ndirectory {Convert.ToHexString(NativeText.Encode(place))}\nnamed 2\n", output);
    }

    [Fact]
    public void A_removed_directory_is_no_current_one()
    {
        using var directory = new TemporaryDirectory();
        var place = Directory.CreateDirectory(directory.File("gone")).FullName;
        var request = SecondPart.Request("removed directory");

        // The part goes there and removes it itself: nothing can be started in a directory that is gone.
        Assert.Equal("0\nnone\n", Child.Output(request with { Arguments = [.. request.Arguments, place] }));
    }

    [Fact]
    public void Files_are_found_whatever_their_names_are()
    {
        using var directory = new TemporaryDirectory();
        var path = $"{directory.Path}/{Odd}{new string('z', 200)}";
        Child.Output(Child.Shell("echo there > \"$1\"", path));

        Assert.Equal(0, PosixFile.TryFacts(path, out var facts));
        Assert.Equal(6, facts.Size);
        using var file = PosixFile.Open(path, FileFlags.ReadOnly);
        Assert.True(FilePermission.CanRead(path));
        Assert.False(FilePermission.CanRead(path + "x"));
        Assert.Equal(Errno.ENOTDIR, OwnProcess.TryChangeDirectory(path));
        Remove(path);
    }

    // .NET cannot name it.
    private static void Remove(string path) => Child.Output(Child.Shell("rm -r \"$1\"", path));
}
