using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Values;
using Reeve.Core.Processes;

namespace Reeve.Core.Configuration.Sections;

/// <summary>[program:x], and what [eventlistener:x] and [fcgi-program:x] have in common with it: keys that are read
/// once, then keys that each of its numprocs processes may have its own of.</summary>
sealed class ProgramSection
{
    readonly ReadContext _context;
    readonly SectionReader _reader;
    readonly ExpansionNames _names;
    readonly IReadOnlyDictionary<string, string> _daemonVariables;
    readonly OutputKeys _stdout, _stderr;

    /// <param name="context">What all sections share.</param>
    /// <param name="section">The section.</param>
    /// <param name="group">The group that its processes will be in.</param>
    /// <param name="daemonVariables">[supervisord] environment: every process has it under its own.</param>
    public ProgramSection(ReadContext context, IniSection section, string group,
        IReadOnlyDictionary<string, string> daemonVariables)
    {
        (_context, _daemonVariables) = (context, daemonVariables);
        _reader = new(context, section, namesPlace: true);
        _stdout = new(context, _reader, "stdout");
        _stderr = new(context, _reader, "stderr");
        Name = section.Name[(section.Name.IndexOf(':') + 1)..].Trim();
        _names = new ExpansionNames(context.Variables).Set("program_name", Name).Set("group_name", group)
            .Set("host_node_name", context.Source.HostName);
    }

    /// <summary>The program's name.</summary>
    public string Name { get; }

    /// <summary>Whether stderr goes into the stdout pipe.</summary>
    public bool RedirectsStandardError => _reader.Value("redirect_stderr", false, NumberValues.Boolean, _names);

    /// <summary>All its processes, by priority and then by name.</summary>
    public IReadOnlyList<ProcessOptions> Read()
    {
        var first = _reader.Value("numprocs_start", 0, NumberValues.Number, _names);
        var count = Count();
        var once = ReadOnce();
        var processes = new List<ProcessOptions>(count);
        for (var i = 0; i < count; i++)
        {
            _reader.HasFailed = false;
            if (ReadEach(once, (long)first + i, count) is { } process)
                processes.Add(process);
            // The others fail for the same reason.
            if (_reader.HasFailed)
                break;
        }

        // One program, one priority.
        return [.. processes.OrderBy(process => process.Name, StringComparer.Ordinal)];
    }

    int Count()
    {
        var count = _reader.AtLeast(0, "numprocs", 1, NumberValues.Number, _names);
        if (count > _context.ProcessesLeft)
        {
            _reader.Error("numprocs",
                $"cannot configure {count} processes: with those of the other programs they are too many. "
                + "Lower numprocs: 100000 processes are allowed in all.", null);
            count = 1;
        }
        else if (count == 0)
        {
            _reader.Warn("numprocs", "numprocs=0 makes no process. Write numprocs=1, or remove the section.");
        }

        if (count > 1 && !ProcessNameTemplate.Contains("%(process_num)"))
        {
            _reader.Error(_reader.Raw("process_name") is null ? "numprocs" : "process_name",
                $"cannot tell {count} processes apart: process_name has no %(process_num). "
                    + "Write process_name=%(program_name)s_%(process_num)02d.",
                "%(process_num) must be present within process_name when numprocs > 1");
            count = 1;
        }

        _context.ProcessesLeft -= count;
        return count;
    }

    string ProcessNameTemplate => _reader.Raw("process_name")?.Value ?? "%(program_name)s";

