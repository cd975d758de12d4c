using Reeve.Core.Configuration;

namespace Reeve.Launching;

/// <summary>A main file whose content is at hand already; all else is the machine's.</summary>
internal sealed class GivenFile(IConfigurationSource machine, byte[] content) : IConfigurationSource
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Environment => machine.Environment;

    /// <inheritdoc/>
    public string HostName => machine.HostName;

    /// <inheritdoc/>
    public byte[] ReadFile(string path) => content;

    /// <inheritdoc/>
    public byte[] ReadIncludedFile(string path) => machine.ReadIncludedFile(path);

    /// <inheritdoc/>
    public bool FileExists(string path) => true;

    /// <inheritdoc/>
    public bool CanRead(string path) => true;

    /// <inheritdoc/>
    public string FullPath(string path) => machine.FullPath(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Glob(string pattern) => machine.Glob(pattern);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => machine.DirectoryExists(path);

    /// <inheritdoc/>
    public int? FindUser(string nameOrId) => machine.FindUser(nameOrId);

    /// <inheritdoc/>
    public int? FindGroup(string nameOrId) => machine.FindGroup(nameOrId);

    /// <inheritdoc/>
    public int? PrimaryGroup(int userId) => machine.PrimaryGroup(userId);

    /// <inheritdoc/>
    public string? Home(string? user) => machine.Home(user);
}
