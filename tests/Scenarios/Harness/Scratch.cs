namespace Scenarios.Harness;

/// <summary>A directory of one test, removed with everything in it. Its path has always the same length.</summary>
sealed class Scratch : IDisposable
{
    public Scratch()
    {
        // Short, for a unix socket's path ends at 107 bytes; of constant length, so that columns line up on both sides.
        Root = $"/tmp/rv-{Guid.NewGuid():N}"[..20];
        Directory.CreateDirectory(Root);
        // A child that changed its user must still reach its files.
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
    }

    public string Root { get; }

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        var path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Read(string name) => File.ReadAllText(Path(name));

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it itself; or there is a name in it that .NET cannot spell.
        }

        if (!Directory.Exists(Root))
            return;
        using var remove = System.Diagnostics.Process.Start("/bin/rm", ["-r", Root]);
        remove.WaitForExit();
    }
}