    ProcessOptions ReadOnce()
    {
        var stopAsGroup = _reader.Value("stopasgroup", false, NumberValues.Boolean, _names);
        var killAsGroup = _reader.Value("killasgroup", stopAsGroup, NumberValues.Boolean, _names);
        if (stopAsGroup && !killAsGroup)
        {
            _reader.Error("killasgroup",
                "cannot stop the group but kill only one process: stopasgroup=true needs killasgroup=true. "
                + "Remove one of them.", "Cannot set stopasgroup=true and killasgroup=false");
        }

        var user = _reader.Text("user", _names);
        var url = _reader.Text("serverurl", _names)?.Trim();
        if (_reader.Raw("command") is null)
        {
            _reader.Error("command", "cannot run this program: command is missing. Write command=/path/of/program.",
                $"program section {_reader.Section.Name} does not specify a command");
        }

        return new()
        {
            Name = "",
            Program = Name,
            Command = "",
            Priority = _reader.Value("priority", 999, NumberValues.Number, _names),
            AutoStart = _reader.Value("autostart", true, NumberValues.Boolean, _names),
            AutoRestart = _reader.Value("autorestart", AutoRestart.Unexpected, ProcessValues.Restart, _names),
            StartSeconds = TimeSpan.FromSeconds(_reader.AtLeast(0, "startsecs", 1, NumberValues.Seconds, _names)),
            StartRetries = _reader.AtLeast(0, "startretries", 3, NumberValues.Number, _names),
            ExitCodes = _reader.Value<IReadOnlyList<int>>("exitcodes", [0], ProcessValues.ExitCodes, _names),
            StopSignal = _reader.Value("stopsignal", 15, ProcessValues.Signal, _names),
            StopWait = TimeSpan.FromSeconds(_reader.AtLeast(0, "stopwaitsecs", 10, NumberValues.Seconds, _names)),
            StopAsGroup = stopAsGroup,
            KillAsGroup = killAsGroup,
            User = user,
            UserId = user is null ? null : _reader.Parse("user", user, 0, _context.Machine.User),
            Umask = _reader.Raw("umask") is null ? null : _reader.Value("umask", 0, NumberValues.Octal, _names),
            ServerUrl = url is null || url.Equals("AUTO", StringComparison.OrdinalIgnoreCase) ? null : url,
            RedirectStandardError = RedirectsStandardError,
            StandardOutput = _stdout.ReadOnce(_names),
            StandardError = _stderr.ReadOnce(_names),
        };
    }

    ProcessOptions? ReadEach(ProcessOptions once, long number, int count)
    {
        var names = new ExpansionNames(_names).Set("process_num", number).Set("numprocs", count);
        var own = Environment(names);
        names.SetEnvironment(own);
        var directory = _reader.Text("directory", names);
        var command = _reader.Text("command", names);
        var process = once with
        {
            Name = ProcessName(names),
            Command = command ?? "",
            Directory = string.IsNullOrEmpty(directory) ? null : directory,
            Environment = OverDaemons(own),
            StandardOutput = _stdout.ReadEach(once.StandardOutput, names, redirected: false),
            StandardError = _stderr.ReadEach(once.StandardError, names, redirected: once.RedirectStandardError),
        };
        return command is null ? null : process;
    }

    string ProcessName(ExpansionNames names)
    {
        if (_reader.Raw("process_name") is not { } entry)
            return Name;
        // Supervisor checks the name as it is written; what comes out of it must be a name too.
        if (!ProcessValues.Name(entry.Value, out _, out var error))
        {
            _reader.Refuse("process_name", entry.Value, error);
            return Name;
        }

        return _reader.TryExpand(entry, entry.Value, "process_name", names, here: true, out var text)
            ? _reader.Parse("process_name", text, Name, ProcessValues.Name) : Name;
    }

    IReadOnlyDictionary<string, string> Environment(ExpansionNames names) =>
        _reader.Raw("environment") is { } entry
            && _reader.TryExpand(entry, entry.Value, "environment", names, here: true, out var text)
            ? EnvironmentKey.Parse(_reader, text) : new Dictionary<string, string>();

    IReadOnlyDictionary<string, string> OverDaemons(IReadOnlyDictionary<string, string> own)
    {
        if (own.Count == 0 || _daemonVariables.Count == 0)
            return own.Count == 0 ? _daemonVariables : own;
        var merged = new Dictionary<string, string>(_daemonVariables);
        foreach (var (name, value) in own)
            merged[name] = value;
        return merged;
    }
}
