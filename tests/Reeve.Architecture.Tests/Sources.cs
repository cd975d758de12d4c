using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Reeve.Architecture.Tests;

/// <summary>The tree of sources that this test was compiled from.</summary>
static class Sources
{
    public static string Root { get; } = Find();

    public static string Source => Path.Combine(Root, "src");

    /// <summary>Each project under src with the projects that it names, in the order of their names.</summary>
    public static SortedDictionary<string, string[]> References() => new(
        Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories).Where(Written).ToDictionary(
            file => Path.GetFileNameWithoutExtension(file), file => XDocument.Load(file)
                .Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                .Order(StringComparer.Ordinal).ToArray()),
        StringComparer.Ordinal);

    /// <summary>Files that people wrote: nothing that a build put there.</summary>
    public static IEnumerable<string> Files(string below, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, below), pattern, SearchOption.AllDirectories).Where(Written);

    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    static bool Written(string path) =>
        !Relative(path).Split('/').Any(part => part is "bin" or "obj" or "out" or "node_modules");

    static string Find([CallerFilePath] string here = "")
    {
        // Deterministic builds may map the path of a source file away; the build's output lies below the root as well.
        foreach (var start in new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory })
        {
            for (var directory = start; !string.IsNullOrEmpty(directory); directory = Path.GetDirectoryName(directory))
            {
                if (File.Exists(Path.Combine(directory, "Reeve.slnx")))
                    return directory;
            }
        }

        throw new InvalidOperationException($"cannot find Reeve.slnx above {here} or {AppContext.BaseDirectory}");
    }
}
