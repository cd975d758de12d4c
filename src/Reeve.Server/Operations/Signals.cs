using System.Globalization;
using Reeve.Core.Processes;

namespace Reeve.Server.Operations;

/// <summary>Signals as clients may ask for them.</summary>
internal static class Signals
{
    /// <summary>Reads a name or a number. 0, which only asks whether the process is alive, is one as in Supervisor.</summary>
    public static bool TryParse(string text, out int signal) =>
        SignalNames.TryParse(text, out signal)
        || int.TryParse(text, CultureInfo.InvariantCulture, out signal) && signal == 0;
}
