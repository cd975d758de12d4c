using System.Text;

namespace Reeve.Cli.Output;

/// <summary>Colours, where they are wanted.</summary>
internal readonly record struct Style(bool Enabled)
{
    // Colours that are told apart on dark and light grounds; red and green keep their meaning for states.
    static readonly string[] LabelCodes = ["36", "35", "34", "33", "96", "95", "94", "93"];

    public string Good(string text) => Paint("32", text);

    public string Alarm(string text) => Paint("31", text);

    public string Caution(string text) => Paint("33", text);

    public string Strong(string text) => Paint("1", text);

    public string Faint(string text) => Paint("2", text);

    /// <summary>A label in the colour of its number.</summary>
    public string Label(int number, string text) => Paint(LabelCodes[number % LabelCodes.Length], text);

    /// <summary>A process state in the colour of its urgency.</summary>
    public string State(string state, string text) => state switch
    {
        "RUNNING" => Good(text),
        "STARTING" or "STOPPING" => Caution(text),
        "BACKOFF" or "FATAL" or "UNKNOWN" => Alarm(text),
        "EXITED" => Caution(text),
        _ => Faint(text),
    };

    /// <summary>Text of others without control characters: a program's output must not command the terminal.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(c switch
            {
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                _ when char.IsControl(c) => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }
        return clean.ToString();
    }

    string Paint(string code, string text) => Enabled && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
