using System.Text;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public class AnsiStripperTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\e[31mred\e[0m", "red")]
    [InlineData("\e[1;2Hx", "x")]
    [InlineData("a\e[2Kb\e[10Ac", "abc")]
    [InlineData("a\eb\e\e[mc", "a\eb\ec")]
    [InlineData("\e[?25lhidden\e[?25h", "hidden")]
    [InlineData("\e[s\e[u\e[J", "")]
    [InlineData("\e[3Gxp!", "!")]
    [InlineData("ends with \e", "ends with \e")]
    [InlineData("never ended \e[12", "never ended ")]
    [InlineData("[31m", "[31m")]
    [InlineData("\e\e\e[0m\e", "\e\e\e")]
    public void Sequences_go_wherever_the_output_is_cut(string output, string stripped)
    {
        var data = Encoding.ASCII.GetBytes(output);
        for (var cut = 0; cut <= data.Length; cut++)
            Assert.Equal(stripped, Strip(data[..cut], data[cut..]));
        Assert.Equal(stripped, Strip([.. data.Select(octet => new[] { octet })]));
    }

    private static string Strip(params byte[][] chunks)
    {
        var stripper = new AnsiStripper();
        var text = new StringBuilder();
        foreach (var chunk in chunks)
        {
            var result = new byte[AnsiStripper.LongestResult(chunk.Length)];
            text.Append(Encoding.ASCII.GetString(result, 0, stripper.Strip(chunk, result)));
        }
        if (stripper.Release())
            text.Append('\e');
        Assert.False(stripper.Release());
        return text.ToString();
    }
}
