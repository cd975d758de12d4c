namespace Reeve.Core.Configuration;

/// <summary>Where a configuration file is looked for when none is named.</summary>
/// <remarks>Source: Supervisor's default paths.</remarks>
public static class ConfigurationSearch
{
    /// <summary>The paths in the order in which they are tried; the first that exists is taken.</summary>
    /// <param name="programFile">The program as it was called; the directory above its own comes first.</param>
    public static IReadOnlyList<string> Candidates(string programFile)
    {
        var above = DirectoryOf(DirectoryOf(programFile));
        return
        [
            Join(above, "etc/supervisord.conf"), Join(above, "supervisord.conf"),
            "supervisord.conf", "etc/supervisord.conf",
            "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf",
        ];
    }

    /// <summary>Supervisor's text for when none of <paramref name="candidates"/> exists.</summary>
    public static string NotFound(IReadOnlyList<string> candidates) =>
        $"No config file found at default paths ({string.Join(", ", candidates)}); use the -c option to specify a "
            + "config file at a different path";

    static string DirectoryOf(string path) => path.LastIndexOf('/') switch
    {
        < 0 => "",
        0 => "/",
        var slash => path[..slash],
    };

    static string Join(string directory, string file) =>
        directory.Length == 0 ? file : directory.EndsWith('/') ? directory + file : $"{directory}/{file}";
}
