using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

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
    private static readonly SearchValues<byte> s_special = SearchValues.Create(
    [
        .. Enumerable.Range(0, 32).Where(c => c is not ('\t' or '\n')).Select(c => (byte)c),
        (byte)'<', (byte)'>', (byte)'&',
    ]);

    private static readonly byte[] s_nonCharacterPrefix = [0xEF, 0xBF];

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

    private void Escaped(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            var run = utf8.IndexOfAny(s_special);
            Plain(run < 0 ? utf8 : utf8[..run]);
            if (run < 0)
                return;
            Put(utf8[run] switch
            {
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'&' => "&amp;"u8,
                (byte)'\r' => "&#13;"u8,
                _ => "\uFFFD"u8,
            });
            utf8 = utf8[(run + 1)..];
        }
    }

    private void Plain(ReadOnlySpan<byte> utf8)
    {
        // U+FFFE and U+FFFF (EF BF BE, EF BF BF) are UTF-8, but no characters of XML.
        if (Utf8.IsValid(utf8) && utf8.IndexOf(s_nonCharacterPrefix) < 0)
        {
            Put(utf8);
            return;
        }
        while (!utf8.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            var valid = status == OperationStatus.Done && rune.Value is not (0xFFFE or 0xFFFF);
            Put(valid ? utf8[..length] : "\uFFFD"u8);
            utf8 = utf8[length..];
        }
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
