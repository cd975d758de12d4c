using Reeve.Core.Configuration;

namespace Reeve.Launching;

/// <summary>What a daemon without a configuration file is like: nothing to run yet, its files in the state directory.</summary>
internal static class NoFile
{
    private static readonly byte[] s_content =
        "[supervisord]\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"u8
            .ToArray();

    /// <summary>The defaults, with the options of the command line.</summary>
    public static ConfigurationResult Configuration(IReadOnlyDictionary<string, string> overrides, IConfigurationSource source)
    {
        // The reader knows every key and its checks; an empty file in memory goes the same way as one on disk.
        var read = ConfigurationReader.Read("(no file)", new(overrides), new GivenFile(source, s_content));
        return read.Configuration is not { } c
            ? read
            : read with
            {
                Configuration = c with
                {
                    File = null,
                    Identifier = overrides.ContainsKey("identifier") ? c.Identifier : "reeve",
                    LogFile = overrides.ContainsKey("logfile") ? c.LogFile : StateDirectory.File("reeve.log"),
                    PidFile = overrides.ContainsKey("pidfile") ? c.PidFile : StateDirectory.File("reeve.pid"),
                    ChildLogDirectory = c.ChildLogDirectory ?? StateDirectory.Subdirectory("logs"),
                },
            };
    }
}
