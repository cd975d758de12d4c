using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Text;
using System.Text.Unicode;

namespace Reeve.Linux;

/// <summary>Texts of the kernel: paths, arguments, variables. They are bytes without a zero, mostly UTF-8, but nobody checks.</summary>
/// <remarks>
/// As Python's <c>surrogateescape</c>, and with it Supervisor: a byte that is no UTF-8 becomes the lone surrogate U+DC00 + byte,
/// and that becomes the byte again. Such a string comes back as it was; where it is written down for people it is U+FFFD.
/// </remarks>
public static class NativeText
{
    private const char FirstEscape = '\uDC80', LastEscape = '\uDCFF';
    private const int EscapeBase = 0xDC00;

    /// <summary>The string of these bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
                bytes = bytes[length..];
            }
            else
            {
                text.Append((char)(EscapeBase + bytes[0]));
                bytes = bytes[1..];
            }
        }
        return text.ToString();
    }

    /// <summary>The bytes that <see cref="Decode"/> made this string of; without a zero at the end.</summary>
    public static byte[] Encode(string text)
    {
        var bytes = new byte[ByteCount(text)];
        Write(text, bytes);
        return bytes;
    }

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public static int ByteCount(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        if (!HasEscapes(text))
            return count;
        const int Replacement = 3;
        foreach (var at in Escapes(text))
            count -= Replacement - 1;
        return count;
    }

    /// <summary>Writes the bytes of a string.</summary>
    /// <returns>How many.</returns>
    public static int Write(string text, Span<byte> bytes)
    {
        if (!HasEscapes(text))
            return Encoding.UTF8.GetBytes(text, bytes);
        var (from, done) = (0, 0);
        foreach (var at in Escapes(text))
        {
            done += Encoding.UTF8.GetBytes(text.AsSpan(from, at - from), bytes[done..]);
            bytes[done++] = (byte)(text[at] - EscapeBase);
            from = at + 1;
        }
        return done + Encoding.UTF8.GetBytes(text.AsSpan(from), bytes[done..]);
    }

    /// <summary>Whether a string has bytes in it that are no UTF-8.</summary>
    public static bool HasEscapes(string text) =>
        text.AsSpan().IndexOfAnyInRange(FirstEscape, LastEscape) >= 0 && Escapes(text).Any();

    /// <summary>The string in characters that UTF-8 can spell: <c>\udcff</c> for what it cannot, and two backslashes for
    /// one.</summary>
    public static string Escape(string text)
    {
        if (!text.Contains('\\') && !HasEscapes(text))
            return text;
        var escapes = Escapes(text).ToHashSet();
        return string.Concat(text.Select((c, at) => escapes.Contains(at) ? $@"\u{(int)c:x4}" : c == '\\' ? @"\\" : $"{c}"));
    }

    /// <summary>The string that <see cref="Escape"/> made this one of.</summary>
    public static string Unescape(string text)
    {
        const int Digits = 4;
        if (!text.Contains('\\'))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                plain.Append(text[at]);
            }
            else if (text.AsSpan(at) is ['\\', 'u', ..] escape && escape.Length >= 2 + Digits
                && ushort.TryParse(escape.Slice(2, Digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var c))
            {
                plain.Append((char)c);
                at += 1 + Digits;
            }
            else if (++at < text.Length)
            {
                plain.Append(text[at]);
            }
        }
        return plain.ToString();
    }

    // A low surrogate behind a high one is half of an ordinary character.
    private static IEnumerable<int> Escapes(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                i++;
            else if (text[i] is >= FirstEscape and <= LastEscape)
                yield return i;
        }
    }
}

/// <summary>Hands strings to native calls as <see cref="NativeText"/> writes them.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(ManagedToUnmanagedIn))]
internal static unsafe class NativeTextMarshaller
{
    /// <summary>One string of one call.</summary>
    public ref struct ManagedToUnmanagedIn
    {
        private byte* _start;
        private bool _isAllocated;

        /// <summary>Long enough for most paths; others are allocated.</summary>
        public static int BufferSize => 256;

        /// <summary>Writes the bytes and a zero.</summary>
        public void FromManaged(string? text, Span<byte> buffer)
        {
            if (text is null)
                return;
            var length = NativeText.ByteCount(text) + 1;
            if (length > buffer.Length)
            {
                buffer = new Span<byte>(NativeMemory.Alloc((nuint)length), length);
                _isAllocated = true;
            }
            _start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer));
            buffer[NativeText.Write(text, buffer)] = 0;
        }

        /// <summary>What the call gets.</summary>
        public readonly byte* ToUnmanaged() => _start;

        /// <summary>Gives an allocation back.</summary>
        public readonly void Free()
        {
            if (_isAllocated)
                NativeMemory.Free(_start);
        }
    }
}
