using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Reeve.Visor.Logs;

/// <summary>Names of AUTO logs: <c>PROCNAME-stdout---IDENTIFIER-RANDOM8.log</c>.</summary>
internal static class AutoLogs
{
    private const int RandomLength = 8, LongestName = 255, RoomForAge = 5;

    private static readonly SearchValues<char> s_blanks = SearchValues.Create(" \t\n\v\f\r");

    /// <summary>A name that is not in use, as far as chance goes. A long process name is cut so that the file can be
    /// made.</summary>
    public static string NewName(string process, string stream, string identifier)
    {
        var tail = $"-{stream}---{FileNamePart(identifier)}-" +
            $"{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789_", RandomLength)}.log";
        var room = Math.Max(1, LongestName - RoomForAge - Encoding.UTF8.GetByteCount(tail));
        var head = FileNamePart(process);
        while (Encoding.UTF8.GetByteCount(head) > room)
            head = head[..^(head.Length > 1 && char.IsLowSurrogate(head[^1]) ? 2 : 1)];
        return head + tail;
    }

    /// <summary>Whether a file is an AUTO log of a daemon of this identifier, rotated or not.</summary>
    /// <remarks><c>.+?---IDENTIFIER-\S+\.log</c> at the start of the name; the identifier is taken literally.</remarks>
    public static bool Matches(string name, string identifier)
    {
        var mark = $"---{FileNamePart(identifier)}-";
        for (var at = name.IndexOf(mark, StringComparison.Ordinal); at >= 0;
            at = name.IndexOf(mark, at + 1, StringComparison.Ordinal))
        {
            var rest = name.AsSpan(at + mark.Length);
            var blank = rest.IndexOfAny(s_blanks);
            if (blank >= 0)
                rest = rest[..blank];
            if (at > 0 && !name.AsSpan(0, at).Contains('\n') && rest.LastIndexOf(".log") > 0)
                return true;
        }
        return false;
    }

    /// <summary>Removes the files that match, except those in use and their rotated predecessors.</summary>
    public static void CleanUp(
        string directory, string identifier, IReadOnlySet<string> keep, Action<LogLevel, string> trouble)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trouble(LogLevel.Warning, $"cannot clear the directory of child logs '{directory}': {e.Message}");
            return;
        }
        foreach (var path in files)
        {
            if (!Matches(Path.GetFileName(path), identifier) || keep.Contains(path) || keep.Contains(WithoutAge(path)))
                continue;
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                trouble(LogLevel.Warning, $"cannot remove the old log '{path}': {e.Message}");
            }
        }
    }

    private static string FileNamePart(string name) => name.Replace('/', '_').Replace('\0', '_');

    private static string WithoutAge(string path) => path.TrimEnd("0123456789".ToCharArray()).TrimEnd('.');
}
