using System.Globalization;
using System.Text;

namespace Reeve.Client.Http;

/// <summary>How the end of a body is known.</summary>
internal enum Framing
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>By Content-Length.</summary>
    Length,

    /// <summary>By the chunk of length 0.</summary>
    Chunked,

    /// <summary>By the end of the connection.</summary>
    UntilClose,
}

/// <summary>Status line and the headers that matter here.</summary>
internal readonly record struct HttpHead(int Status, Framing Framing, long Length, bool KeepAlive, string ContentType)
{
    /// <summary>Most bytes that a head may have.</summary>
    public const int MaxBytes = 32 * 1024;

    const int MaxHeaders = 100;

    /// <summary>Reads a head without its final empty line.</summary>
    /// <exception cref="ReeveProtocolException">
    /// It is not HTTP/1.x, or says contradictory things of its body.
    /// </exception>
    public static HttpHead Parse(ReadOnlySpan<byte> text)
    {
        var lineEnd = text.IndexOf((byte)'\n');
        var statusLine = lineEnd < 0 ? text : text[..lineEnd];
        if (!statusLine.StartsWith("HTTP/1."u8) || statusLine.Length < 12 || statusLine[8] != ' '
            || !int.TryParse(statusLine.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            || status < 100)
        {
            throw new ReeveProtocolException(
                $"the answer is not HTTP: it begins with '{Printable(statusLine)}'. Is another server there?");
        }

        long? length = null;
        var chunked = false;
        var keepAlive = statusLine[7] != '0';
        var contentType = "";
        var count = 0;
        for (var rest = lineEnd < 0 ? default : text[(lineEnd + 1)..]; rest.Length > 0;)
        {
            if (++count > MaxHeaders)
                throw new ReeveProtocolException($"the answer has more than {MaxHeaders} headers.");
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
            rest = end < 0 ? default : rest[(end + 1)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
                throw new ReeveProtocolException($"the answer has a header without a name: '{Printable(line)}'.");
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim(" \t"u8);
            if (Is(name, "content-length"u8))
            {
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
                    || (length is not null && length != given))
                {
                    throw new ReeveProtocolException($"the answer has a bad Content-Length: '{Printable(value)}'.");
                }
                length = given;
            }
            else if (Is(name, "transfer-encoding"u8))
            {
                if (!Is(value, "chunked"u8))
                    throw new ReeveProtocolException($"the answer has an unknown encoding: '{Printable(value)}'.");
                chunked = true;
            }
            else if (Is(name, "connection"u8))
            {
                keepAlive = !Is(value, "close"u8) && (keepAlive || Is(value, "keep-alive"u8));
            }
            else if (Is(name, "content-type"u8))
            {
                var parameters = value.IndexOf((byte)';');
                contentType = Encoding.ASCII.GetString(parameters < 0 ? value : value[..parameters].TrimEnd((byte)' '));
            }
        }
        if (chunked && length is not null)
            throw new ReeveProtocolException("the answer has both a Content-Length and chunks.");

        var framing = status is < 200 or 204 or 304 || length == 0 ? Framing.None
            : chunked ? Framing.Chunked
            : length is not null ? Framing.Length
            : Framing.UntilClose;
        return new(status, framing, length ?? 0, keepAlive && framing != Framing.UntilClose, contentType);
    }

    static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(text, lowerCase);

    static string Printable(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Math.Min(bytes.Length, 60)];
        for (var i = 0; i < text.Length; i++)
            text[i] = bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '?';
        return text.TrimEnd('?').ToString();
    }
}
