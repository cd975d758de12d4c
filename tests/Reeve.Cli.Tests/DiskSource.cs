using Reeve.Core.Configuration;

namespace Reeve.Cli.Tests;

/// <summary>The machine's files; users are not asked for by these tests.</summary>
sealed class DiskSource : IConfigurationSource
{
    /// <summary>How often a file was read.</summary>
    public int Reads { get; private set; }

    public byte[] ReadFile(string path)
    {
        Reads++;
        return Directory.Exists(path) ? throw new IOException("a directory") : File.ReadAllBytes(path);
    }

    public byte[] ReadIncludedFile(string path) => ReadFile(path);

    public bool FileExists(string path) => File.Exists(path);

    public bool CanRead(string path) => File.Exists(path);

    public string FullPath(string path) => Path.GetFullPath(path);

    public IReadOnlyList<string> Glob(string pattern) => [];

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public int? FindUser(string nameOrId) => null;

    public int? FindGroup(string nameOrId) => null;

    public int? PrimaryGroup(int userId) => null;

    public string? Home(string? user) => null;

    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    public string HostName => "test";
}
