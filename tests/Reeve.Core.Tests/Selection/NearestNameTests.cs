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
    [InlineData("stdout_log", "stdout_logfile")]
    [InlineData("stdout_sysl", "stdout_syslog")]
    [InlineData("stdout_logfil", "stdout_logfile")]
    [InlineData("numprocs_start", null)]
    [InlineData("st", null)]
    public void A_name_that_was_left_unfinished_is_nearer_than_another_one(string name, string? nearest)
    {
        Assert.Equal(nearest, NearestName.Find(name, ["stdout_syslog", "stdout_logfile_maxbytes", "stdout_logfile"]));
    }

    [Fact]
    public void One_slip_is_nearer_than_an_unfinished_name()
    {
        Assert.Equal("users", NearestName.Find("user", ["username", "users"]));
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
