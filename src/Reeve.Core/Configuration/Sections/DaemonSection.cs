using System.Numerics;
using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Values;

namespace Reeve.Core.Configuration.Sections;

/// <summary>[supervisord], and the command line that wins over it.</summary>
sealed class DaemonSection
{
    const string CommandLine = "command line";

    readonly ReadContext _context;
    readonly SectionReader _reader;
    readonly ExpansionNames _names;
    readonly ConfigurationOverrides _overrides;

    DaemonSection(ReadContext context, IniSection section, ConfigurationOverrides overrides) =>
        (_context, _reader, _names, _overrides) = (context, new(context, section), context.Variables, overrides);

    /// <summary>Reads the section; its environment is usable by everything read after it.</summary>
    public static DaemonConfiguration Read(ReadContext context, IniSection section, ConfigurationOverrides overrides) =>
        new DaemonSection(context, section, overrides).Read();

    DaemonConfiguration Read()
    {
        var machine = _context.Machine;
        var defaults = new DaemonConfiguration();
        var user = Text("user", null);
        var daemon = defaults with
        {
            File = _context.MainFile,
            Identifier = Text("identifier", defaults.Identifier)!,
            LogFile = MainLog(Value("logfile", "supervisord.log", machine.FilePath)),
            LogFileMaxBytes = NotNegative("logfile_maxbytes", defaults.LogFileMaxBytes, NumberValues.Bytes),
            LogFileBackups = NotNegative("logfile_backups", defaults.LogFileBackups, NumberValues.Number),
            LogLevel = Value("loglevel", defaults.LogLevel, DaemonValues.LogLevel),
            PidFile = machine.AbsolutePath(Value("pidfile", defaults.PidFile, machine.FilePath)),
            // Absolute before the daemon changes its directory.
            ChildLogDirectory = Value("childlogdir", null, Nullable(machine.Directory)) is { } logs
                ? machine.AbsolutePath(logs) : null,
            NoDaemon = Value("nodaemon", false, NumberValues.Boolean),
            Silent = Value("silent", false, NumberValues.Boolean),
            NoCleanup = Value("nocleanup", false, NumberValues.Boolean),
            StripAnsi = Value("strip_ansi", false, NumberValues.Boolean),
            User = user,
            UserId = user is null ? null : _context.Problems.In(ReadingPhase.User, () => UserId(user)),
            Umask = Value("umask", defaults.Umask, NumberValues.Octal),
            Directory = Value("directory", null, Nullable(machine.Directory)),
            MinFds = NotNegative("minfds", defaults.MinFds, NumberValues.Number),
            MinProcs = NotNegative("minprocs", defaults.MinProcs, NumberValues.Number),
            Environment = Environment(),
        };
        _context.Variables.SetEnvironment(daemon.Environment);
        if (!daemon.NoDaemon && daemon.Directory is not null)
            _context.WorkingDirectory = machine.AbsolutePath(daemon.Directory);
        RefuseUnknownOverrides();
        return daemon;
    }

    string? Text(string key, string? fallback)
    {
        // The file's value is checked even when the command line wins, as a later start may be without it.
        var text = _reader.Text(key, _names) ?? fallback;
        return _overrides.Values.TryGetValue(key, out var wins) ? wins : text;
    }

    T Value<T>(string key, T fallback, ValueParser<T> parse)
    {
        var value = _reader.Value(key, fallback, parse, _names);
        if (!_overrides.Values.TryGetValue(key, out var text))
            return value;
        if (parse(text, out var wins, out var error))
            return wins;
        return _context.Problems.In(ReadingPhase.CommandLine, () =>
        {
            _context.Problems.Error(CommandLine, 0, null,
                $"cannot read --{key} {Quoted.Short(text)}: expected {error.Expected}. Write --{key} {error.Example}.",
                error.SupervisorText is null ? null
                    : $"invalid value for {OptionOf(key)} {Quoted.Python(text)}: {error.SupervisorText}");
            return value;
        });
    }

    T NotNegative<T>(string key, T fallback, ValueParser<T> parse) where T : struct, INumber<T>
    {
        var value = Value(key, fallback, parse);
        if (!T.IsNegative(value))
            return value;
        if (_overrides.Values.ContainsKey(key))
            _context.Problems.Warn(CommandLine, 0, null, $"--{key} {value} is taken as 0. Write --{key} 0.");
        else
            _reader.Warn(key, $"{key}={value} is taken as 0. Write {key}=0.");
        return T.Zero;
    }

    string? MainLog(string path)
    {
        if (path == "syslog")
            return path;
        // Supervisor would write a file of that name into its working directory, which nobody means.
        if (path.Equals("NONE", StringComparison.OrdinalIgnoreCase)
            || path.Equals("OFF", StringComparison.OrdinalIgnoreCase))
            return null;
        return _context.Machine.AbsolutePath(path);
    }

    int? UserId(string user)
    {
        if (_context.Machine.User(user, out var id, out var error))
            return id;
        if (_overrides.Values.ContainsKey("user"))
        {
            _context.Problems.Error(CommandLine, 0, null,
                $"cannot read --user {Quoted.Short(user)}: expected {error.Expected}. Write --user root.",
                error.SupervisorText);
        }
        else
        {
            _reader.Refuse("user", user, error);
        }

        return null;
    }

    IReadOnlyDictionary<string, string> Environment()
    {
        var names = new ExpansionNames(_names).Set("host_node_name", _context.Source.HostName);
        if (_reader.Raw("environment") is not { } entry
            || !_reader.TryExpand(entry, entry.Value, "supervisord.environment", names, here: true, out var text))
            return new Dictionary<string, string>();

        return EnvironmentKey.Parse(_reader, SecondExpansion.Of(text, names, entry));
    }

    void RefuseUnknownOverrides()
    {
        foreach (var key in _overrides.Values.Keys)
        {
            if (KnownKeys.Find("supervisord")!.Keys.All(known => known.Name != key))
            {
                _context.Problems.Error(CommandLine, 0, null,
                    $"cannot use the option {Quoted.Short(key)}: [supervisord] has no such key. Leave it out.");
            }
        }
    }

    static ValueParser<string?> Nullable(ValueParser<string> parse) =>
        (string text, out string? value, out ValueError error) =>
    {
        var read = parse(text, out var found, out error);
        value = found;
        return read;
    };

    static string OptionOf(string key) => key switch
    {
        "nodaemon" => "-n",
        "silent" => "-s",
        "user" => "-u",
        "umask" => "-m",
        "directory" => "-d",
        "logfile" => "-l",
        "logfile_maxbytes" => "-y",
        "logfile_backups" => "-z",
        "loglevel" => "-e",
        "pidfile" => "-j",
        "identifier" => "-i",
        "childlogdir" => "-q",
        "nocleanup" => "-k",
        "strip_ansi" => "-t",
        "minfds" => "-a",
        _ => "--" + key,
    };
}
