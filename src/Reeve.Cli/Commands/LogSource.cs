using Reeve.Client;

namespace Reeve.Cli.Commands;

/// <summary>One log that can be read and followed: a process's stdout or stderr, or the main log.</summary>
/// <param name="Name">Process, or <c>reeve</c> for the main log.</param>
/// <param name="Stream"><c>stdout</c>, <c>stderr</c> or <c>log</c>.</param>
/// <param name="Label">What stands before its lines when several are shown.</param>
internal sealed record LogSource(string Name, string Stream, string Label)
{
    // Nobody reads more lines than these bytes hold; a log without line ends stops here.
    const int MostBytes = 64 * 1024 * 1024;
    const int FirstBytes = 16 * 1024;

    /// <summary>The last so many bytes.</summary>
    public required Func<long, CancellationToken, Task<byte[]>> ReadTail { get; init; }

    /// <summary>The last so many bytes and all that follows.</summary>
    public required Func<long, CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> Follow { get; init; }

    public static LogSource OfProcess(ReeveClient client, string name, LogStream stream, bool both) => new(
        name, stream == LogStream.Stdout ? "stdout" : "stderr",
        both && stream == LogStream.Stderr ? $"{name} stderr" : name)
    {
        ReadTail = (bytes, cancel) => client.ReadLogAsync(name, stream, LogRange.Tail(bytes), cancel),
        Follow = (bytes, cancel) => client.FollowLogAsync(name, stream, bytes, cancel),
    };

    public static LogSource OfDaemon(ReeveClient client) => new("reeve", "log", "reeve")
    {
        ReadTail = (bytes, cancel) => client.ReadMainLogAsync(LogRange.Tail(bytes), cancel),
        Follow = client.FollowMainLogAsync,
    };

    /// <summary>The last <paramref name="lines"/> lines, by asking for more until they are there.</summary>
    /// <returns>The text, and whether it is all that the log has.</returns>
    public async Task<(ReadOnlyMemory<byte> Text, bool IsWhole)> ReadLinesAsync(long lines, CancellationToken cancel)
    {
        for (var size = FirstBytes; ; size *= 4)
        {
            var text = await ReadTail(size, cancel).ConfigureAwait(false);
            var start = StartOfLast(text, lines);
            var isWhole = start <= 0 && text.Length < size;
            if (start > 0 || isWhole || size >= MostBytes)
                return (text.AsMemory(Math.Max(start, 0)), isWhole);
        }
    }

    /// <summary>Where the last lines begin; 0: at the first byte, -1: there are fewer.</summary>
    static int StartOfLast(ReadOnlySpan<byte> text, long lines)
    {
        if (lines == 0)
            return text.Length;
        // The line's end at the very end belongs to the last line.
        var end = text.EndsWith("\n"u8) ? text.Length - 1 : text.Length;
        for (; lines > 0; lines--)
        {
            end = text[..end].LastIndexOf((byte)'\n');
            if (end < 0)
                return lines == 1 ? 0 : -1;
        }
        return end + 1;
    }
}
