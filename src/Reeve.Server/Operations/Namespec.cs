namespace Reeve.Server.Operations;

/// <summary>
/// Name of a process as users write it: <c>group:process</c>, <c>name</c> for <c>name:name</c>, <c>group:*</c>.
/// </summary>
/// <param name="Group">Group.</param>
/// <param name="Process">Process within the group; null: the whole group.</param>
public readonly record struct Namespec(string Group, string? Process)
{
    /// <summary>Reads a name. Every text is one; whether it exists is another question.</summary>
    public static Namespec Parse(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0)
            return new(text, text);
        var process = text[(colon + 1)..];
        return new(text[..colon], process is "" or "*" ? null : process);
    }

    /// <summary>The short form where group and process are of one name.</summary>
    public static string Format(string group, string process) => group == process ? group : $"{group}:{process}";
}
