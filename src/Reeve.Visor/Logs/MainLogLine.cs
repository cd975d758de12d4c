using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Reeve.Core.Configuration;

namespace Reeve.Visor.Logs;

/// <summary>The look of a main log line: <c>YYYY-MM-DD HH:MM:SS,mmm LEVL text</c>.</summary>
internal static class MainLogLine
{
    /// <summary>The level of Supervisor's that a level is.</summary>
    public static DaemonLogLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Critical => DaemonLogLevel.Critical,
        LogLevel.Error => DaemonLogLevel.Error,
        LogLevel.Warning => DaemonLogLevel.Warn,
        LogLevel.Information => DaemonLogLevel.Info,
        LogLevel.Debug => DaemonLogLevel.Debug,
        _ => DaemonLogLevel.Trace,
    };

    /// <summary>A line, or several, with the newline at the end.</summary>
    public static byte[] Format(DateTimeOffset now, LogLevel level, string text)
    {
        var name = LevelOf(level) switch
        {
            DaemonLogLevel.Critical => "CRIT",
            DaemonLogLevel.Error => "ERRO",
            DaemonLogLevel.Warn => "WARN",
            DaemonLogLevel.Info => "INFO",
            DaemonLogLevel.Debug => "DEBG",
            _ => "TRAC",
        };
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd HH:mm:ss,fff} {name} {Escape(text)}\n"));
    }

    /// <summary>Priority of syslog for a level.</summary>
    public static int PriorityOf(LogLevel level) => LevelOf(level) switch
    {
        DaemonLogLevel.Critical => SyslogSocket.Critical,
        DaemonLogLevel.Error => SyslogSocket.Error,
        DaemonLogLevel.Warn => SyslogSocket.Warning,
        DaemonLogLevel.Info => SyslogSocket.Information,
        _ => SyslogSocket.Debug,
    };

    // Newlines stay: Supervisor's lines about output have them. Anything else that commands a terminal is spelled out,
    // for names and output come from anybody and the log is read by root.
    private static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (character is '\n' or '\t' || !char.IsControl(character))
                safe.Append(character);
            else
                safe.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
        }
        return safe.ToString();
    }
}
