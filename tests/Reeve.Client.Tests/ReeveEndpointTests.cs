namespace Reeve.Client.Tests;

public class ReeveEndpointTests
{
    [Theory]
    [InlineData("unix:///run/reeve.sock", "unix:///run/reeve.sock")]
    [InlineData("ipc:///run/reeve.sock", "unix:///run/reeve.sock")]
    [InlineData("UNIX:///run/reeve.sock", "unix:///run/reeve.sock")]
    [InlineData("/run/reeve.sock", "unix:///run/reeve.sock")]
    [InlineData("./reeve", "unix://./reeve")]
    [InlineData("reeve.sock", "unix://reeve.sock")]
    [InlineData("http://localhost:9001", "http://localhost:9001")]
    [InlineData("http://localhost:9001/", "http://localhost:9001")]
    [InlineData("http://localhost:9001/RPC2", "http://localhost:9001")]
    [InlineData("http://localhost", "http://localhost:9001")]
    [InlineData("tcp://10.0.0.1:80", "http://10.0.0.1:80")]
    [InlineData("host:1", "http://host:1")]
    [InlineData("http://:9001", "http://localhost:9001")]
    [InlineData("http://*:9001", "http://localhost:9001")]
    [InlineData("http://[::1]:9001", "http://[::1]:9001")]
    public void Every_spelling_leads_to_one_endpoint(string text, string expected) =>
        Assert.Equal(expected, ReeveEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("unix://", "empty socket path")]
    [InlineData("https://host", "TLS is not spoken here")]
    [InlineData("ftp://host", "'ftp' is no known scheme")]
    [InlineData("http://host:0", "':0' is no port")]
    [InlineData("http://host:65536", "':65536' is no port")]
    [InlineData("http://host:+1", "':+1' is no port")]
    [InlineData("http://host:9001/other", "a path ('/other') has no meaning")]
    [InlineData("http://[::1:9001", "bracket")]
    [InlineData("http://ho st", "'ho st' is no host name")]
    public void What_is_none_says_why(string text, string reason)
    {
        var e = Assert.Throws<FormatException>(() => ReeveEndpoint.Parse(text));
        Assert.Contains(reason, e.Message);
        Assert.StartsWith("cannot", e.Message);
    }

    [Fact]
    public void A_socket_path_longer_than_an_address_can_be_is_refused_before_it_is_tried()
    {
        Assert.NotNull(ReeveEndpoint.Unix("/" + new string('a', 106)));
        Assert.Throws<FormatException>(() => ReeveEndpoint.Unix("/" + new string('a', 107)));
        Assert.Throws<FormatException>(() => ReeveEndpoint.Unix("/" + new string('ä', 54)));
    }

    [Theory]
    [InlineData("http://user:p%40ss%3A@host:1", "user", "p@ss:", "http://host:1")]
    [InlineData("http://user:p:q@host:1", "user", "p:q", "http://host:1")]
    [InlineData("unix://user:pw@/run/a@b.sock", "user", "pw", "unix:///run/a@b.sock")]
    [InlineData("http://user@host", "user", "", "http://host:9001")]
    public void Credentials_are_taken_off_the_url_and_never_shown(string text, string user, string password, string shown)
    {
        var endpoint = ReeveEndpoint.Parse(text);
        Assert.Equal((user, password, shown), (endpoint.UserName, endpoint.Password, endpoint.ToString()));
    }

    [Fact]
    public void A_password_is_not_repeated_in_an_error()
    {
        var e = Assert.Throws<FormatException>(() => ReeveEndpoint.Parse("http://user:secret@host:bad"));
        Assert.DoesNotContain("secret", e.Message);
    }

    [Theory]
    [InlineData(0, "/run/user/0", "/run/reeve/reeve.sock")]
    [InlineData(1000, "/run/user/1000", "/run/user/1000/reeve/reeve.sock")]
    [InlineData(1000, "/run/user/1000/", "/run/user/1000/reeve/reeve.sock")]
    [InlineData(1000, "", "/tmp/reeve-1000/reeve.sock")]
    [InlineData(1000, null, "/tmp/reeve-1000/reeve.sock")]
    [InlineData(1000, "relative", "/tmp/reeve-1000/reeve.sock")]
    public void The_default_socket_is_where_the_user_may_write(int user, string? runtime, string path) =>
        Assert.Equal(path, DefaultEndpoint.SocketPath(user, runtime));
}
