using System.Net;
using Reeve.Core.Configuration;
using Reeve.Linux;
using Reeve.Linux.Files;
using Reeve.Linux.Processes;
using Reeve.Linux.Users;

namespace Reeve.Visor.Configuration;

/// <summary>A relative path is asked for in a directory that has been removed.</summary>
public sealed class NoCurrentDirectoryException(string path) : Exception(
    $"cannot find '{path}': the current directory no longer exists. Go to another one, or use absolute paths only.");

/// <summary>This machine, as the reader of configurations asks for it.</summary>
/// <param name="baseDirectory">What relative paths are against: the directory in which the daemon was launched; null: it
/// no longer exists, and relative paths lead nowhere.</param>
/// <param name="environment">The daemon's environment at start.</param>
public sealed class MachineSource(string? baseDirectory, IReadOnlyDictionary<string, string> environment) : IConfigurationSource
{
    private const long LargestFile = 16 * 1024 * 1024;

    /// <summary>The environment of this process, without what keeper and visor tell each other in it.</summary>
    public static IReadOnlyDictionary<string, string> OwnEnvironment()
    {
        var variables = new Dictionary<string, string>(OwnProcess.Environment());
        variables.Remove(Keeper.KeeperLink.DescriptorVariable);
        return variables;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <inheritdoc/>
    public string HostName => Dns.GetHostName(); // Whole; MachineName ends at the first dot.

    /// <inheritdoc/>
    public byte[] ReadFile(string path) => Read(path, mustBeRegular: false);

    /// <inheritdoc/>
    public byte[] ReadIncludedFile(string path) => Read(path, mustBeRegular: true);

    /// <inheritdoc/>
    public bool FileExists(string path) => (baseDirectory is not null || path.StartsWith('/'))
        && PosixFile.TryFacts(FullPath(path), out var facts) == 0 && facts.Kind != FileKind.Directory;

    /// <inheritdoc/>
    public bool CanRead(string path) => FilePermission.CanRead(FullPath(path)) && FileExists(path);

    /// <summary>Whether reading a path again need not give what it gives now: it is a pipe, or whatever this process has
    /// open.</summary>
    public bool ReadsOnlyOnce(string path)
    {
        var full = FullPath(path);
        return PosixFile.TryFacts(full, out var facts) == 0 && facts.Kind != FileKind.Directory
            && (!facts.IsRegular || full.StartsWith("/dev/", StringComparison.Ordinal)
                || full.StartsWith("/proc/", StringComparison.Ordinal));
    }

    private byte[] Read(string path, bool mustBeRegular)
    {
        // Opening a pipe waits for somebody who writes; only the main file may be one.
        var flags = FileFlags.ReadOnly | (mustBeRegular ? FileFlags.NonBlocking : 0);
        if (PosixFile.TryOpen(FullPath(path), flags, 0, out var opened) is not 0 and var errno)
        {
            throw errno is Errno.ENOENT or Errno.ENOTDIR
                ? new FileNotFoundException(Errno.Describe(errno))
                : new IOException(Errno.Describe(errno));
        }
        using var file = opened!;
        var kind = PosixFile.Facts(file).Kind;
        if (kind == FileKind.Directory)
            throw new IOException("it is a directory");
        if (mustBeRegular && kind != FileKind.Regular)
            throw new IOException(kind == FileKind.Pipe ? "it is a pipe" : "it is a device or a socket");
        // A pipe or a device has no length to trust; what is read is bounded all the same.
        using var content = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (true)
        {
            var one = PosixFile.Read(file, chunk);
            if (one.Failed)
                throw new IOException(Errno.Describe(one.Errno));
            if (one.Bytes == 0)
                return content.ToArray();
            content.Write(chunk, 0, one.Bytes);
            if (content.Length > LargestFile)
                throw new IOException($"it is larger than {LargestFile / 1024 / 1024} MiB");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NoCurrentDirectoryException">It is relative, and there is nothing that it is relative to.</exception>
    public string FullPath(string path) => baseDirectory is not null || path.StartsWith('/')
        ? Path.GetFullPath(path, baseDirectory ?? "/")
        : throw new NoCurrentDirectoryException(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Glob(string pattern)
    {
        var found = new List<string>();
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 0)
            Walk("/", parts, 0, found);
        else if (pattern.Length > 0)
            found.Add("/");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <inheritdoc/>
    /// <remarks>Also when this user may not look: root has seen it before it became another one.</remarks>
    public bool DirectoryExists(string path) => PosixFile.TryFacts(FullPath(path), out var facts) switch
    {
        0 => facts.Kind == FileKind.Directory,
        var errno => errno == Errno.EACCES,
    };

    /// <inheritdoc/>
    public int? FindUser(string nameOrId) => UserDatabase.Find(nameOrId)?.Id;

    /// <inheritdoc/>
    public int? FindGroup(string nameOrId) => UserDatabase.FindGroup(nameOrId)?.Id;

    /// <inheritdoc/>
    public int? PrimaryGroup(int userId) => UserDatabase.Find(userId)?.GroupId;

    /// <inheritdoc/>
    public string? Home(string? user) => user is not null
        ? UserDatabase.Find(user)?.Home
        : environment.GetValueOrDefault("HOME") ?? UserDatabase.Find(Privileges.UserId)?.Home;

    private static void Walk(string directory, string[] parts, int at, List<string> found)
    {
        var (part, last) = (parts[at], at == parts.Length - 1);
        if (part.AsSpan().IndexOfAny('*', '?', '[') < 0)
        {
            var path = Path.Combine(directory, part);
            // As Python's glob: a link that leads nowhere is there too.
            if (last && PosixFile.TryFacts(path, out _, follow: false) == 0)
                found.Add(path);
            else if (!last && IsDirectory(path))
                Walk(path, parts, at + 1, found);
            return;
        }
        foreach (var name in (DirectoryNames.TryList(directory) ?? []).Where(n => ShellPattern.Matches(part, n)))
        {
            var path = Path.Combine(directory, name);
            if (last)
                found.Add(path);
            else if (IsDirectory(path))
                Walk(path, parts, at + 1, found);
        }
    }

    private static bool IsDirectory(string path) =>
        PosixFile.TryFacts(path, out var facts) == 0 && facts.Kind == FileKind.Directory;
}
