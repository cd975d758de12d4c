using System.Globalization;

namespace Reeve.Core.Processes;

/// <summary>Names of Linux signals, as operators write them and as Supervisor prints them.</summary>
public static class SignalNames
{
    // By number from 1. 29 has two names; Supervisor prints SIGPOLL.
    static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "POLL", "PWR", "SYS",
    ];

    const int RealTimeMin = 34, RealTimeMax = 64;

    /// <summary>All names with <c>SIG</c>, by number.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Names.Select(name => "SIG" + name), "SIGRTMIN", "SIGRTMAX"];

    /// <summary>Reads a name with or without <c>SIG</c> in any case, or a number that has a name.</summary>
    /// <param name="text">Blanks around it are allowed: <c>TERM</c>, <c>sigusr1</c>, <c>15</c>.</param>
    /// <param name="signal">The number, or 0.</param>
    /// <returns>False when there is no such signal.</returns>
    public static bool TryParse(string text, out int signal)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite
            | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out signal))
        {
            if (HasName(signal))
                return true;
            signal = 0;
            return false;
        }

        var name = text.AsSpan().Trim();
        if (name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase))
            name = name[3..];
        signal = NumberOf(name);
        return signal != 0;
    }

    /// <summary>Supervisor's text for a signal: <c>SIGTERM</c>; <c>signal 35</c> for one without a name.</summary>
    public static string NameOf(int signal) => signal switch
    {
        >= 1 when signal <= Names.Length => All[signal - 1],
        RealTimeMin => "SIGRTMIN",
        RealTimeMax => "SIGRTMAX",
        _ => $"signal {signal}",
    };

    static bool HasName(int signal) => (signal >= 1 && signal <= Names.Length) || signal is RealTimeMin or RealTimeMax;

    static int NumberOf(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                return i + 1;
        }

        Span<char> upper = stackalloc char[6];
        if (name.Length > upper.Length)
            return 0;
        return upper[..name.ToUpperInvariant(upper)] switch
        {
            "IOT" => 6,
            "CLD" => 17,
            "IO" => 29,
            "RTMIN" => RealTimeMin,
            "RTMAX" => RealTimeMax,
            _ => 0,
        };
    }
}
