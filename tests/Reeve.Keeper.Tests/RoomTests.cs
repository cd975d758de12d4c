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
    public void The_keeper_never_uses(string banned) => Assert.DoesNotContain(Lines("Reeve.Keeper"), line => line.Contains(banned, StringComparison.Ordinal));

    /// <summary>The keeper stands on it. A signalfd loses wake-ups to threads of the runtime.</summary>
    [Theory]
    [InlineData("Process.Start")]
    [InlineData("Diagnostics.Process(")]
    [InlineData("Console.")]
    [InlineData("PosixSignalRegistration.")]
    [InlineData("signalfd")]
    public void Neither_do_the_native_calls(string banned) => Assert.DoesNotContain(Lines("Reeve.Linux"), line => line.Contains(banned, StringComparison.Ordinal));

    /// <summary>All lines of a room's sources but comments.</summary>
    static string[] Lines(string room)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Reeve.slnx")))
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("The sources are not here");
        string[] lines = [.. Directory.GetFiles(Path.Combine(root, "src", room), "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".c" or ".h" && !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        return lines;
    }
}
