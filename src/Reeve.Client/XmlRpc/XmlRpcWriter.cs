using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Reeve.Client.XmlRpc;

/// <summary>
/// Writes XML-RPC straight into a buffer. Every value carries its type; every text gives well-formed XML.
/// </summary>
/// <remarks>
/// Whole numbers beyond 32 bits are written as <c>i8</c>: clients read it as a number of the same kind, where
/// Supervisor
/// fails with HTTP 500. Characters that XML cannot carry (ESC, NUL, invalid UTF-8) become U+FFFD; carriage returns are
/// written as references, because a reader would take them for line ends.
/// </remarks>
public sealed class XmlRpcWriter(IBufferWriter<byte> output)
{
    /// <summary>Most bytes that one byte of a text becomes.</summary>
    public const int LongestEscape = 5;

    private const int BlockSize = 4096;

    // Goes out as it is.
    private static readonly SearchValues<byte> s_plain = SearchValues.Create(
        [.. Enumerable.Range(0, 128).Where(c => c >= ' ' || c is '\t' or '\n').Select(c => (byte)c).Except("<>&"u8.ToArray())]);

    /// <summary>Writes a request.</summary>
    public static void WriteCall(IBufferWriter<byte> output, string method, params IReadOnlyList<XmlRpcValue> arguments)
    {
        var writer = new XmlRpcWriter(output);
        writer.Put("<?xml version='1.0'?>\n<methodCall>\n<methodName>"u8);
        writer.Escaped(method);
        writer.Put("</methodName>\n<params>\n"u8);
        foreach (var argument in arguments)
        {
            writer.Put("<param>\n"u8);
            writer.Value(argument);
            writer.Put("</param>\n"u8);
        }
        writer.Put("</params>\n</methodCall>\n"u8);
    }

    /// <summary>Writes an answer that succeeded.</summary>
    public static void WriteResponse(IBufferWriter<byte> output, XmlRpcValue value)
    {
        var writer = new XmlRpcWriter(output);
        writer.BeginResponse();
        writer.Value(value);
        writer.EndResponse();
    }

    /// <summary>Writes an answer that failed.</summary>
    public static void WriteFault(IBufferWriter<byte> output, int code, string text)
    {
        var writer = new XmlRpcWriter(output);
        writer.Put("<?xml version='1.0'?>\n<methodResponse>\n<fault>\n"u8);
        writer.Fault(code, text);
        writer.Put("</fault>\n</methodResponse>\n"u8);
    }

    /// <summary>Begins an answer; exactly one value must follow.</summary>
    public void BeginResponse() => Put("<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n"u8);

    /// <summary>Ends what <see cref="BeginResponse"/> began.</summary>
    public void EndResponse() => Put("</param>\n</params>\n</methodResponse>\n"u8);

    /// <summary>Begins an array; values follow.</summary>
    public void BeginArray() => Put("<value><array><data>\n"u8);

    /// <summary>Ends an array.</summary>
    public void EndArray() => Put("</data></array></value>\n"u8);

    /// <summary>Begins a struct; members follow.</summary>
    public void BeginStruct() => Put("<value><struct>\n"u8);

    /// <summary>Ends a struct.</summary>
    public void EndStruct() => Put("</struct></value>\n"u8);

    /// <summary>Begins a member of a struct; exactly one value must follow.</summary>
    /// <param name="name">Name, in ASCII without characters that XML escapes.</param>
    public void BeginMember(ReadOnlySpan<byte> name)
    {
        var prefix = "<member>\n<name>"u8;
        var suffix = "</name>\n"u8;
        var span = output.GetSpan(prefix.Length + name.Length + suffix.Length);
        prefix.CopyTo(span);
        name.CopyTo(span[prefix.Length..]);
        suffix.CopyTo(span[(prefix.Length + name.Length)..]);
        output.Advance(prefix.Length + name.Length + suffix.Length);
    }

    /// <summary>Ends a member.</summary>
    public void EndMember() => Put("</member>\n"u8);

    /// <summary>A member with a number.</summary>
    public void Member(ReadOnlySpan<byte> name, long value)
    {
        BeginMember(name);
        Int(value);
        EndMember();
    }

    /// <summary>A member with a truth value.</summary>
    public void Member(ReadOnlySpan<byte> name, bool value)
    {
        BeginMember(name);
        Bool(value);
        EndMember();
    }

    /// <summary>A member with a text.</summary>
    public void Member(ReadOnlySpan<byte> name, string value)
    {
        BeginMember(name);
        Text(value);
        EndMember();
    }

#pragma warning disable CA1720 // The name is XML-RPC's own.
    /// <summary>A whole number: <c>int</c>, or <c>i8</c> beyond 32 bits.</summary>
    public void Int(long value)
    {
        var wide = value != (int)value;
        Put(wide ? "<value><i8>"u8 : "<value><int>"u8);
        var span = output.GetSpan(20);
        _ = Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
        Put(wide ? "</i8></value>\n"u8 : "</int></value>\n"u8);
    }
#pragma warning restore CA1720

    /// <summary>A truth value.</summary>
    public void Bool(bool value) =>
        Put(value ? "<value><boolean>1</boolean></value>\n"u8 : "<value><boolean>0</boolean></value>\n"u8);

    /// <summary>A text.</summary>
    public void Text(ReadOnlySpan<char> value)
    {
        Put("<value><string>"u8);
        Escaped(value);
        Put("</string></value>\n"u8);
    }

