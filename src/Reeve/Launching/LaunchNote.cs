using Microsoft.Extensions.Logging;
using Reeve.Linux;

namespace Reeve.Launching;

/// <summary>Something that the launcher did and that the main log, which the visor opens, has to tell.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Value">User id, limit or error.</param>
/// <param name="Path">What could not be used.</param>
internal sealed record LaunchNote(string Kind, long Value = 0, string Path = "")
{
    /// <summary>Runs as root and was not told to become somebody else.</summary>
    public const string Root = "root";

    /// <summary>Became a user.</summary>
    public const string User = "user";

    /// <summary>Raised the limit of open files.</summary>
    public const string OpenFiles = "nofile";

    /// <summary>Raised the limit of processes.</summary>
    public const string Processes = "nproc";

    /// <summary>Could not change to a directory.</summary>
    public const string Directory = "chdir";

    /// <summary>The line; the texts are Supervisor's.</summary>
    public (LogLevel Level, string Text) Line => Kind switch
    {
        Root => (LogLevel.Critical,
            "Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  "
            + "If you intend to run as root, you can set user=root in the config file to avoid this message."),
        User => (LogLevel.Information, $"Set uid to user {Value} succeeded"),
        Directory => (LogLevel.Critical,
            $"can't chdir into '{Path}': [Errno {Value}] {Errno.Describe((int)Value)}: '{Path}'"),
        OpenFiles => (LogLevel.Information, $"Increased RLIMIT_NOFILE limit to {Value}"),
        _ => (LogLevel.Information, $"Increased RLIMIT_NPROC limit to {Value}"),
    };

    /// <summary><c>nofile:1024</c>.</summary>
    public override string ToString() => Path.Length == 0 ? $"{Kind}:{Value}" : $"{Kind}:{Value}:{Path}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static LaunchNote Parse(string text) =>
        text.Split(':', 3) is [var kind, var value, .. var path] && long.TryParse(value, out var number)
            ? new(kind, number, path is [var only] ? only : "")
            : new(text);
}
