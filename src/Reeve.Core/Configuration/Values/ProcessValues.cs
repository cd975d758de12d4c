using Reeve.Core.Processes;

namespace Reeve.Core.Configuration.Values;

/// <summary>Values that say how a process is kept.</summary>
static class ProcessValues
{
    // In the order in which Supervisor looks for them; it lets other blanks pass, which then break its own commands.
    static readonly char[] Refused = [' ', ':', '/'];

    /// <summary>A signal's name or number.</summary>
    public static bool Signal(string text, out int value, out ValueError error)
    {
        error = default;
        if (SignalNames.TryParse(text, out value))
            return true;
        var kind = NumberValues.TryInteger(text, out _) ? "number" : "name";
        var nearest = Selection.NearestName.Find("SIG" + WithoutPrefix(text.Trim().ToUpperInvariant()),
            SignalNames.All);
        error = new("the name or number of a signal", nearest is null ? "TERM" : nearest[3..],
            $"value {Quoted.Python(text)} is not a valid signal {kind}");
        return false;
    }

    /// <summary>Exit codes with commas between them; none at all is allowed.</summary>
    public static bool ExitCodes(string text, out IReadOnlyList<int> value, out ValueError error)
    {
        error = default;
        value = [];
        if (text.Length == 0)
            return true;
        var codes = new List<int>();
        foreach (var item in text.Split(','))
        {
            // A list longer than all codes is no list of codes.
            if (!NumberValues.TryInteger(item, out var code) || code is < 0 or > 255 || codes.Count > 255)
            {
                error = new("exit codes from 0 to 255 with commas between them", "0,2",
                    $"not a valid list of exit codes: {Quoted.Python(text)}");
                return false;
            }

            codes.Add(code);
        }

        value = codes;
        return true;
    }

    /// <summary>unexpected, or a truth value.</summary>
    public static bool Restart(string text, out AutoRestart value, out ValueError error)
    {
        value = AutoRestart.Unexpected;
        error = new("unexpected, true or false", "unexpected",
            $"invalid 'autorestart' value {Quoted.Python(text.ToLowerInvariant())}");
        if (text.Equals("unexpected", StringComparison.OrdinalIgnoreCase))
            return true;
        if (!NumberValues.Boolean(text, out var always, out _))
            return false;
        value = always ? AutoRestart.Always : AutoRestart.Never;
        return true;
    }

    /// <summary>A name of a process or group: no blank, colon or slash.</summary>
    public static bool Name(string text, out string value, out ValueError error)
    {
        value = text.Trim();
        error = default;
        if (value.Length == 0)
        {
            error = new("a name", "web", null);
            return false;
        }

        var first = Refused.Where(value.Contains).Select(c => c.ToString()).FirstOrDefault();
        if (first is null && !value.Any(IsRefused))
            return true;
        error = new("a name without blanks, ':' and '/'", new string([.. value.Select(c => IsRefused(c) ? '-' : c)]),
            first is null ? null : $"Invalid name: {Quoted.Python(value)} because of character: {Quoted.Python(first)}");
        return false;
    }

    static bool IsRefused(char c) => c is ':' or '/' || char.IsWhiteSpace(c) || char.IsControl(c);

    static string WithoutPrefix(string name) => name.StartsWith("SIG") ? name[3..] : name;
}
