using System.Buffers.Binary;

namespace Reeve.Keeper.Protocol;

/// <summary>Reads one frame. Past its end everything is zero and <see cref="IsWhole"/> stays false.</summary>
ref struct FrameReader(ReadOnlySpan<byte> frame)
{
    ReadOnlySpan<byte> _left = frame;
    bool _tooShort;

    /// <summary>Whether something asked for was not there.</summary>
    public readonly bool IsTooShort => _tooShort;

    /// <summary>Whether everything asked for was there, and nothing is left.</summary>
    public readonly bool IsWhole => !_tooShort && _left.IsEmpty;

    public byte Byte()
    {
        var bytes = Take(sizeof(byte));
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    public int Int32()
    {
        var bytes = Take(sizeof(int));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long Int64()
    {
        var bytes = Take(sizeof(long));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>A text with its length before it; one over <see cref="Frame.MaxText"/> spoils the frame.</summary>
    public ReadOnlySpan<byte> Text()
    {
        var bytes = Take(sizeof(ushort));
        int length = bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (length > Frame.MaxText)
            _tooShort = true;
        return Take(length);
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Take(_left.Length);

    ReadOnlySpan<byte> Take(int count)
    {
        if (_tooShort || count > _left.Length)
        {
            _tooShort = true;
            return [];
        }
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
