namespace Reeve.Keeper.Tests;

/// <summary>What must not appear in this room: each would take signals or exit statuses away from the keeper.</summary>
public class RoomTests
{
    [Theory]
    [InlineData("Process.Start")]
    [InlineData("using System.Diagnostics")]
    [InlineData("Diagnostics.Process(")]
    [InlineData("Console.")]
    [InlineData("PosixSignalRegistration.")]
    public void The_keeper_never_uses(string banned)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Reeve.slnx")))
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("The sources are not here");
        var sources = Directory.GetFiles(Path.Combine(root, "src", "Reeve.Keeper"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(sources);
        Assert.DoesNotContain(sources, file => File.ReadLines(file).Any(
            line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                && line.Contains(banned, StringComparison.Ordinal)));
    }
}
