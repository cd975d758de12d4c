using Reeve.Core.Selection;

namespace Reeve.Core.Tests.Selection;

public class NearestNameTests
{
    [Theory]
    [InlineData("stats", "status")]
    [InlineData("sttaus", "status")]
    [InlineData("Start", "start")]
    [InlineData("stop", "stop")]
    [InlineData("xyzzy", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_found_when_one_is_near(string name, string? nearest)
    {
        Assert.Equal(nearest, NearestName.Find(name, ["start", "stop", "status"]));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "axc", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distances_count_letters_and_swaps(string a, string b, int distance)
    {
        Assert.Equal(distance, NearestName.Distance(a, b));
        Assert.Equal(distance, NearestName.Distance(b, a));
    }
}
