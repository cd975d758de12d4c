using Reeve.Cli.Shell;

namespace Reeve.Cli.Tests.Editor;

public sealed class HistoryTests
{
    [Fact]
    public void Lines_come_back_from_the_file_and_nobody_else_may_read_it()
    {
        using var directory = new Folder();
        var path = Path.Combine(directory.Path, "history");
        var history = new History();
        foreach (var line in (string[])["status", "", "  ", "stop é", "stop é", "status"])
            history.Add(line);

        Assert.True(history.TrySave(path));

        Assert.Equal(["status", "stop é", "status"], History.Load(path).Lines);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void The_oldest_lines_go_when_there_are_too_many()
    {
        var history = new History();
        for (var number = 0; number <= History.MaxLines; number++)
            history.Add($"line {number}");

        Assert.Equal(History.MaxLines, history.Lines.Count);
        Assert.Equal("line 1", history.Lines[0]);
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_no_obstacle()
    {
        using var directory = new Folder();

        Assert.Empty(History.Load(directory.Path).Lines);
        Assert.Empty(History.Load(directory.Path + "/absent").Lines);
        Assert.False(new History().TrySave(directory.Path + "/absent/history"));
    }

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("reeve-history").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
