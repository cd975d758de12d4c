using System.Text;
using Reeve.Client.XmlRpc;

namespace Reeve.Client.Tests.XmlRpc;

public sealed class XmlRpcReaderTests
{
    private static XmlRpcCall ReadCall(string xml) => XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(xml));

    private static XmlRpcValue ReadValue(string value) =>
        ReadCall($"<methodCall><methodName>m</methodName><params><param>{value}</param></params></methodCall>").Arguments[0];

    private static string Refusal(string xml) => Assert.Throws<XmlRpcFormatException>(() => ReadCall(xml)).Message;

    [Theory]
    [InlineData("<value>text</value>", "text")]
    [InlineData("<value> text </value>", " text ")]
    [InlineData("<value></value>", "")]
    [InlineData("<value/>", "")]
    [InlineData("<value><string/></value>", "")]
    [InlineData("<value><string>a&lt;b&gt;c&amp;d&quot;e&apos;f</string></value>", "a<b>c&d\"e'f")]
    [InlineData("<value><string>&#65;&#x42;&#13;</string></value>", "AB\r")]
    [InlineData("<value><string>one\r\ntwo\rthree</string></value>", "one\ntwo\nthree")]
    [InlineData("<value><string><![CDATA[<&>]]></string></value>", "<&>")]
    [InlineData("<value><string>a<!-- b -->c</string></value>", "ac")]
    [InlineData("<value><string>žluťoučký 🐎</string></value>", "žluťoučký 🐎")]
    public void A_text_is_read_with_or_without_a_type(string xml, string expected) =>
        Assert.Equal((XmlRpcValue)expected, ReadValue(xml));

    [Theory]
    [InlineData("<value><int>5</int></value>", 5)]
    [InlineData("<value><i4>-5</i4></value>", -5)]
    [InlineData("<value> \n <i8> 3000000000 </i8> \t </value>", 3000000000)]
    public void A_number_is_read_in_every_width(string xml, long expected) =>
        Assert.Equal((XmlRpcValue)expected, ReadValue(xml));

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("true", false)]
    public void A_boolean_is_true_for_1_only(string text, bool expected) =>
        Assert.Equal((XmlRpcValue)expected, ReadValue($"<value><boolean>{text}</boolean></value>"));

    [Fact]
    public void The_other_types_are_read()
    {
        Assert.Equal(new XmlRpcValue.Number(-1.5e3), ReadValue("<value><double>-1.5e3</double></value>"));
        Assert.Equal(
            new XmlRpcValue.Time(new(2026, 11, 21, 2, 39, 0)),
            ReadValue("<value><dateTime.iso8601>20261121T02:39:00</dateTime.iso8601></value>"));
        var bytes = Assert.IsType<XmlRpcValue.Bytes>(ReadValue("<value><base64>aGVs\nbG8=</base64></value>"));
        Assert.Equal("hello", Encoding.UTF8.GetString(bytes.Value.Span));
        Assert.IsType<XmlRpcValue.Nil>(ReadValue("<value><nil/></value>"));
    }

    [Fact]
    public void Arrays_and_structs_nest()
    {
        var value = ReadValue("""
            <value><struct>
              <member><name>methodName</name><value>a.b</value></member>
              <member><name>params</name><value><array><data><value><int>1</int></value><value>x</value></data></array></value></member>
            </struct></value>
            """);

        var members = Assert.IsType<XmlRpcValue.Struct>(value);
        Assert.Equal((XmlRpcValue)"a.b", members["methodName"]);
        Assert.Equal([1L, "x"], Assert.IsType<XmlRpcValue.Array>(members["params"]).Items);
        Assert.Null(members["other"]);
    }

    [Theory]
    [InlineData("<?xml version='1.0' encoding='iso-8859-1'?>\n<methodCall><methodName>a.b</methodName></methodCall>\n")]
    [InlineData("\uFEFF<methodCall ><methodName>a.b</methodName ><params/></methodCall><!-- end -->")]
    [InlineData("<methodCall xmlns:ex='http://x/y?a>b'><methodName>a.b</methodName><params> </params></methodCall>")]
    public void Arguments_may_be_left_out(string xml)
    {
        var call = ReadCall(xml);

        Assert.Equal("a.b", call.Method);
        Assert.Empty(call.Arguments);
    }

    [Fact]
    public void A_method_name_is_not_trimmed() =>
        Assert.Equal(" a.b\n", ReadCall("<methodCall><methodName> a.b\n</methodName></methodCall>").Method);

    [Theory]
    [InlineData("", "ends in the middle")]
    [InlineData("hello", "text stands")]
    [InlineData("<a/>", "expected '<methodCall>', found '<a>'")]
    [InlineData("<methodCall>", "ends in the middle")]
    [InlineData("<methodCall></methodCall>", "expected '<methodName>'")]
    [InlineData("<methodCall><methodName/></methodCall>", "no method name")]
    [InlineData("<methodCall><methodName>m</methodName></methodCall>x", "follows the end")]
    [InlineData("<methodCall><methodName>m</methodName><params><param/></params></methodCall>", "expected '<value>'")]
    [InlineData("<methodCall><methodName>m</methodName><params><value/></params></methodCall>", "expected '<param>'")]
    [InlineData("<methodCall><methodName>m</name></methodCall>", "expected '</methodName>'")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><methodCall/>", "document types")]
    [InlineData("<methodCall><methodName>&a;</methodName></methodCall>", "entity '&a;' is not known")]
    [InlineData("<methodCall><methodName>a & b</methodName></methodCall>", "'&' does not begin a reference")]
    [InlineData("<methodCall><methodName>&#0;</methodName></methodCall>", "not a character")]
    [InlineData("<methodCall><methodName>&#xD800;</methodName></methodCall>", "not a character")]
    [InlineData("<methodCall><methodName>&#99999999;</methodName></methodCall>", "not a character")]
    [InlineData("<methodCall><methodName>a\u0001</methodName></methodCall>", "control character 1")]
    [InlineData("<methodCall a=b><methodName>m</methodName></methodCall>", "malformed")]
    [InlineData("<methodCall a='b><methodName>m</methodName></methodCall>", "has no end")]
    [InlineData("<methodCall><!-- <methodName>m</methodName></methodCall>", "comment has no end")]
    [InlineData("<methodCall><methodName><![CDATA[m</methodName></methodCall>", "CDATA section has no end")]
    public void A_document_that_is_no_call_is_refused_with_the_reason(string xml, string reason) =>
        Assert.Contains(reason, Refusal(xml), StringComparison.Ordinal);

    [Theory]
    [InlineData("<value><int>x</int></value>", "not a whole number")]
    [InlineData("<value><int></int></value>", "not a whole number")]
    [InlineData("<value><int>99999999999999999999</int></value>", "not a whole number")]
    [InlineData("<value><double>INF</double></value>", "not a number")]
    [InlineData("<value><double>1e999</double></value>", "not a number")]
    [InlineData("<value><base64>a*b</base64></value>", "base64")]
    [InlineData("<value><dateTime.iso8601>soon</dateTime.iso8601></value>", "not a time")]
    [InlineData("<value><integer>1</integer></value>", "not a type")]
    [InlineData("<value>x<int>1</int></value>", "text stands beside")]
    [InlineData("<value><int>1</int>x</value>", "text stands")]
    [InlineData("<value><int>1</int><int>2</int></value>", "expected '</value>'")]
    [InlineData("<value><string>a<b/></string></value>", "expected '</string>'")]
    [InlineData("<value><array/></value>", "expected '<data>'")]
    [InlineData("<value><array><data>x</data></array></value>", "text stands")]
    [InlineData("<value><struct><member><value/></member></struct></value>", "expected '<name>'")]
    [InlineData("<value><struct><member><name>a</name></member></struct></value>", "expected '<value>'")]
    public void A_value_that_is_none_is_refused_with_the_reason(string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<XmlRpcFormatException>(() => ReadValue(value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_in_a_call_and_replaced_in_an_answer()
    {
        byte[] call = [.. "<methodCall><methodName>"u8, 0xC3, 0x28, .. "</methodName></methodCall>"u8];
        byte[] answer =
        [
            .. "<methodResponse><params><param><value>"u8, 0x1B, 0xC3, 0x28,
            .. "</value></param></params></methodResponse>"u8,
        ];

        Assert.Contains("not UTF-8", Assert.Throws<XmlRpcFormatException>(() => XmlRpcReader.ReadCall(call)).Message, StringComparison.Ordinal);
        Assert.Equal((XmlRpcValue)"\u001B\uFFFD(", XmlRpcReader.ReadResponse(answer).Value);
    }

    [Fact]
    public void Values_may_not_nest_deeper_than_the_limit()
    {
        static string Nested(int depth) =>
            string.Concat(Enumerable.Repeat("<value><array><data>", depth - 1)) + "<value/>"
            + string.Concat(Enumerable.Repeat("</data></array></value>", depth - 1));

        Assert.IsType<XmlRpcValue.Array>(ReadValue(Nested(XmlRpcReader.MaxDepth)));
        Assert.Contains(
            "nest more than", Assert.Throws<XmlRpcFormatException>(() => ReadValue(Nested(XmlRpcReader.MaxDepth + 1))).Message,
            StringComparison.Ordinal);
        Assert.Throws<XmlRpcFormatException>(() => ReadValue(Nested(1_000_000)));
    }

    [Fact]
    public void A_call_may_not_hold_more_values_than_the_limit()
    {
        var many = $"<value><array><data>{string.Concat(Enumerable.Repeat("<value/>", XmlRpcReader.MaxCallValues))}</data></array></value>";

        Assert.Contains(
            "more than", Assert.Throws<XmlRpcFormatException>(() => ReadValue(many)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_is_read()
    {
        var response = XmlRpcReader.ReadResponse("""
            <?xml version='1.0'?><methodResponse><fault><value><struct>
            <member><name>faultCode</name><value><int>10</int></value></member>
            <member><name>faultString</name><value><string>BAD_NAME: x</string></value></member>
            </struct></value></fault></methodResponse>
            """u8);

        Assert.Equal(new XmlRpcFault(10, "BAD_NAME: x"), response.Fault);
        Assert.Null(response.Value);
    }

    [Fact]
    public void Every_mutation_of_a_call_is_read_or_refused()
    {
        var random = new Random(20261121);
        var original = """
            <?xml version="1.0"?><methodCall><methodName>supervisor.startProcess</methodName><params><param><value><string>a&amp;b
            </string></value></param><param><value><boolean>1</boolean></value></param><param><value><array><data><value><int>1</int>
            </value><value><struct><member><name>n</name><value><double>1.5</double></value></member></struct></value></data></array>
            </value></param><param><value><base64>aGk=</base64></value></param></params></methodCall>
            """u8.ToArray();
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var mutant = original.ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(mutant.Count);
                switch (random.Next(4))
                {
                    case 0:
                        mutant[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        mutant.RemoveRange(at, Math.Min(mutant.Count - at, random.Next(1, 20)));
                        break;
                    case 2:
                        mutant.Insert(at, "<>&/;'\"!? "u8[random.Next(10)]);
                        break;
                    default:
                        mutant.InsertRange(at, original.AsSpan(random.Next(original.Length - 30), 30).ToArray());
                        break;
                }
                if (mutant.Count == 0)
                    break;
            }
            try
            {
                XmlRpcReader.ReadCall(mutant.ToArray());
            }
            catch (XmlRpcFormatException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 10_000, 19_999);
    }
}
