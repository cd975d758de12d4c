using Reeve.Core.Configuration;

namespace Reeve.Cli.Personalities.Supervisord;

/// <summary>The front that <c>supervisord</c> has: options, help and errors as Supervisor's users and scripts know them.</summary>
public static class SupervisordPersonality
{
    /// <summary>What <c>-v</c> prints: tools compare it, so it is the release whose behaviour is kept.</summary>
    public const string CompatibleVersion = "4.2.5";

    // Key of [supervisord], or a name of our own where there is none.
    const string File = "configuration", Help = "help", Version = "version", Profile = "profile_options";

    static readonly GetOptOption[] s_options =
    [
        new(File, 'c', "configuration", true),
        new("nodaemon", 'n', "nodaemon", false),
        new("silent", 's', "silent", false),
        new(Help, 'h', "help", false),
        new(Help, '?', null, false),
        new(Version, 'v', "version", false),
        new("user", 'u', "user", true),
        new("umask", 'm', "umask", true),
        new("directory", 'd', "directory", true),
        new("logfile", 'l', "logfile", true),
        new("logfile_maxbytes", 'y', "logfile_maxbytes", true),
        new("logfile_backups", 'z', "logfile_backups", true),
        new("loglevel", 'e', "loglevel", true),
        new("pidfile", 'j', "pidfile", true),
        new("identifier", 'i', "identifier", true),
        new("childlogdir", 'q', "childlogdir", true),
        new("nocleanup", 'k', "nocleanup", false),
        new("strip_ansi", 't', "strip_ansi", false),
        new("minfds", 'a', "minfds", true),
        new("minprocs", null, "minprocs", true),
        new(Profile, null, "profile_options", true),
    ];

    /// <summary>Reads the command line; help, version and usage errors are answered here, the rest is <paramref name="launch"/>'s.</summary>
    /// <param name="args">Arguments without the program's name.</param>
    /// <param name="host">Streams, directory and files of the process.</param>
    /// <param name="launch">Becomes the daemon; returns the exit code.</param>
    /// <returns>The exit code; 2 for a command line or file that cannot be used.</returns>
    public static int Run(string[] args, CliHost host, Func<SupervisordCommand, int> launch)
    {
        var console = new PersonalityConsole(host, "supervisord");
        try
        {
            return Parse(args, console, host) is { } command ? launch(command) : 0;
        }
        catch (UsageException e)
        {
            return console.UsageError(e.Message);
        }
        finally
        {
            console.TryFlush();
        }
    }

    static SupervisordCommand? Parse(string[] args, PersonalityConsole console, CliHost host)
    {
        var (given, words) = GetOpt.Parse(args, s_options);
        if (words.Length > 0)
            throw new UsageException($"positional arguments are not supported: {PythonText.Quote(words)}");
        var source = host.ConfigurationSource();
        Dictionary<string, string> values = [];
        foreach (var option in given)
        {
            if (option.Key == Help)
            {
                console.Write(UsageText.Replace("%s", console.ProgramName, StringComparison.Ordinal));
                return null;
            }
            if (option.Key == Version)
            {
                console.WriteLine(CompatibleVersion);
                return null;
            }
            if (SupervisordValues.Check(option.Key, option.Value, source) is { } reason)
                throw new UsageException($"invalid value for {option.Spelling} {PythonText.Quote(option.Value)}: {reason}");
            var isFlag = Array.Exists(s_options, o => o.Key == option.Key && !o.TakesValue);
            if (!values.TryAdd(option.Key, isFlag ? "true" : option.Value))
                throw new UsageException($"conflicting command line option {PythonText.Quote(option.Spelling)}");
        }
        var file = values.Remove(File, out var named) && named.Length > 0 ? named : null;
        // Profiling is of Supervisor's own interpreter: the option is taken and means nothing.
        values.Remove(Profile);
        if (file is not null)
            PersonalityFile.Require(file, source);
        else
            file = SearchFile(console, host, source);
        return new(file, new ConfigurationOverrides(values), console.ProgramName);
    }

    static string SearchFile(PersonalityConsole console, CliHost host, IConfigurationSource source)
    {
        if (host.UserId == 0)
        {
            console.WriteErrorLine(
                "Supervisord is running as root and it is searching for its configuration file in default locations "
                + "(including its current working directory); you probably want to specify a \"-c\" argument specifying "
                + "an absolute path to a configuration file for improved security.");
        }
        var candidates = ConfigurationSearch.Candidates(console.ProgramName);
        return PersonalityFile.FirstExisting(candidates, source)
            ?? throw new UsageException(ConfigurationSearch.NotFound(candidates));
    }

    const string UsageText = """
        supervisord -- run a set of applications as daemons.

        Usage: %s [options]

        Options:
        -c/--configuration FILENAME -- configuration file path (searches if not given)
        -n/--nodaemon -- run in the foreground (same as 'nodaemon=true' in config file)
        -s/--silent -- no logs to stdout (maps to 'silent=true' in config file)
        -h/--help -- print this usage message and exit
        -v/--version -- print supervisord version number and exit
        -u/--user USER -- run supervisord as this user (or numeric uid)
        -m/--umask UMASK -- use this umask for daemon subprocess (default is 022)
        -d/--directory DIRECTORY -- directory to chdir to when daemonized
        -l/--logfile FILENAME -- use FILENAME as logfile path
        -y/--logfile_maxbytes BYTES -- use BYTES to limit the max size of logfile
        -z/--logfile_backups NUM -- number of backups to keep when max bytes reached
        -e/--loglevel LEVEL -- use LEVEL as log level (debug,info,warn,error,critical)
        -j/--pidfile FILENAME -- write a pid file for the daemon process to FILENAME
        -i/--identifier STR -- identifier used for this instance of supervisord
        -q/--childlogdir DIRECTORY -- the log directory for child process logs
        -k/--nocleanup --  prevent the process from performing cleanup (removal of
                           old automatic child log files) at startup.
        -a/--minfds NUM -- the minimum number of file descriptors for start success
        -t/--strip_ansi -- strip ansi escape codes from process output
        --minprocs NUM  -- the minimum number of processes available for start success
        --profile_options OPTIONS -- run supervisord under profiler and output
                                     results based on OPTIONS, which  is a comma-sep'd
                                     list of 'cumulative', 'calls', and/or 'callers',
                                     e.g. 'cumulative,callers')


        """;
}
