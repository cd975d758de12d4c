using System.Text;

namespace Reeve.Cli.Shell;

/// <summary>Lines that were entered, oldest first. The file has one a line, as readline's has.</summary>
public sealed class History
{
    /// <summary>How many are kept.</summary>
    public const int MaxLines = 10_000;

    const long MaxFile = 4 * 1024 * 1024;

    readonly List<string> _lines = [];

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Reads a file; one that is absent, unreadable or huge gives an empty history.</summary>
    public static History Load(string path)
    {
        var history = new History();
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: <= MaxFile })
            {
                foreach (var line in File.ReadLines(path))
                    history.Add(line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A shell without its past is better than none.
        }
        return history;
    }

    /// <summary>Adds a line, unless it is blank or the same as the one before.</summary>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || (_lines.Count > 0 && _lines[^1] == line))
            return;
        if (_lines.Count == MaxLines)
            _lines.RemoveAt(0);
        _lines.Add(line);
    }

    /// <summary>Writes the file, readable by its owner only; lines may hold what others need not see.</summary>
    /// <returns>False: it could not be written.</returns>
    public bool TrySave(string path)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            var text = new StringBuilder();
            foreach (var line in _lines)
                text.Append(line).Append('\n');
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
