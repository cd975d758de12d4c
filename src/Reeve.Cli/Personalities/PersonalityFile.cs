using Reeve.Core.Configuration;

namespace Reeve.Cli.Personalities;

/// <summary>Finds the configuration file of an old command line.</summary>
static class PersonalityFile
{
    /// <summary>Checks a file that was named with <c>-c</c>. It is not read: a pipe gives its content only once.</summary>
    /// <exception cref="UsageException">It is not there, or it cannot be read.</exception>
    public static void Require(string file, IConfigurationSource source)
    {
        if (!source.CanRead(file))
        {
            var isThere = source.FileExists(file) || source.DirectoryExists(file);
            throw new UsageException($"could not {(isThere ? "read" : "find")} config file {file}");
        }
    }

    /// <summary>The first of several paths that is there; null: none.</summary>
    public static string? FirstExisting(IEnumerable<string> paths, IConfigurationSource source) =>
        paths.FirstOrDefault(source.FileExists);
}
