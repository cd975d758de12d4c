using System.Buffers;
using System.Text;
using System.Xml.Linq;
using Reeve.Client.XmlRpc;

namespace Reeve.Client.Tests.XmlRpc;

public sealed class XmlRpcWriterTests
{
    private static string Response(XmlRpcValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        XmlRpcWriter.WriteResponse(buffer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string TextOf(ReadOnlySpan<byte> utf8)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new XmlRpcWriter(buffer);
        writer.BeginResponse();
        writer.Text(utf8);
        writer.EndResponse();
        // An independent reader, which refuses what is not well-formed.
        return XDocument.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan)).Descendants("string").Single().Value;
    }

    [Fact]
    public void Every_value_survives_the_way_there_and_back()
    {
        var value = new XmlRpcValue.Struct(
        [
            new("int", 5), new("wide", 3_000_000_000), new("least", long.MinValue), new("yes", true), new("no", false),
            new("text", "a<b>&\"c\r\nd\r\t 🐎"), new("empty", ""), new("double", new XmlRpcValue.Number(1.0 / 3)),
            new("time", new XmlRpcValue.Time(new(2026, 11, 21, 2, 39, 0))), new("nil", new XmlRpcValue.Nil()),
            new("array", new XmlRpcValue.Array([1, "x", new XmlRpcValue.Array([])])),
            new("<odd & name>", "value"), new("long", new string('ß', 5000)),
        ]);

        var read = Assert.IsType<XmlRpcValue.Struct>(XmlRpcReader.ReadResponse(Encoding.UTF8.GetBytes(Response(value))).Value);

        Assert.Equal(value.Members.Count, read.Members.Count);
        foreach (var (expected, actual) in value.Members.Zip(read.Members))
        {
            Assert.Equal(expected.Key, actual.Key);
            Assert.Equivalent(expected.Value, actual.Value);
        }
    }

    [Fact]
    public void Bytes_survive_the_way_there_and_back()
    {
        byte[] data = [0, 1, 255, 128];
        var read = XmlRpcReader.ReadResponse(Encoding.UTF8.GetBytes(Response(new XmlRpcValue.Bytes(data)))).Value;

        Assert.Equal(data, Assert.IsType<XmlRpcValue.Bytes>(read).Value.ToArray());
    }

    [Fact]
    public void An_answer_begins_as_Supervisors_does_and_carries_types()
    {
        var xml = Response(2147483647);

        Assert.StartsWith("<?xml version='1.0'?>\n<methodResponse>", xml, StringComparison.Ordinal);
        Assert.Contains("<value><int>2147483647</int></value>", xml, StringComparison.Ordinal);
        Assert.Contains("<value><boolean>1</boolean></value>", Response(true), StringComparison.Ordinal);
        Assert.Contains("<value><string>x</string></value>", Response("x"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_beyond_32_bits_is_an_i8() =>
        Assert.Contains("<value><i8>2147483648</i8></value>", Response(2147483648), StringComparison.Ordinal);

    [Fact]
    public void A_number_that_is_not_finite_is_refused() =>
        Assert.Throws<ArgumentException>(() => Response(new XmlRpcValue.Number(double.NaN)));

    [Fact]
    public void Bytes_that_XML_cannot_carry_become_replacement_characters()
    {
        Assert.Equal("\uFFFD[31mred\uFFFD", TextOf("\u001B[31mred\0"u8));
        Assert.Equal("a\uFFFDb", TextOf([(byte)'a', 0xFF, (byte)'b']));
        Assert.Equal("cut \uFFFD", TextOf([.. "cut "u8, 0xE2, 0x82]));
        Assert.Equal("\uFFFD\uFFFD.", TextOf("\uFFFE\uFFFF."u8));
        Assert.Equal("a\rb\r\n", TextOf("a\rb\r\n"u8));
    }

    [Fact]
    public void Any_bytes_give_well_formed_XML()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            TextOf(bytes);
        }
    }

    [Fact]
    public void A_long_text_is_escaped_the_same_wherever_it_is_cut()
    {
        var many = string.Concat(Enumerable.Repeat("<\u00df\0\U0001F40E&\r\uFFFFx", 2000));
        for (var shift = 0; shift < 12; shift++)
        {
            var text = new string('x', shift) + many;

            Assert.Equal(text.Replace('\0', '\uFFFD').Replace('\uFFFF', '\uFFFD'), TextOf(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Theory]
    [InlineData((byte)0, 3)]
    [InlineData((byte)'\r', 5)]
    [InlineData((byte)'&', XmlRpcWriter.LongestEscape)]
    [InlineData((byte)0xFF, 3)]
    public void Bytes_that_are_escaped_do_not_cost_a_write_each(byte value, int becomes)
    {
        var counter = new CountingBuffer();

        new XmlRpcWriter(counter).Text(Enumerable.Repeat(value, 1_000_000).ToArray().AsSpan());

        Assert.InRange(counter.Bytes, 1_000_000 * becomes, 1_000_000 * becomes + 100);
        Assert.InRange(counter.Writes, 1, counter.Bytes / 500);
    }

    [Fact]
    public void A_call_can_be_read_again()
    {
        var buffer = new ArrayBufferWriter<byte>();
        XmlRpcWriter.WriteCall(buffer, "supervisor.startProcess", "a:b", true);

        var call = XmlRpcReader.ReadCall(buffer.WrittenSpan);

        Assert.Equal("supervisor.startProcess", call.Method);
        Assert.Equal(["a:b", true], call.Arguments);
    }

    [Fact]
    public void A_fault_can_be_read_again()
    {
        var buffer = new ArrayBufferWriter<byte>();
        XmlRpcWriter.WriteFault(buffer, 10, "BAD_NAME: <x>");

        Assert.Equal(new(10, "BAD_NAME: <x>"), XmlRpcReader.ReadResponse(buffer.WrittenSpan).Fault);
    }

    private sealed class CountingBuffer : IBufferWriter<byte>
    {
        private readonly byte[] _scrap = new byte[4096];

        public int Bytes { get; private set; }

        public int Writes { get; private set; }

        public void Advance(int count)
        {
            Bytes += count;
            Writes++;
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _scrap;

        public Span<byte> GetSpan(int sizeHint = 0) => _scrap;
    }
}
