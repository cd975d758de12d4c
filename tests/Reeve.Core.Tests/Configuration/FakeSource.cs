using System.Text;
using System.Text.RegularExpressions;
using Reeve.Core.Configuration;

namespace Reeve.Core.Tests.Configuration;

/// <summary>A machine made of a few files, directories and users.</summary>
sealed class FakeSource : IConfigurationSource
{
    readonly Dictionary<string, byte[]> _files = [];

    public HashSet<string> Directories { get; } = ["/", "/etc", "/etc/conf.d", "/tmp", "/var/log", "/home/me", "/cwd"];
    public Dictionary<string, string> Variables { get; } = new() { ["HOME"] = "/home/me", ["SHELL"] = "/bin/sh" };
    public HashSet<string> Unreadable { get; } = [];
    public HashSet<string> Pipes { get; } = [];

    public IReadOnlyDictionary<string, string> Environment => Variables;
    public string HostName => "node7";

    public FakeSource With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public FakeSource With(string path, byte[] bytes)
    {
        _files[path] = bytes;
        return this;
    }

    public byte[] ReadFile(string path) =>
        Unreadable.Contains(path) ? throw new UnauthorizedAccessException("Permission denied")
        : _files.TryGetValue(FullPath(path), out var bytes) ? bytes : throw new FileNotFoundException();

    public byte[] ReadIncludedFile(string path) =>
        Pipes.Contains(path) ? throw new IOException("it is a pipe") : ReadFile(path);

    public bool FileExists(string path) => _files.ContainsKey(FullPath(path));

    public bool CanRead(string path) => FileExists(path) && !Unreadable.Contains(path);

    public string FullPath(string path) => path.StartsWith('/') ? path : "/cwd/" + path;

    public IReadOnlyList<string> Glob(string pattern)
    {
        var expression = "^" + Regex.Escape(pattern).Replace(@"\*", "[^/]*").Replace(@"\?", "[^/]") + "$";
        return [.. _files.Keys.Where(path => Regex.IsMatch(path, expression)).Order(StringComparer.Ordinal)];
    }

    public bool DirectoryExists(string path) => Directories.Contains(path.Length > 1 ? FullPath(path).TrimEnd('/') : path);

    public int? FindUser(string nameOrId) => nameOrId switch { "root" or "0" => 0, "daemon" or "1" => 1, _ => null };

    public int? FindGroup(string nameOrId) => nameOrId switch { "root" or "0" => 0, "daemon" or "1" => 1, _ => null };

    public int? PrimaryGroup(int userId) => userId;

    public string? Home(string? user) => user is null or "me" ? "/home/me" : null;
}
