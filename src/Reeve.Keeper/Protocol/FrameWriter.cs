using System.Buffers.Binary;

namespace Reeve.Keeper.Protocol;

/// <summary>Writes one frame into a buffer that the caller made large enough.</summary>
ref struct FrameWriter(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The frame so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void Byte(byte value) => _buffer[Length++] = value;

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer[Length..], value);
        Length += sizeof(int);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer[Length..], value);
        Length += sizeof(long);
    }

    /// <summary>A text, its length in two bytes first.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[Length..], checked((ushort)utf8.Length));
        Length += sizeof(ushort);
        Rest(utf8);
    }

    /// <summary>Bytes up to the frame's end.</summary>
    public void Rest(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Length..]);
        Length += bytes.Length;
    }
}
