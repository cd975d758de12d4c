namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>The name of a process as it is typed: <c>name</c>, <c>group:name</c>, or a whole group by <c>group:*</c>.</summary>
/// <param name="Group">Group.</param>
/// <param name="Process">Process within it; null: all of them.</param>
readonly record struct Namespec(string Group, string? Process)
{
    /// <summary>Reads what was typed; without a colon both are the same.</summary>
    public static Namespec Parse(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0)
            return new(text, text);
        var process = text[(colon + 1)..];
        return new(text[..colon], process is "" or "*" ? null : process);
    }

    /// <summary>As it is shown: once where group and process are equal.</summary>
    public override string ToString() => Group == Process ? Group : $"{Group}:{Process ?? "None"}";
}
