using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reeve.Linux.Files;

/// <summary>What a descriptor or a path leads to.</summary>
public enum FileKind
{
#pragma warning disable CS1591 // The field's own words.
    Other, Regular, Directory, Pipe, Socket, CharacterDevice, BlockDevice, SymbolicLink,
#pragma warning restore CS1591
}

/// <summary>What stat tells about a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">Device that holds it; with <paramref name="Inode"/> its identity.</param>
/// <param name="Inode">Number on its device.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">Permission bits, with set-id and sticky.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
/// <param name="Links">Names it has; 0: deleted.</param>
/// <param name="DeviceNumber">Which device it is, for a device file: major number in the upper half.</param>
public readonly record struct FileFacts(
    FileKind Kind, ulong Device, ulong Inode, long Size, int Mode, int Owner, int Group, int Links, ulong DeviceNumber)
{
    /// <summary>A plain file: seekable, rotatable.</summary>
    public bool IsRegular => Kind == FileKind.Regular;

    /// <summary>Whether both are one file.</summary>
    public bool IsSameFile(in FileFacts other) => Device == other.Device && Inode == other.Inode;
}

/// <summary>statx(2): its layout is one on every architecture.</summary>
internal static unsafe partial class Stat
{
    private const int AT_FDCWD = -100, AT_EMPTY_PATH = 0x1000, AT_SYMLINK_NOFOLLOW = 0x100;
    private const uint STATX_BASIC_STATS = 0x7ff;

    public static int Of(SafeFileHandle file, out FileFacts facts)
    {
        var buffer = stackalloc byte[256];
        var errno = statx(file, "", AT_EMPTY_PATH, STATX_BASIC_STATS, buffer) == 0 ? 0 : Marshal.GetLastPInvokeError();
        facts = errno == 0 ? Parse(new(buffer, 256)) : default;
        return errno;
    }

    public static int Of(string path, bool follow, out FileFacts facts)
    {
        var buffer = stackalloc byte[256];
        var flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
        var errno = statx(AT_FDCWD, path, flags, STATX_BASIC_STATS, buffer) == 0 ? 0 : Marshal.GetLastPInvokeError();
        facts = errno == 0 ? Parse(new(buffer, 256)) : default;
        return errno;
    }

    private static FileFacts Parse(ReadOnlySpan<byte> raw)
    {
        uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);
        ulong U64(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt64LittleEndian(b[at..]);

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(raw[28..]);
        var kind = (mode & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            0x2000 => FileKind.CharacterDevice,
            0x6000 => FileKind.BlockDevice,
            0xA000 => FileKind.SymbolicLink,
            _ => FileKind.Other,
        };
        return new(kind, Device: (ulong)U32(raw, 136) << 32 | U32(raw, 140), Inode: U64(raw, 32),
            Size: (long)U64(raw, 40), Mode: mode & 0xFFF, Owner: (int)U32(raw, 20),
            Group: (int)U32(raw, 24), Links: (int)U32(raw, 16),
            DeviceNumber: (ulong)U32(raw, 128) << 32 | U32(raw, 132));
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int statx(SafeFileHandle directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int statx(int directory, string path, int flags, uint mask, byte* buffer);
}
