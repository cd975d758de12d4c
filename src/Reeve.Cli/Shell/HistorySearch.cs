namespace Reeve.Cli.Shell;

/// <summary>Ctrl-R: finds the newest line that holds what is typed; again for older ones.</summary>
sealed class HistorySearch(KeyReader keys, LineScreen screen, History history)
{
    /// <summary>Searches until a key that means something else; the line found is left in the buffer.</summary>
    /// <returns>That key, for the editor to carry out; <see cref="KeyKind.Unknown"/> when the search was given up.</returns>
    public Key Run(EditBuffer buffer, CancellationToken cancel)
    {
        var (textBefore, cursorBefore) = (buffer.Text, buffer.Cursor);
        var query = "";
        var at = history.Lines.Count;
        var failed = false;
        while (true)
        {
            screen.Draw($"({(failed ? "failed " : "")}reverse-i-search)`{query}': ", buffer.Text, buffer.Cursor);
            var key = keys.Read(cancel);
            switch (key.Kind)
            {
                case KeyKind.Text:
                    query += key.Text;
                    failed = !Find(buffer, query, Math.Min(at, history.Lines.Count - 1), ref at);
                    break;
                case KeyKind.Backspace:
                    query = query.Length > 0 ? query[..^1] : query;
                    failed = query.Length > 0 && !Find(buffer, query, history.Lines.Count - 1, ref at);
                    break;
                case KeyKind.Search:
                    failed = query.Length > 0 && !Find(buffer, query, at - 1, ref at);
                    break;
                case KeyKind.Abort:
                    buffer.Set(textBefore, cursorBefore);
                    return new(KeyKind.Unknown);
                default:
                    return key;
            }
        }
    }

    bool Find(EditBuffer buffer, string query, int from, ref int at)
    {
        for (var index = from; index >= 0; index--)
        {
            var found = history.Lines[index].IndexOf(query, StringComparison.Ordinal);
            if (found < 0)
                continue;
            buffer.Set(history.Lines[index], found);
            at = index;
            return true;
        }
        return false;
    }
}
