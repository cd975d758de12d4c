using System.Globalization;

namespace Reeve.Client.XmlRpc;

/// <summary>
/// Reads XML-RPC messages. Bounded: values nest at most 32 deep; how many there may be depends on the side.
/// </summary>
/// <remarks>
/// The dialect is Supervisor's: a value without a type is a string, a boolean is true for <c>1</c> only, white space
/// between tags means nothing, <c>params</c> may be left out. Beyond it, <c>i8</c> and <c>nil</c> are understood.
/// </remarks>
public static class XmlRpcReader
{
    /// <summary>How deep values may nest.</summary>
    public const int MaxDepth = 32;

    /// <summary>How many values a request may hold.</summary>
    public const int MaxCallValues = 50_000;

    // getAllConfigInfo has 40 values for each process.
    private const int MaxResponseValues = 4_000_000;

    /// <summary>Reads a request.</summary>
    /// <exception cref="XmlRpcFormatException">It is not one; the message says what was found where.</exception>
    public static XmlRpcCall ReadCall(ReadOnlySpan<byte> xml)
    {
        var parser = new Parser(xml, strict: true, MaxCallValues);
        parser.Scanner.Open("methodCall"u8);
        parser.Scanner.Next();
        if (parser.Scanner.IsClose || !parser.Scanner.Name.SequenceEqual("methodName"u8))
            throw WithoutMethod(parser.Scanner.Error($"expected '<methodName>', found '{parser.Scanner.Found()}'"));
        var method = parser.Scanner.ReadText();
        if (method.Length == 0)
            throw WithoutMethod(parser.Scanner.Error("there is no method name"));
        parser.Scanner.Close("methodName"u8);
        parser.Scanner.Next();
        List<XmlRpcValue> arguments = [];
        if (!parser.Scanner.IsClose)
        {
            parser.Scanner.Require("params"u8, close: false);
            for (parser.Scanner.Next(); !parser.Scanner.IsClose; parser.Scanner.Next())
                arguments.Add(parser.ReadParam());
            parser.Scanner.Require("params"u8, close: true);
            parser.Scanner.Next();
        }
        parser.Scanner.Require("methodCall"u8, close: true);
        parser.Scanner.End();
        return new(method, arguments);
    }

    /// <summary>
    /// Reads an answer. Control characters and invalid UTF-8 in texts are taken: Supervisor sends them.
    /// </summary>
    /// <exception cref="XmlRpcFormatException">It is not one; the message says what was found where.</exception>
    public static XmlRpcResponse ReadResponse(ReadOnlySpan<byte> xml)
    {
        var parser = new Parser(xml, strict: false, MaxResponseValues);
        parser.Scanner.Open("methodResponse"u8);
        parser.Scanner.Next();
        XmlRpcResponse response;
        if (parser.Scanner.Name.SequenceEqual("fault"u8))
        {
            parser.Scanner.Open("value"u8);
            response = new(ToFault(parser.ReadValue(1))
                ?? throw parser.Scanner.Error("a fault has no faultCode and faultString"));
            parser.Scanner.Close("fault"u8);
        }
        else
        {
            parser.Scanner.Require("params"u8, close: false);
            parser.Scanner.Next();
            response = new(parser.ReadParam());
            parser.Scanner.Close("params"u8);
        }
        parser.Scanner.Close("methodResponse"u8);
        parser.Scanner.End();
        return response;
    }

    /// <summary>
    /// Reads a fault out of a struct, as it stands in the results of <c>system.multicall</c>; null: it is none.
    /// </summary>
    public static XmlRpcFault? ToFault(XmlRpcValue value) =>
        value is XmlRpcValue.Struct members && members["faultCode"] is XmlRpcValue.Int code
        && members["faultString"] is XmlRpcValue.Text text && code.Value == (int)code.Value
            ? new((int)code.Value, text.Value)
            : null;

    private static XmlRpcFormatException WithoutMethod(XmlRpcFormatException problem) =>
        new(problem.Message) { IsWithoutMethod = true };

