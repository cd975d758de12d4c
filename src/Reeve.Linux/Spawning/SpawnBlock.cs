using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reeve.Linux.Spawning;

/// <summary>
/// A <see cref="SpawnRequest"/> as bytes that can be started from where they lie: the keeper gets them from the visor
/// and decodes nothing. A header of fixed size, limits, groups, then strings that each end with a zero byte.
/// </summary>
public static class SpawnBlock
{
    /// <summary>Longest block, in bytes: the kernel takes no more than 6 MiB of arguments and environment.</summary>
    public const int MaximumLength = 8 << 20;

    private const int MaximumGroups = 65536, MaximumLimits = 64;

    /// <summary>Writes a request down.</summary>
    /// <exception cref="ArgumentException">A string holds a zero character, there is no argv[0], an id is -1, or it is
    /// too long.</exception>
    public static void Encode(SpawnRequest request, IBufferWriter<byte> writer)
    {
        if (request.Arguments.Count == 0)
            throw new ArgumentException($"cannot start '{request.File}': no arguments, not even the program's name");
        if (request.Limits.Count > MaximumLimits || request.Credentials?.Groups.Count > MaximumGroups)
            throw new ArgumentException($"cannot start '{request.File}': too many groups or limits");
        if (request.Credentials is { UserId: -1 } or { GroupId: -1 })
            throw new ArgumentException($"cannot start '{request.File}': -1 is no id (to the kernel it means: stay)");
        var size = Unsafe.SizeOf<Header>() + (request.Limits.Count * Unsafe.SizeOf<SpawnLimitBytes>())
            + ((request.Credentials?.Groups.Count ?? 0) * sizeof(int)) + SizeOfStrings(request);
        if (size > MaximumLength)
            throw new ArgumentException($"cannot start '{request.File}': {size} bytes of arguments and environment");
        var header = new Header
        {
            Version = Header.CurrentVersion,
            Length = (int)size,
            Flags = FlagsOf(request),
            Umask = request.Umask ?? 0,
            Nice = request.Nice ?? 0,
            Oom = request.OomScoreAdjust ?? 0,
            User = request.Credentials?.UserId ?? 0,
            Group = request.Credentials?.GroupId ?? 0,
            ParentDeathSignal = request.ParentDeathSignal,
            Limits = request.Limits.Count,
            Groups = request.Credentials?.Groups.Count ?? 0,
            Arguments = request.Arguments.Count,
            Environment = request.Environment.Count,
        };
        Write(writer, header);
        foreach (var limit in request.Limits)
            Write(writer, new SpawnLimitBytes(limit.Resource, 0, limit.Soft, limit.Hard));
        foreach (var group in request.Credentials?.Groups ?? [])
            Write(writer, group);
        WriteString(writer, request.File);
        if (request.Directory is not null)
            WriteString(writer, request.Directory);
        if (request.CGroup is not null)
            WriteString(writer, request.CGroup + "/cgroup.procs");
        foreach (var argument in request.Arguments)
            WriteString(writer, argument);
        foreach (var variable in request.Environment)
            WriteString(writer, variable);
    }

    /// <summary>Checks the fixed part and that everything counted in it fits into the block.</summary>
    /// <exception cref="InvalidDataException">These bytes are no block of this version.</exception>
    internal static Header ReadHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length < Unsafe.SizeOf<Header>() || block.Length > MaximumLength)
            throw new InvalidDataException($"cannot read a spawn block: {block.Length} bytes long");
        var header = MemoryMarshal.Read<Header>(block);
        if (header.Version != Header.CurrentVersion || header.Length != block.Length)
            throw new InvalidDataException($"cannot read a spawn block of version {header.Version:x}");
        if (header.Limits is < 0 or > MaximumLimits || header.Groups is < 0 or > MaximumGroups
            || header.Arguments < 1 || header.Environment < 0
            || (header.Flags.HasFlag(SpawnFlags.Credentials) && (header.User == -1 || header.Group == -1))
            || header.StringsAt + header.Arguments + (long)header.Environment > block.Length)
            throw new InvalidDataException("cannot read a spawn block: impossible counts or ids");
        return header;
    }

    private static SpawnFlags FlagsOf(SpawnRequest request) =>
        (request.Umask is null ? 0 : SpawnFlags.Umask) | (request.Credentials is null ? 0 : SpawnFlags.Credentials)
        | (request.Nice is null ? 0 : SpawnFlags.Nice) | (request.OomScoreAdjust is null ? 0 : SpawnFlags.Oom)
        | (request.ControllingTerminal ? SpawnFlags.Terminal : 0)
        | (request.Directory is null ? 0 : SpawnFlags.Directory) | (request.CGroup is null ? 0 : SpawnFlags.CGroup);

    private static long SizeOfStrings(SpawnRequest request)
    {
        var size = SizeOf(request.File);
        if (request.Directory is not null)
            size += SizeOf(request.Directory);
        if (request.CGroup is not null)
            size += SizeOf(request.CGroup) + "/cgroup.procs".Length;
        foreach (var argument in request.Arguments)
            size += SizeOf(argument);
        foreach (var variable in request.Environment)
            size += SizeOf(variable);
        return size;
    }

    private static long SizeOf(string text) => text.Contains('\0')
        ? throw new ArgumentException($"cannot hand over '{text.Replace('\0', '?')}': it holds a zero character")
        : NativeText.ByteCount(text) + 1L;

    private static void WriteString(IBufferWriter<byte> writer, string text)
    {
        var bytes = NativeText.ByteCount(text);
        writer.Advance(NativeText.Write(text, writer.GetSpan(bytes)));
        writer.Write("\0"u8);
    }

    private static void Write<T>(IBufferWriter<byte> writer, in T value) where T : unmanaged =>
        writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Fixed part of a block.</summary>
    internal struct Header
    {
        public const int CurrentVersion = 0x5242_0001;

        public int Version, Length;
        public SpawnFlags Flags;
        public int Umask, Nice, Oom, User, Group, ParentDeathSignal, Limits, Groups, Arguments, Environment;

        public static int LimitsAt => Unsafe.SizeOf<Header>();

        public readonly int GroupsAt => LimitsAt + (Limits * Unsafe.SizeOf<SpawnLimitBytes>());

        public readonly int StringsAt => GroupsAt + (Groups * sizeof(int));
    }
}

/// <summary>What a block sets. The first five are known to the shim.</summary>
[Flags]
internal enum SpawnFlags
{
    Umask = 1,
    Credentials = 2,
    Nice = 4,
    Oom = 8,
    Terminal = 16,
    Directory = 32,
    CGroup = 64,
}

/// <summary>The shim's struct limit.</summary>
internal readonly record struct SpawnLimitBytes(int Resource, int Unused, ulong Soft, ulong Hard);
