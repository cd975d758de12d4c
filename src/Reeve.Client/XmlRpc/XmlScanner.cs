using System.Buffers;
using System.Globalization;
using System.Text;

namespace Reeve.Client.XmlRpc;

/// <summary>
/// Cuts the XML that XML-RPC uses into tags and text. Knows no DTD and no entities but the predefined ones.
/// </summary>
/// <remarks>
/// Everything is UTF-8 whatever the XML declaration says, as in Supervisor. Attributes are checked for form and
/// ignored:
/// some toolkits declare name spaces that nobody uses.
/// </remarks>
/// <param name="xml">The whole document.</param>
/// <param name="strict">
/// Refuse control characters and invalid UTF-8. Not strict: take them, because Supervisor sends logs as they are.
/// </param>
internal ref struct XmlScanner(ReadOnlySpan<byte> xml, bool strict)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    private static readonly SearchValues<byte> s_forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c is not ('\t' or '\n' or '\r')).Select(c => (byte)c)]);

    private static readonly SearchValues<byte> s_blanks = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> s_nameEnds = SearchValues.Create(" \t\r\n/><"u8);

    // An empty tag <x/> is told as an opening and a closing one.
    private bool _closePending;
    private int _at = xml.StartsWith("\uFEFF"u8) ? 3 : 0;
    private readonly ReadOnlySpan<byte> _xml = xml;

    /// <summary>Name of the tag that <see cref="Next"/> found.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Whether the tag that <see cref="Next"/> found is a closing one.</summary>
    public bool IsClose { get; private set; }

    /// <summary>Goes to the next tag. Only white space, comments and instructions may stand before it.</summary>
    public void Next()
    {
        if (_closePending)
        {
            _closePending = false;
            IsClose = true;
            return;
        }
        SkipBlanks();
        if (_at >= _xml.Length)
            throw Error("the document ends in the middle");
        if (_xml[_at] != '<')
            throw Error("text stands where a tag is expected");
        _at++;
        IsClose = Take((byte)'/');
        Name = ReadName();
        SkipAttributes();
        if (!IsClose && Take((byte)'/'))
            _closePending = true;
        if (!Take((byte)'>'))
            throw Error($"tag '{Encoding.UTF8.GetString(Name)}' is not closed by '>'");
    }

    /// <summary>Goes to the next tag, which must open <paramref name="name"/>.</summary>
    public void Open(ReadOnlySpan<byte> name)
    {
        Next();
        Require(name, close: false);
    }

    /// <summary>Goes to the next tag, which must close <paramref name="name"/>.</summary>
    public void Close(ReadOnlySpan<byte> name)
    {
        Next();
        Require(name, close: true);
    }

    /// <summary>Checks the present tag.</summary>
    public readonly void Require(ReadOnlySpan<byte> name, bool close)
    {
        if (IsClose == close && Name.SequenceEqual(name))
            return;
        throw Error($"expected '<{(close ? "/" : "")}{Encoding.UTF8.GetString(name)}>', found '{Found()}'");
    }

    /// <summary>The tag as it would be written, for messages.</summary>
    public readonly string Found() => $"<{(IsClose ? "/" : "")}{Encoding.UTF8.GetString(Name)}>";

    /// <summary>Nothing but white space, comments and instructions may follow.</summary>
    public void End()
    {
        SkipBlanks();
        if (_at < _xml.Length)
            throw Error("something follows the end of the document");
    }

    /// <summary>Reads the text between the present opening tag and the next tag.</summary>
    public string ReadText()
    {
        if (_closePending)
            return "";
        var rest = _xml[_at..];
        var end = rest.IndexOfAny((byte)'<', (byte)'&', (byte)'\r');
        if (end < 0)
            throw Error("the document ends in the middle of a text");
        // Nearly every text ends at a tag and has nothing to replace.
        if (rest[end] == '<' && !(end + 1 < rest.Length && rest[end + 1] is (byte)'!' or (byte)'?'))
        {
            var text = Decode(rest[..end]);
            _at += end;
            return text;
        }
        return ReadMixedText();
    }

    /// <summary>An error that says where.</summary>
    public readonly XmlRpcFormatException Error(string what) => new($"cannot read XML-RPC: {what} (byte {_at})");

    private string ReadMixedText()
    {
        var text = new StringBuilder();
        while (true)
        {
            var rest = _xml[_at..];
            var run = rest.IndexOfAny((byte)'<', (byte)'&', (byte)'\r');
            if (run < 0)
                throw Error("the document ends in the middle of a text");
            text.Append(Decode(rest[..run]));
            _at += run;
            rest = rest[run..];
            if (rest[0] == '&')
            {
                ReadReference(text);
            }
            else if (rest[0] == '\r')
            {
                // XML reads every line end as a single line feed.
                text.Append('\n');
                _at += rest.StartsWith("\r\n"u8) ? 2 : 1;
            }
            else if (rest.StartsWith("<![CDATA["u8))
            {
                var length = rest.IndexOf("]]>"u8);
                if (length < 0)
                    throw Error("a CDATA section has no end");
                text.Append(Decode(rest["<![CDATA["u8.Length..length]).ReplaceLineEndings("\n"));
                _at += length + 3;
            }
            else if (!TrySkipComment())
            {
                return text.ToString();
            }
        }
    }

    private void ReadReference(StringBuilder text)
    {
        var rest = _xml[_at..];
        // The longest that means something is &#x10FFFF; - a few leading zeros more do no harm.
        var end = rest[..Math.Min(rest.Length, 16)].IndexOf((byte)';');
        if (end < 0)
            throw Error("'&' does not begin a reference; write '&amp;'");
        var name = rest[1..end];
        text.Append(name switch
        {
            [(byte)'l', (byte)'t'] => "<",
            [(byte)'g', (byte)'t'] => ">",
            [(byte)'a', (byte)'m', (byte)'p'] => "&",
            [(byte)'q', (byte)'u', (byte)'o', (byte)'t'] => "\"",
            [(byte)'a', (byte)'p', (byte)'o', (byte)'s'] => "'",
            [(byte)'#', (byte)'x', .. var digits] => Character(digits, NumberStyles.AllowHexSpecifier),
            [(byte)'#', .. var digits] => Character(digits, NumberStyles.None),
            _ => throw Error(
                $"entity '&{Encoding.UTF8.GetString(name)};' is not known; only lt, gt, amp, quot and apos are"),
        });
        _at += end + 1;
    }

    private readonly string Character(ReadOnlySpan<byte> digits, NumberStyles style)
    {
        if (int.TryParse(digits, style, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code)
            && code is not (0xFFFE or 0xFFFF) && (code >= 0x20 || code is '\t' or '\n' or '\r' || !strict))
        {
            return new Rune(code).ToString();
        }
        throw Error($"'&#{Encoding.UTF8.GetString(digits)};' is not a character of XML");
    }

    private readonly string Decode(ReadOnlySpan<byte> text)
    {
        if (!strict)
            return Encoding.UTF8.GetString(text);
        if (text.IndexOfAny(s_forbidden) is >= 0 and var at)
            throw Error($"control character {text[at]} is not allowed in XML; send it as base64");
        try
        {
            return s_strictUtf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw Error("the text is not UTF-8");
        }
    }

    private void SkipBlanks()
    {
        do
        {
            var blanks = _xml[_at..].IndexOfAnyExcept(s_blanks);
            _at = blanks < 0 ? _xml.Length : _at + blanks;
        }
        while (TrySkipComment());
    }

    private bool TrySkipComment()
    {
        var rest = _xml[_at..];
        if (rest.StartsWith("<!--"u8))
        {
            var end = rest[4..].IndexOf("-->"u8);
            _at += end < 0 ? throw Error("a comment has no end") : 4 + end + 3;
            return true;
        }
        if (rest.StartsWith("<?"u8))
        {
            var end = rest.IndexOf("?>"u8);
            _at += end < 0 ? throw Error("a processing instruction has no end") : end + 2;
            return true;
        }
        if (rest.StartsWith("<!"u8))
            throw Error("document types and declarations are not allowed");
        return false;
    }

    private ReadOnlySpan<byte> ReadName()
    {
        var rest = _xml[_at..];
        var length = rest.IndexOfAny(s_nameEnds);
        if (length <= 0 || length > 64)
            throw Error("a tag has no readable name");
        _at += length;
        return rest[..length];
    }

    private void SkipAttributes()
    {
        while (true)
        {
            var blanks = _xml[_at..].IndexOfAnyExcept(s_blanks);
            _at = blanks < 0 ? _xml.Length : _at + blanks;
            if (_at >= _xml.Length || _xml[_at] is (byte)'>' or (byte)'/')
                return;
            var rest = _xml[_at..];
            var equals = rest.IndexOfAny("=<>"u8);
            if (IsClose || equals <= 0 || rest[equals] != '=' || equals + 1 >= rest.Length
                || rest[equals + 1] is not ((byte)'"' or (byte)'\''))
            {
                throw Error($"tag '{Encoding.UTF8.GetString(Name)}' is malformed");
            }
            var value = rest[(equals + 2)..];
            var end = value.IndexOf(rest[equals + 1]);
            if (end < 0)
                throw Error("an attribute has no end");
            _at += equals + 2 + end + 1;
        }
    }

    private bool Take(byte expected)
    {
        if (_at >= _xml.Length || _xml[_at] != expected)
            return false;
        _at++;
        return true;
    }
}
