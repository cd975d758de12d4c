using System.Text;
using Reeve.Linux.Files;
using Reeve.Linux.Users;

namespace Reeve.Launching;

/// <summary>Where a daemon keeps what must outlive it: journal and audit log, and without a configuration file its logs too.</summary>
/// <remarks><c>$REEVE_STATE</c>; else for root <c>/var/lib/reeve</c>; others: <c>$XDG_STATE_HOME/reeve</c>, else <c>~/.local/state/reeve</c>.</remarks>
internal static class StateDirectory
{
    private const int WritableByOthers = 0b010;

    /// <summary>File name of the journal in the directory of a daemon.</summary>
    public const string JournalName = "journal";

    /// <summary>A file in it.</summary>
    public static string File(string name) => Path.Combine(Root, name);

    /// <summary>A directory in it, made when absent; null when it cannot be.</summary>
    public static string? Subdirectory(string name) => TryCreate(Path.Combine(Root, name));

    /// <summary>The directory of one daemon, named after its pid file so that two never share it; null when it cannot be made.</summary>
    public static string? OfDaemon(string identifier, string pidFile)
    {
        // FNV-1a: a name, not a secret, and no cryptography to load at start.
        var hash = Encoding.UTF8.GetBytes(pidFile).Aggregate(14695981039346656037UL, (h, octet) => (h ^ octet) * 1099511628211UL);
        return TryCreate(Path.Combine(Root, $"{identifier.Replace('/', '_')}-{hash:x16}"));
    }

    /// <summary>The daemon ends in good order: its journal is of no use any more, and neither is a directory without anything in it.</summary>
    public static void CleanUp(string directory)
    {
        try
        {
            System.IO.File.Delete(Path.Combine(directory, JournalName));
            if (!Directory.EnumerateFileSystemEntries(directory).Any())
                Directory.Delete(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left is small, and the next daemon of this name uses it.
        }
    }

    private static string Root => Environment.GetEnvironmentVariable("REEVE_STATE") is ['/', ..] named
        ? named
        : Privileges.IsRoot ? "/var/lib/reeve" : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
                ? state
                : Path.Combine(Home, ".local/state"),
            "reeve");

    private static string Home => Environment.GetEnvironmentVariable("HOME") is ['/', ..] home
        ? home
        : UserDatabase.Find(Privileges.EffectiveUserId)?.Home ?? "/nonexistent";

    private static string? TryCreate(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // Whoever owns it may put links in the place of our files.
            return PosixFile.TryFacts(directory, out var facts) == 0
                && (facts.Owner == Privileges.EffectiveUserId || facts.Owner == 0) && (facts.Mode & WritableByOthers) == 0
                ? directory
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
