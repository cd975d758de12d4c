using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Values;
using Reeve.Core.Processes;

namespace Reeve.Core.Configuration.Sections;

/// <summary>The keys that [fcgi-program:x] has besides those of a program. Checked in full, not yet run.</summary>
sealed class FastCgiSection(ReadContext context, IniSection section)
{
    const string BothExample = "unix:///run/%(program_name)s.sock";

    readonly SectionReader _reader = new(context, section);

    /// <summary>Reads the group.</summary>
    public GroupOptions Read(string name, int priority, IReadOnlyDictionary<string, string> daemonVariables)
    {
        var program = new ProgramSection(context, section, name, daemonVariables);
        _reader.Warn("socket", "FastCGI programs are not yet run: this one is checked, and then left alone.");
        return new()
        {
            Name = name,
            Kind = GroupKind.FastCgi,
            Priority = priority,
            Processes = program.Read(),
            KindSettings = Socket(program.Name),
        };
    }

    Dictionary<string, string> Socket(string program)
    {
        var names = new ExpansionNames(context.Variables).Set("program_name", program);
        var settings = new Dictionary<string, string>();
        var socket = _reader.Text("socket", names);
        if (string.IsNullOrEmpty(socket))
        {
            if (socket is not null || _reader.Raw("socket") is null)
            {
                _reader.Error("socket", $"cannot open a socket: socket is missing. Write socket={BothExample}.",
                    $"[{section.Name}] section requires a \"socket\" line");
            }

            return settings;
        }

        var isUnix = socket.StartsWith("unix://", StringComparison.Ordinal);
        settings["socket"] = _reader.Parse("socket", socket, socket, isUnix ? UnixSocket : TcpSocket);
        var owner = _reader.Value("socket_owner", default(Ownership), context.Machine.Owner("socket_owner"), names);
        var mode = ServerSections.Mode(_reader, "socket_mode", names);
        var key = _reader.Raw("socket_owner") is null ? "socket_mode" : "socket_owner";
        if (!isUnix && _reader.Raw(key) is not null)
        {
            _reader.Error(key, $"cannot set {key} of a TCP port. Remove it, or use socket={BothExample}.",
                "socket_owner and socket_mode params should only be used with a Unix domain socket in "
                    + $"[{section.Name}] socket");
        }

        if (isUnix)
        {
            settings["socket_owner"] = $"{owner.UserId}:{owner.GroupId}";
            settings["socket_mode"] = Convert.ToString(mode, 8);
        }

        if (_reader.Raw("socket_backlog") is not null)
            settings["socket_backlog"] = Backlog(names).ToString();
        return settings;
    }

    int Backlog(ExpansionNames names)
    {
        var backlog = _reader.Value("socket_backlog", 128, NumberValues.Number, names);
        if (backlog is < 1 or > 65535)
        {
            _reader.Error("socket_backlog",
                $"cannot queue {backlog} connections: expected 1 to 65535. Write socket_backlog=128.",
                $"Invalid socket_backlog value {backlog}");
        }

        return backlog;
    }

    bool UnixSocket(string text, out string value, out ValueError error)
    {
        value = text;
        var path = text["unix://".Length..];
        error = new("unix:// and an absolute path", "unix:///" + path,
            $"('Unix socket path %s is not an absolute path', {Quoted.Python(path)}) in [{section.Name}] socket");
        return path.StartsWith('/');
    }

    bool TcpSocket(string text, out string value, out ValueError error)
    {
        value = text;
        const string Scheme = "tcp://";
        var address = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..] : "";
        var colon = address.LastIndexOf(':');
        error = new("tcp://host:port or unix:///path", "tcp://localhost:9000",
            $"('Bad socket format %s', {Quoted.Python(text)}) in [{section.Name}] socket");
        if (colon <= 0 || address[..colon].Any(c => c == ':' || char.IsWhiteSpace(c)) || address[(colon + 1)..].Any(c => !char.IsAsciiDigit(c))
            || !NumberValues.TryInteger(address[(colon + 1)..], out var port))
            return false;
        error = error with
        {
            SupervisorText = (port < 1 ? $"{port} is below lower bound (1)" : $"{port} is above upper bound (65535)")
                + $" in [{section.Name}] socket",
        };
        return port is >= 1 and <= 65535;
    }
}
