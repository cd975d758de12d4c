using System.Buffers;
using System.Text;

namespace Reeve.Core.Configuration.Ini;

/// <summary>Turns a file's bytes into text, or says what is wrong with them.</summary>
static class IniText
{
    /// <summary>The most bytes one file may have.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Decodes UTF-8 without byte-order mark and without NUL bytes.</summary>
    /// <returns>False when it is anything else; the problem is in <paramref name="problems"/>.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, string file, ProblemLog problems, out string text)
    {
        text = "";
        if (bytes.Length > MostBytes)
        {
            problems.Error(file, 0, null,
                $"cannot read the file: it has {bytes.Length} bytes, at most {MostBytes} are allowed. "
                + "Check that it is a configuration file, or split it with [include].");
            return false;
        }

        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            problems.Error(file, 1, null,
                "cannot read the file: it begins with a byte-order mark. Save it as UTF-8 without BOM.");
            return false;
        }

        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            problems.Error(file, 1, null, "cannot read the file: it is UTF-16. Save it as UTF-8 without BOM.");
            return false;
        }

        if (bytes.IndexOf((byte)0) is >= 0 and var nul)
        {
            problems.Error(file, LineOf(bytes, nul), null,
                $"cannot read the file: byte {nul + 1} is NUL. Check that it is a configuration file.");
            return false;
        }

        if (FirstInvalid(bytes) is >= 0 and var invalid)
        {
            problems.Error(file, LineOf(bytes, invalid), null,
                $"cannot read the file: byte {invalid + 1} (0x{bytes[invalid]:x2}) is not UTF-8. Save it as UTF-8.");
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        return true;
    }

    static int LineOf(ReadOnlySpan<byte> bytes, int at) => bytes[..at].Count((byte)'\n') + 1;

    static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return -1;
        for (var at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != OperationStatus.Done)
                return at;
            at += length;
        }

        return -1;
    }
}
