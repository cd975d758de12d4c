using System.Text;

namespace Reeve.Core.Configuration.Ini;

/// <summary>Reads one file's text into a document, line by line, in the dialect of Python's configparser that
/// Supervisor's users know. Errors are collected, the lines around them still count.</summary>
sealed class IniReader
{
    // More than anybody reads; a binary file would fill memory otherwise.
    const int MostRefused = 300, MostSupervisorText = 4000;

    readonly IniDocument _document;
    readonly ProblemLog _problems;
    readonly string _file, _here;
    readonly StringBuilder _value = new();
    readonly List<(int Line, string Section, string Text)> _refused = [];
    readonly StringBuilder _supervisorLines = new();
    readonly HashSet<(IniSection, string)> _keysOfThisFile = [];
    IniSection? _section;
    bool _toldOfStray;
    string? _key;
    int _keyLine, _indent;

    IniReader(IniDocument document, string file, string here, ProblemLog problems) =>
        (_document, _file, _here, _problems) = (document, file, here, problems);

    /// <summary>Merges <paramref name="text"/> into <paramref name="document"/>.</summary>
    /// <param name="text">The whole file, decoded.</param>
    /// <param name="file">Its name for messages.</param>
    /// <param name="here">Its absolute directory.</param>
    /// <param name="document">What was read before it; its keys are replaced by this file's.</param>
    /// <param name="problems">Takes the errors.</param>
    public static void Read(string text, string file, string here, IniDocument document, ProblemLog problems)
    {
        var reader = new IniReader(document, file, here, problems);
        var rest = text.AsSpan();
        for (var number = 1; rest.Length > 0; number++)
        {
            var end = rest.IndexOfAny('\r', '\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + (rest[end..].StartsWith("\r\n") ? 2 : 1))..];
            reader.TakeLine(line, number, end >= 0);
        }

        reader.FinishKey();
        reader.ReportRefused();
    }

    void TakeLine(ReadOnlySpan<char> line, int number, bool hasNewline)
    {
        var text = WithoutComment(line, out var commented).Trim();
        if (text.IsEmpty)
        {
            // A blank line belongs to the value if the value goes on after it; a comment line does not.
            if (!commented && _key is not null)
                _value.Append('\n');
            return;
        }

        var indent = line.IndexOf(text[0]);
        if (_key is not null && indent > _indent)
        {
            _value.Append('\n').Append(text);
            return;
        }

        _indent = indent;
        if (text[0] == '[' && text.LastIndexOf(']') is > 1 and var close)
        {
            FinishKey();
            _section = _document.FindOrAdd(text[1..close].ToString(), _file, number);
        }
        else if (_section is null)
        {
            ReportStray(text, line.ToString() + (hasNewline ? "\n" : ""), number);
        }
        else
        {
            TakeKey(_section, text, line.ToString() + (hasNewline ? "\n" : ""), number);
        }
    }

    // Nothing before the first header can be placed, and saying so once is enough; what follows it is read all the same.
    void ReportStray(ReadOnlySpan<char> text, string raw, int number)
    {
        if (_toldOfStray)
            return;
        _toldOfStray = true;
        var mend = text[0] == '[' ? "Close the section header with ']'." : "Write [supervisord] above it.";
        _problems.Error(_file, number, null,
            $"cannot place {Quoted.Short(text.ToString())}: expected a section header first. {mend}",
            $"File contains no section headers.\nfile: {Quoted.Python(_file)}, line: {number}\n" + Quoted.Python(raw));
    }

    void TakeKey(IniSection section, ReadOnlySpan<char> text, string raw, int number)
    {
        var delimiter = text.IndexOfAny('=', ':');
        var key = delimiter <= 0 ? "" : text[..delimiter].TrimEnd().ToString().ToLowerInvariant();
        if (key.Length == 0)
        {
            RefuseLine(section, text, raw, number, delimiter);
            return;
        }

        FinishKey();
        _key = key;
        _keyLine = number;
        _value.Append(text[(delimiter + 1)..].Trim());
        if (key[0] == '[')
        {
            _problems.Warn(_file, number, section.Name,
                $"{Quoted.Short(text.ToString())} is taken as a key: expected ']' at the end of a section header. "
                    + "Add it.");
        }
    }

    void RefuseLine(IniSection section, ReadOnlySpan<char> text, string raw, int number, int delimiter)
    {
        if (_refused.Count == MostRefused)
            return;
        var mend = delimiter == 0 ? "Write a key before the delimiter."
            : text[0] == '[' ? "Close the section header with ']'."
            : "Write key=value; indent the line if it continues the value above.";
        _refused.Add((number, section.Name,
            $"cannot read {Quoted.Short(text.ToString())}: expected key=value or [section]. {mend}"));
        if (_supervisorLines.Length < MostSupervisorText)
            _supervisorLines.Append($"\n\t[line {number,2}]: {Quoted.Python(raw)}");
    }

    void FinishKey()
    {
        if (_key is null)
            return;
        var value = _value.ToString().TrimEnd();
        if (!_keysOfThisFile.Add((_section!, _key)) && _section!.TryGet(_key, out var earlier))
        {
            _problems.Warn(_file, _keyLine, _section.Name,
                $"{_key} is set again; the value of line {earlier.Line} is lost. Remove one of them.");
        }

        _section!.Set(new(_key, value, _file, _keyLine, _here));
        _key = null;
        _value.Clear();
    }

    // Supervisor has one message for all unreadable lines of a file: the first of them carries it.
    void ReportRefused()
    {
        var supervisorText = $"Source contains parsing errors: {Quoted.Python(_file)}{_supervisorLines}";
        foreach (var (number, section, text) in _refused)
        {
            _problems.Error(_file, number, section, text, supervisorText);
            supervisorText = null;
        }
    }

    static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line, out bool commented)
    {
        for (var from = 0; line[from..].IndexOfAny(';', '#') is >= 0 and var found; from += found + 1)
        {
            var at = from + found;
            if (at == 0 || char.IsWhiteSpace(line[at - 1]))
            {
                commented = true;
                return line[..at];
            }
        }

        commented = false;
        return line;
    }
}
