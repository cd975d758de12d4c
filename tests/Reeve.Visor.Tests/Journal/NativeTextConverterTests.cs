using System.Text.Json;
using Reeve.Core.Configuration;
using Reeve.Visor.Journal;

namespace Reeve.Visor.Tests.Journal;

public class NativeTextConverterTests
{
    [Theory]
    [InlineData("plain é 📿")]
    [InlineData("")]
    public void Ordinary_text_is_an_ordinary_string(string text) =>
        Assert.Equal(text, ThereAndBack(text, out var json).Identifier);

    [Fact]
    public void Bytes_that_are_no_UTF8_come_back()
    {
        const string odd = "x\udcff\udce9y";

        var read = ThereAndBack(odd, out var json);

        Assert.Equal(odd, read.Identifier);
        Assert.Equal(odd, read.Environment["BAD"]);
        Assert.Contains("""["eP/peQ=="]""", json);
    }

    [Theory]
    [InlineData("""{"Identifier":["!"]}""")]
    [InlineData("""{"Identifier":["eA==","eA=="]}""")]
    [InlineData("""{"Identifier":[]}""")]
    public void What_is_no_such_list_is_refused(string json) => Assert.Throws<JsonException>(
        () => JsonSerializer.Deserialize(json, StoredConfigurationJson.Default.DaemonConfiguration));

    private static DaemonConfiguration ThereAndBack(string text, out string json)
    {
        var configuration = new DaemonConfiguration { Identifier = text, Environment = new Dictionary<string, string> { ["BAD"] = text } };
        json = JsonSerializer.Serialize(configuration, StoredConfigurationJson.Default.DaemonConfiguration);
        return JsonSerializer.Deserialize(json, StoredConfigurationJson.Default.DaemonConfiguration)!;
    }
}
