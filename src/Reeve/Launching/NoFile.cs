using Reeve.Core.Configuration;

namespace Reeve.Launching;

/// <summary>What a daemon without a configuration file is like: nothing to run yet, its files in the state directory.</summary>
internal static class NoFile
{
    /// <summary>The defaults, with the options of the command line.</summary>
    public static ConfigurationResult Configuration(IReadOnlyDictionary<string, string> overrides, IConfigurationSource source)
    {
        // The reader knows every key and its checks; an empty file in memory goes the same way as one on disk.
        var read = ConfigurationReader.Read("(no file)", new(overrides), new EmptyFile(source));
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

    private sealed class EmptyFile(IConfigurationSource machine) : IConfigurationSource
    {
        private static readonly byte[] Content =
            "[supervisord]\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"u8
                .ToArray();

        public IReadOnlyDictionary<string, string> Environment => machine.Environment;

        public string HostName => machine.HostName;

        public byte[] ReadFile(string path) => Content;

        public string FullPath(string path) => machine.FullPath(path);

        public IReadOnlyList<string> Glob(string pattern) => machine.Glob(pattern);

        public bool DirectoryExists(string path) => machine.DirectoryExists(path);

        public int? FindUser(string nameOrId) => machine.FindUser(nameOrId);

        public int? FindGroup(string nameOrId) => machine.FindGroup(nameOrId);

        public int? PrimaryGroup(int userId) => machine.PrimaryGroup(userId);

        public string? Home(string? user) => machine.Home(user);
    }
}