    private ref struct Parser(ReadOnlySpan<byte> xml, bool strict, int maxValues)
    {
        public XmlScanner Scanner = new(xml, strict);
        private int _values;

        /// <summary>The present tag opens a <c>param</c>.</summary>
        public XmlRpcValue ReadParam()
        {
            Scanner.Require("param"u8, close: false);
            Scanner.Open("value"u8);
            var value = ReadValue(1);
            Scanner.Close("param"u8);
            return value;
        }

        /// <summary>The present tag opens a <c>value</c>; afterwards it is the one that closes it.</summary>
        public XmlRpcValue ReadValue(int depth)
        {
            if (depth > MaxDepth)
                throw Scanner.Error($"values nest more than {MaxDepth} deep");
            if (++_values > maxValues)
                throw Scanner.Error($"there are more than {maxValues} values");
            var text = Scanner.ReadText();
            // Text without a type is the value itself; before a type's tag only white space may stand.
            Scanner.Next();
            if (Scanner.IsClose)
            {
                Scanner.Require("value"u8, close: true);
                return text;
            }
            if (!string.IsNullOrWhiteSpace(text))
                throw Scanner.Error($"text stands beside '{Scanner.Found()}' in a value");
            var value = ReadTyped(depth);
            Scanner.Close("value"u8);
            return value;
        }

        private XmlRpcValue ReadTyped(int depth)
        {
            var type = Scanner.Name;
            if (type.SequenceEqual("array"u8))
                return ReadArray(depth);
            if (type.SequenceEqual("struct"u8))
                return ReadStruct(depth);
            var text = Scanner.ReadText();
            XmlRpcValue? value = type switch
            {
                _ when type.SequenceEqual("string"u8) => text,
                _ when type.SequenceEqual("int"u8) || type.SequenceEqual("i4"u8) => ReadInt(text),
                _ when type.SequenceEqual("i8"u8) || type.SequenceEqual("ex:i8"u8) => ReadInt(text),
                _ when type.SequenceEqual("boolean"u8) => text == "1",
                _ when type.SequenceEqual("double"u8) => ReadDouble(text),
                _ when type.SequenceEqual("base64"u8) => ReadBase64(text),
                _ when type.SequenceEqual("dateTime.iso8601"u8) => ReadTime(text),
                _ when type.SequenceEqual("nil"u8) || type.SequenceEqual("ex:nil"u8) => new XmlRpcValue.Nil(),
                _ => throw Scanner.Error($"'{Scanner.Found()}' is not a type of XML-RPC"),
            };
            Scanner.Close(type);
            return value;
        }

        private XmlRpcValue.Array ReadArray(int depth)
        {
            Scanner.Open("data"u8);
            List<XmlRpcValue> items = [];
            for (Scanner.Next(); !Scanner.IsClose; Scanner.Next())
            {
                Scanner.Require("value"u8, close: false);
                items.Add(ReadValue(depth + 1));
            }
            Scanner.Require("data"u8, close: true);
            Scanner.Close("array"u8);
            return new(items);
        }

        private XmlRpcValue.Struct ReadStruct(int depth)
        {
            List<KeyValuePair<string, XmlRpcValue>> members = [];
            for (Scanner.Next(); !Scanner.IsClose; Scanner.Next())
            {
                Scanner.Require("member"u8, close: false);
                Scanner.Open("name"u8);
                var name = Scanner.ReadText();
                Scanner.Close("name"u8);
                Scanner.Open("value"u8);
                members.Add(new(name, ReadValue(depth + 1)));
                Scanner.Close("member"u8);
            }
            Scanner.Require("struct"u8, close: true);
            return new(members);
        }

        private readonly XmlRpcValue ReadInt(string text) =>
            long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Scanner.Error($"'{Shorten(text)}' is not a whole number of 64 bits");

        private readonly XmlRpcValue.Number ReadDouble(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? new(number)
                : throw Scanner.Error($"'{Shorten(text)}' is not a number");

        private readonly XmlRpcValue.Bytes ReadBase64(string text)
        {
            var bytes = new byte[text.Length];
            return Convert.TryFromBase64String(text, bytes, out var length)
                ? new(bytes.AsMemory(0, length))
                : throw Scanner.Error("a base64 value cannot be decoded");
        }

        private readonly XmlRpcValue.Time ReadTime(string text) =>
            DateTime.TryParseExact(
                text.Trim(), ["yyyyMMdd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyyMMdd'T'HHmmss"],
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? new(time)
                : throw Scanner.Error($"'{Shorten(text)}' is not a time like 20261121T02:39:00");

        private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
    }
}