    /// <summary>A text in UTF-8; bytes that are none become U+FFFD.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        Put("<value><string>"u8);
        Escaped(utf8);
        Put("</string></value>\n"u8);
    }

    /// <summary>A fault as a struct, as it stands in an answer and in the results of <c>system.multicall</c>.</summary>
    public void Fault(int code, string text)
    {
        BeginStruct();
        Member("faultCode"u8, code);
        Member("faultString"u8, text);
        EndStruct();
    }

    /// <summary>Any value.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public void Value(XmlRpcValue value)
    {
        switch (value)
        {
            case XmlRpcValue.Int number:
                Int(number.Value);
                break;
            case XmlRpcValue.Bool truth:
                Bool(truth.Value);
                break;
            case XmlRpcValue.Text text:
                Text(text.Value);
                break;
            case XmlRpcValue.Number number:
                if (!double.IsFinite(number.Value))
                    throw new ArgumentException($"cannot write {number.Value} as XML-RPC: not finite", nameof(value));
                Simple("double", number.Value.ToString("R", CultureInfo.InvariantCulture));
                break;
            case XmlRpcValue.Time time:
                Simple("dateTime.iso8601", time.Value.ToString("yyyyMMdd'T'HH:mm:ss", CultureInfo.InvariantCulture));
                break;
            case XmlRpcValue.Bytes bytes:
                Simple("base64", Convert.ToBase64String(bytes.Value.Span));
                break;
            case XmlRpcValue.Array array:
                BeginArray();
                foreach (var item in array.Items)
                    Value(item);
                EndArray();
                break;
            case XmlRpcValue.Struct members:
                BeginStruct();
                foreach (var (name, member) in members.Members)
                {
                    Put("<member>\n<name>"u8);
                    Escaped(name);
                    Put("</name>\n"u8);
                    Value(member);
                    EndMember();
                }
                EndStruct();
                break;
            default:
                Put("<value><nil/></value>\n"u8);
                break;
        }
    }

    private void Simple(string type, string text) =>
        Put(Encoding.UTF8.GetBytes($"<value><{type}>{text}</{type}></value>\n"));

    private void Escaped(ReadOnlySpan<char> text)
    {
        if (text.Length <= 256)
        {
            Span<byte> small = stackalloc byte[256 * 3];
            Escaped(small[..Encoding.UTF8.GetBytes(text, small)]);
            return;
        }
        var large = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Escaped(large.AsSpan(0, Encoding.UTF8.GetBytes(text, large)));
        ArrayPool<byte>.Shared.Return(large);
    }

    // By blocks: a call of the writer for each byte that is escaped would be dear.
    private void Escaped(ReadOnlySpan<byte> utf8)
    {
        Span<byte> block = stackalloc byte[BlockSize];
        while (!utf8.IsEmpty)
        {
            var count = Escape(utf8, block, out var taken);
            Put(block[..count]);
            utf8 = utf8[taken..];
        }
    }

    // Until either is used up.
    private static int Escape(ReadOnlySpan<byte> utf8, Span<byte> block, out int taken)
    {
        int at = 0, count = 0;
        while (at < utf8.Length && count <= block.Length - LongestEscape)
        {
            var first = utf8[at];
            if (first >= 0x80)
            {
                var status = Rune.DecodeFromUtf8(utf8[at..], out var rune, out var length);
                // U+FFFE and U+FFFF are no characters of XML.
                var isValid = status == OperationStatus.Done && rune.Value is not (0xFFFE or 0xFFFF);
                count += Copy(isValid ? utf8.Slice(at, length) : "\uFFFD"u8, block[count..]);
                at += length;
            }
            else if (s_plain.Contains(first))
            {
                var run = utf8.Slice(at, Math.Min(utf8.Length - at, block.Length - count));
                var end = run.IndexOfAnyExcept(s_plain);
                run = end < 0 ? run : run[..end];
                at += run.Length;
                count += Copy(run, block[count..]);
            }
            else
            {
                var escape = first switch
                {
                    (byte)'<' => "&lt;"u8,
                    (byte)'>' => "&gt;"u8,
                    (byte)'&' => "&amp;"u8,
                    (byte)'\r' => "&#13;"u8,
                    _ => "\uFFFD"u8,
                };
                // A file with a hole in it reads as one such byte, millions of times.
                var run = utf8.Slice(at, Math.Min(utf8.Length - at, (block.Length - count) / escape.Length));
                var end = run.IndexOfAnyExcept(first);
                var times = end < 0 ? run.Length : end;
                at += times;
                count += Repeat(escape, times, block[count..]);
            }
        }
        taken = at;
        return count;
    }

    private static int Repeat(ReadOnlySpan<byte> escape, int times, Span<byte> to)
    {
        to = to[..(escape.Length * times)];
        for (var done = Copy(escape, to); done < to.Length; done *= 2)
            to[..Math.Min(done, to.Length - done)].CopyTo(to[done..]);
        return to.Length;
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }

    // Asks for no more than fits into one block of any pool, and never for "any size": some writers answer that with
    // none.
    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var span = output.GetSpan(Math.Min(bytes.Length, 1024));
            var count = Math.Min(bytes.Length, span.Length);
            bytes[..count].CopyTo(span);
            output.Advance(count);
            bytes = bytes[count..];
        }
    }
}
