using Reeve.Core.Configuration;

namespace Reeve.Cli.Personalities.Supervisord;

/// <summary>Checks the values that stand on the command line, in the words of the configuration file's errors.</summary>
static class SupervisordValues
{
    static readonly string[] s_levels = ["critical", "error", "warn", "info", "debug", "trace", "blather"];

    /// <returns>Null: the value can be used; else what is wrong with it.</returns>
    public static string? Check(string key, string value, IConfigurationSource source) => key switch
    {
        "umask" => IsOctal(value) ? null : $"{value} can not be converted to an octal type",
        "directory" or "childlogdir" => CheckDirectory(value, source),
        "logfile" => value.Trim().ToLowerInvariant() is "none" or "off" or "auto" or "syslog"
            ? null
            : CheckFile(value, source),
        "pidfile" => CheckFile(value, source),
        "logfile_maxbytes" => CheckBytes(value),
        "logfile_backups" or "minfds" or "minprocs" => CheckInt(value),
        "loglevel" => Array.IndexOf(s_levels, value.ToLowerInvariant()) >= 0
            ? null
            : $"bad logging level name {PythonText.Quote(value)}",
        _ => null,
    };

    static bool IsOctal(string value)
    {
        var digits = value.Trim();
        if (digits.StartsWith("0o", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        return digits.Length is > 0 and <= 11 && digits.All(c => c is >= '0' and <= '7');
    }

    static string? CheckDirectory(string value, IConfigurationSource source) =>
        value.Length > 0 && source.DirectoryExists(source.FullPath(Expand(value, source)))
            ? null
            : $"{value} is not an existing directory";

    static string? CheckFile(string value, IConfigurationSource source)
    {
        var path = Expand(value, source);
        var slash = path.LastIndexOf('/');
        // Without a slash the file goes to the current directory, which is there.
        return slash <= 0 || source.DirectoryExists(source.FullPath(path[..slash]))
            ? null
            : $"The directory named as part of the path {value} does not exist";
    }

    static string? CheckBytes(string value)
    {
        var lower = value.ToLowerInvariant();
        var number = lower.Length > 2 && lower[^2..] is "kb" or "mb" or "gb" ? lower[..^2] : lower;
        return PythonText.TryParseInt(number, out _) ? null : PythonText.NotAnInt(number);
    }

    static string? CheckInt(string value) =>
        PythonText.TryParseInt(value, out _) ? null : PythonText.NotAnInt(value);

    static string Expand(string path, IConfigurationSource source)
    {
        if (!path.StartsWith('~'))
            return path;
        var slash = path.IndexOf('/');
        var user = slash < 0 ? path[1..] : path[1..slash];
        var home = source.Home(user.Length == 0 ? null : user);
        return home is null ? path : home + (slash < 0 ? "" : path[slash..]);
    }
}
