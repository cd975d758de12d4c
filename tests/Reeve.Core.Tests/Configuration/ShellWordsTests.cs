using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

public class ShellWordsTests
{
    [Theory]
    [InlineData("a  b", "a|b")]
    [InlineData("a \"b c\"", "a|b c")]
    [InlineData("a'b'\"c\"", "abc")]
    [InlineData("a \\ b", "a| b")]
    [InlineData("\"\\a\\\"\"", "\\a\"")]
    [InlineData("'\\'", "\\")]
    [InlineData("a '' b", "a||b")]
    [InlineData("a#b #c", "a#b|#c")]
    [InlineData("\"a\nb\"\nc\td\re", "a\nb|c|d|e")]
    [InlineData("$X `y` | > *", "$X|`y`|\u007c|>|*")]
    public void A_command_is_split_by_POSIX_quoting(string command, string words)
    {
        Assert.True(ShellWords.TrySplit(command, out var split, out var error));
        Assert.Equal(words, string.Join('|', split));
        Assert.Empty(error);
    }

    [Fact]
    public void A_blank_command_has_no_words_and_a_quoted_nothing_is_one()
    {
        Assert.True(ShellWords.TrySplit(" \n", out var none, out _));
        Assert.Empty(none);
        Assert.True(ShellWords.TrySplit("\"\"", out var one, out _));
        Assert.Equal([""], one);
    }

    [Theory]
    [InlineData("a 'b", "No closing quotation")]
    [InlineData("a \"b", "No closing quotation")]
    [InlineData("a\\", "No escaped character")]
    [InlineData("\"a\\", "No escaped character")]
    public void What_cannot_be_split_has_Supervisors_text(string command, string text)
    {
        Assert.False(ShellWords.TrySplit(command, out var words, out var error));
        Assert.Equal(text, error);
        Assert.Empty(words);
    }
}
