using System.Text;
using Reeve.Core.Configuration.Values;

namespace Reeve.Core.Configuration.Sections;

/// <summary>[inet_http_server] and [unix_http_server], each repeatable with a name after a colon.</summary>
sealed class ServerSections(ReadContext context)
{
    // sun_path holds 108 bytes, the last of them NUL.
    const int LongestSocketPath = 107;

    /// <summary>The servers in the order they are opened.</summary>
    public IReadOnlyList<ServerOptions> Read() => [.. All("inet_http_server", Inet), .. All("unix_http_server", Unix)];

    IEnumerable<ServerOptions> All(string kind, Func<SectionReader, ServerOptions?> read) => context.Document.Sections
        .Where(section => section.Name.StartsWith(kind, StringComparison.Ordinal))
        .Select(section => read(new(context, section)))
        .OfType<ServerOptions>();

    InetServerOptions? Inet(SectionReader reader)
    {
        var credentials = Credentials(reader);
        if (reader.Raw("port") is null)
        {
            reader.Error("port", "cannot listen: there is no port. Write port=127.0.0.1:9001.",
                $"section [{reader.Section.Name}] has no port value");
            return null;
        }

        var (host, port) = reader.Value("port", ("", 0), DaemonValues.Address, context.Variables, here: false);
        if (port == 0)
            return null;
        if (credentials is null && !DaemonValues.IsLoopback(host))
        {
            var place = host.Length == 0 ? "this machine" : host;
            reader.Warn("port", $"everybody who can reach {place} can command the daemon without a password. "
                + $"Write port=127.0.0.1:{port}, or set username and password.");
        }

        return new() { Section = reader.Section.Name, Credentials = credentials, Host = host, Port = port };
    }

    UnixServerOptions? Unix(SectionReader reader)
    {
        var credentials = Credentials(reader);
        var mode = Mode(reader, "chmod", context.Variables);
        var owner = reader.Value("chown", default(Ownership), context.Machine.Owner("sockchown"), context.Variables,
            here: false);
        var file = reader.Text("file", context.Variables)?.Trim();
        if (string.IsNullOrEmpty(file))
        {
            if (file is not null || reader.Raw("file") is null)
            {
                reader.Error("file", "cannot listen: there is no socket file. Write file=/run/supervisor.sock.",
                    $"section [{reader.Section.Name}] has no file value");
            }

            return null;
        }

        var path = context.Machine.AbsolutePath(file);
        if (Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
        {
            reader.Error("file", $"cannot listen at {Quoted.Short(path)}: a socket's path has at most "
                + $"{LongestSocketPath} bytes. Use a shorter one.", null);
        }

        else if (path.LastIndexOf('/') is > 0 and var slash && !context.Source.DirectoryExists(path[..slash]))
        {
            // Supervisor finds out when it binds, and says no more than this.
            reader.Error("file", $"cannot listen at {Quoted.Short(path)}: there is no directory {Quoted.Short(path[..slash])}. "
                + "Make it, or write file=/run/supervisor.sock.",
                "Cannot open an HTTP server: socket.error reported errno.ENOENT (2)");
        }

        return new()
        {
            Section = reader.Section.Name,
            Credentials = credentials,
            File = path,
            Mode = mode,
            UserId = owner.UserId,
            GroupId = owner.GroupId,
        };
    }

    /// <summary>The mode of a socket; Supervisor's text for a wrong one names the key.</summary>
    public static int Mode(SectionReader reader, string key, ExpansionNames names) => reader.Value(key, 0b111_000_000,
        (string text, out int value, out ValueError error) =>
        {
            var read = NumberValues.Octal(text, out value, out error);
            error = error with { SupervisorText = $"Invalid {key} value {text}", Example = "0700" };
            return read;
        }, names, here: false);

    ServerCredentials? Credentials(SectionReader reader)
    {
        var user = reader.Text("username", context.Variables, here: false);
        var password = reader.Text("password", context.Variables, here: false);
        var (hasUser, hasPassword) = (reader.Raw("username") is not null, reader.Raw("password") is not null);
        if (hasUser != hasPassword)
        {
            var (found, missing) = hasUser ? ("username", "password") : ("password", "username");
            reader.Error(found, $"cannot check who comes in: there is a {found} but no {missing}. Set both, or none.",
                $"Section [{reader.Section.Name}] contains incomplete authentication: If a username or a password is "
                    + "specified, both the username and password must be specified");
        }

        return user is null || password is null ? null : new(user, password);
    }
}
