using System.Buffers;

namespace Reeve.Visor.Logs;

/// <summary>Takes terminal escape sequences out of output, as <c>strip_ansi</c> asks.</summary>
/// <remarks>
/// A sequence is <c>ESC [</c> up to the first of Supervisor's final letters. One that is cut by the end of a chunk goes
/// on in the next, where Supervisor would let its rest through.
/// </remarks>
internal sealed class AnsiStripper
{
    private const byte Escape = 0x1b;

    private static readonly SearchValues<byte> s_finals = SearchValues.Create("HfABCDRsuJKhlpm"u8);

    private bool _escapeHeld, _inSequence;

    /// <summary>Longest result for a chunk.</summary>
    public static int LongestResult(int chunk) => chunk + 1;

    /// <summary>Copies what is no escape sequence.</summary>
    /// <param name="data">A chunk.</param>
    /// <param name="result">At least <see cref="LongestResult"/> bytes.</param>
    /// <returns>How many bytes were copied.</returns>
    public int Strip(ReadOnlySpan<byte> data, Span<byte> result)
    {
        var count = 0;
        while (!data.IsEmpty)
        {
            if (_escapeHeld)
            {
                _escapeHeld = false;
                if (data[0] == '[')
                    _inSequence = true;
                else
                    result[count++] = Escape;
            }
            if (_inSequence)
            {
                var final = data.IndexOfAny(s_finals);
                if (final < 0)
                    break;
                _inSequence = false;
                data = data[(final + 1)..];
                continue;
            }
            var at = data.IndexOf("\x1b["u8);
            if (at < 0)
            {
                at = data[^1] == Escape ? data.Length - 1 : data.Length;
                _escapeHeld = at < data.Length;
            }
            else
            {
                _inSequence = true;
            }
            data[..at].CopyTo(result[count..]);
            count += at;
            if (!_inSequence)
                break;
            data = data[(at + 2)..];
        }
        return count;
    }

    /// <summary>No more is coming for now.</summary>
    /// <returns>Whether an escape character was held back, which began no sequence.</returns>
    public bool Release()
    {
        var held = _escapeHeld;
        _escapeHeld = false;
        return held;
    }
}
