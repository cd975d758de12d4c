namespace Reeve.Linux.Signals;

/// <summary>Numbers of signals that Reeve itself sends or catches; those of x64 and arm64.</summary>
public static class Signal
{
#pragma warning disable CS1591, CA1720 // The names are the documentation: signal(7). INT is one of them.
    public const int HUP = 1, INT = 2, QUIT = 3, ABRT = 6, KILL = 9, USR1 = 10, USR2 = 12, PIPE = 13, ALRM = 14,
        TERM = 15, CHLD = 17, CONT = 18, STOP = 19, TSTP = 20, TTIN = 21, TTOU = 22, XFSZ = 25, WINCH = 28;
#pragma warning restore CS1591, CA1720
}
