using Reeve.Core.Configuration;

namespace Reeve.Cli.Personalities;

/// <summary>Finds the configuration file of an old command line.</summary>
static class PersonalityFile
{
    /// <summary>Checks a file that was named with <c>-c</c>.</summary>
    /// <exception cref="UsageException">It is not there, or it cannot be read.</exception>
    public static void Require(string file, IConfigurationSource source)
    {
        var path = source.FullPath(file);
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new UsageException($"could not find config file {file}");
        try
        {
            source.ReadFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"could not read config file {file}");
        }
    }

    /// <summary>The first of several paths that is there; null: none.</summary>
    public static string? FirstExisting(IEnumerable<string> paths, IConfigurationSource source) =>
        paths.FirstOrDefault(path => File.Exists(source.FullPath(path)));
}
