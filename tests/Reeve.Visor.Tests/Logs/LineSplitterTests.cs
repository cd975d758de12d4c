using System.Text;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Tests.Logs;

public class LineSplitterTests
{
    [Fact]
    public void Lines_are_whole_wherever_the_output_is_cut()
    {
        var data = "one\n\nthree\nlast"u8.ToArray();
        for (var cut = 0; cut <= data.Length; cut++)
        {
            Assert.Equal(["one", "", "three"], Split([data[..cut], data[cut..]], release: false));
            Assert.Equal(["one", "", "three", "last"], Split([data[..cut], data[cut..]], release: true));
        }
    }

    [Fact]
    public void A_line_without_end_is_handed_on_in_pieces()
    {
        const int longest = LineSplitter.LongestLine;
        var text = Encoding.ASCII.GetBytes(new string('x', longest) + new string('y', 10) + "\n");
        foreach (var cut in (int[])[0, 1, longest - 1, longest, longest + 1])
        {
            var lines = Split([text[..cut], text[cut..]], release: true);

            Assert.Equal([new string('x', longest), new string('y', 10)], lines);
        }
    }

    private static List<string> Split(byte[][] chunks, bool release)
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(line => lines.Add(Encoding.ASCII.GetString(line)));
        foreach (var chunk in chunks)
            splitter.Add(chunk);
        if (release)
            splitter.Release();
        return lines;
    }
}
