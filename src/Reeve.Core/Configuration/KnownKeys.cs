namespace Reeve.Core.Configuration;

/// <summary>A key of a section.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Takes">What it takes: <c>true|false</c>, <c>path</c>.</param>
/// <param name="Default">The value that holds when it is not set, as one would write it; empty: none.</param>
public sealed record KnownKey(string Name, string Takes, string Default = "");

/// <summary>A kind of section.</summary>
/// <param name="Name">What stands in the brackets before a colon.</param>
/// <param name="IsNamed">The section is written <c>[name:something]</c>.</param>
/// <param name="TakesAnyKey">Keys that are not in the list belong to a plugin.</param>
/// <param name="Keys">The keys.</param>
public sealed record KnownSection(string Name, bool IsNamed, bool TakesAnyKey, IReadOnlyList<KnownKey> Keys);

/// <summary>Every section and key of a supervisord.conf, for warnings, completion and documentation.</summary>
/// <remarks>Source: Supervisor's configuration file.</remarks>
public static class KnownKeys
{
    const string Flag = "true|false", Whole = "number", Size = "bytes, KB, MB, GB", Seconds = "seconds", Text = "text",
        Path = "path", Directory = "directory", Mode = "octal", Person = "user", Owner = "user[:group]",
        Variables = "KEY=\"value\",…", LogFile = "path|AUTO|NONE";

    static readonly KnownKey[] Credentials = [new("username", Text), new("password", "text|{SHA}hash")];

    static readonly KnownKey[] Program =
    [
        new("command", "command line"), new("process_name", Text, "%(program_name)s"), new("numprocs", Whole, "1"),
        new("numprocs_start", Whole, "0"), new("priority", Whole, "999"), new("autostart", Flag, "true"),
        new("autorestart", "unexpected|true|false", "unexpected"), new("startsecs", Seconds, "1"),
        new("startretries", Whole, "3"), new("exitcodes", "codes", "0"), new("stopsignal", "signal", "TERM"),
        new("stopwaitsecs", Seconds, "10"), new("stopasgroup", Flag, "false"), new("killasgroup", Flag, "false"),
        new("user", Person), new("umask", Mode), new("directory", Directory), new("environment", Variables),
        new("serverurl", "url|AUTO", "AUTO"), new("redirect_stderr", Flag, "false"),
        .. OutputKeys("stdout"), .. OutputKeys("stderr"),
    ];

    /// <summary>All kinds of section, the daemon's own first.</summary>
    public static IReadOnlyList<KnownSection> Sections { get; } =
    [
        new("supervisord", false, false,
        [
            new("logfile", "path|syslog|NONE", "supervisord.log"), new("logfile_maxbytes", Size, "50MB"),
            new("logfile_backups", Whole, "10"),
            new("loglevel", "critical|error|warn|info|debug|trace|blather", "info"),
            new("pidfile", Path, "supervisord.pid"), new("umask", Mode, "022"), new("nodaemon", Flag, "false"),
            new("silent", Flag, "false"), new("minfds", Whole, "1024"), new("minprocs", Whole, "200"),
            new("nocleanup", Flag, "false"), new("childlogdir", Directory), new("user", Person),
            new("directory", Directory), new("strip_ansi", Flag, "false"), new("environment", Variables),
            new("identifier", Text, "supervisor"),
        ]),
        new("unix_http_server", false, false,
            [new("file", Path), new("chmod", Mode, "0700"), new("chown", Owner), .. Credentials]),
        new("inet_http_server", false, false, [new("port", "[host:]port"), .. Credentials]),
        new("supervisorctl", false, false,
        [
            new("serverurl", "url", "http://localhost:9001"), .. Credentials, new("prompt", Text, "supervisor"),
            new("history_file", Path),
        ]),
        new("rpcinterface", true, true, [new("supervisor.rpcinterface_factory", "module:function")]),
        new("ctlplugin", true, true, [new("supervisor.ctl_factory", "module:function")]),
        new("include", false, false, [new("files", "paths, with * ? []")]),
        new("program", true, false, Program),
        new("group", true, false, [new("programs", "programs"), new("priority", Whole, "999")]),
        new("eventlistener", true, false,
        [
            .. Program, new("events", "event types"), new("buffer_size", Whole, "10"),
            new("result_handler", "module:function", "supervisor.dispatchers:default_handler"),
        ]),
        new("fcgi-program", true, false,
        [
            .. Program, new("socket", "tcp://host:port|unix:///path"), new("socket_owner", Owner),
            new("socket_mode", Mode, "0700"), new("socket_backlog", Whole),
        ]),
    ];

    /// <summary>The kind of a section; null: not known.</summary>
    /// <param name="section">What stands in the brackets: <c>program:web</c>.</param>
    public static KnownSection? Find(string section)
    {
        foreach (var known in Sections)
        {
            if (section == known.Name && !known.IsNamed)
                return known;
            // Supervisor takes every section for a server whose name begins like one.
            var prefix = known.IsNamed ? known.Name + ":" : known.Name.EndsWith("_http_server") ? known.Name : null;
            if (prefix is not null && section.StartsWith(prefix, StringComparison.Ordinal))
                return known;
        }

        return null;
    }

    static IEnumerable<KnownKey> OutputKeys(string stream) =>
    [
        new($"{stream}_logfile", LogFile, "AUTO"), new($"{stream}_logfile_maxbytes", Size, "50MB"),
        new($"{stream}_logfile_backups", Whole, "10"), new($"{stream}_capture_maxbytes", Size, "0"),
        new($"{stream}_events_enabled", Flag, "false"), new($"{stream}_syslog", Flag, "false"),
    ];
}
