using System.Text;
using System.Text.Unicode;

namespace Reeve.Visor.Events;

/// <summary>Process output as text, in the way Supervisor's event bodies carry it.</summary>
internal static class EventText
{
    /// <summary>UTF-8 text, or <c>Undecodable: b'…'</c> with the bytes as Python writes them.</summary>
    public static string Decode(ReadOnlySpan<byte> data)
    {
        if (Utf8.IsValid(data))
            return Encoding.UTF8.GetString(data);
        // The quotes that need no escaping, where there are such.
        var quote = data.Contains((byte)'\'') && !data.Contains((byte)'"') ? '"' : '\'';
        var text = new StringBuilder("Undecodable: b").Append(quote);
        foreach (var octet in data)
        {
            text.Append(octet switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                (byte)'\'' when quote == '\'' => "\\'",
                >= 0x20 and < 0x7f => ((char)octet).ToString(),
                _ => $"\\x{octet:x2}",
            });
        }
        return text.Append(quote).ToString();
    }
}
