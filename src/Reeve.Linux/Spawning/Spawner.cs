using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;

namespace Reeve.Linux.Spawning;

/// <summary>Starts programs. Costs what a fork costs a small process, whatever this one holds.</summary>
/// <remarks>
/// A child leads a session of its own, starts with default signal dispositions, an empty signal mask and no descriptor
/// but those handed to it. It inherits this process's resource limits unless the request sets them. Spawn from one
/// thread that lives as long as the process: <see cref="SpawnRequest.ParentDeathSignal"/> fires when the thread ends.
/// </remarks>
public static unsafe partial class Spawner
{
    private const int KeptScratch = 64 * 1024;

    private static readonly Lock s_gate = new();
    private static void* s_scratch;
    private static nuint s_scratchSize;

    /// <summary>Reserves the descriptors that spawning passes through. Before this process opens many: each child
    /// copies what lies below them. The first spawn does it otherwise.</summary>
    /// <exception cref="LinuxException">Out of descriptors (EMFILE, ENFILE), or no /dev/null.</exception>
    public static void Prepare()
    {
        lock (s_gate)
        {
            if (reeve_spawn_reserve() is not 0 and var errno)
                throw new LinuxException("cannot reserve descriptors for spawning", errno);
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="request">What.</param>
    /// <param name="stdin">Becomes descriptor 0; null: /dev/null. The caller keeps its own.</param>
    /// <param name="stdout">Becomes descriptor 1; null: /dev/null.</param>
    /// <param name="stderr">Becomes descriptor 2; null: /dev/null.</param>
    /// <param name="extra">Becomes descriptor 3; null: none.</param>
    /// <exception cref="ArgumentException">The request cannot be written down, see
    /// <see cref="SpawnBlock.Encode"/>.</exception>
    public static SpawnResult Spawn(
        SpawnRequest request,
        SafeFileHandle? stdin, SafeFileHandle? stdout, SafeFileHandle? stderr, SafeFileHandle? extra = null)
    {
        var block = new ArrayBufferWriter<byte>(1024);
        SpawnBlock.Encode(request, block);
        var result = Spawn(block.WrittenSpan, NumberOf(stdin), NumberOf(stdout), NumberOf(stderr), NumberOf(extra));
        // The numbers are only good while nobody closes their owners.
        GC.KeepAlive(stdin);
        GC.KeepAlive(stdout);
        GC.KeepAlive(stderr);
        GC.KeepAlive(extra);
        return result;

        static int NumberOf(SafeFileHandle? handle) => handle is null ? -1 : Descriptor.Number(handle);
    }

    /// <summary>Starts what a block says; allocates nothing but the result's handle.</summary>
    /// <param name="block">From <see cref="SpawnBlock.Encode"/>, checked before use.</param>
    /// <param name="stdinFd">Becomes descriptor 0; -1: /dev/null.</param>
    /// <param name="stdoutFd">Becomes descriptor 1; -1: /dev/null.</param>
    /// <param name="stderrFd">Becomes descriptor 2; -1: /dev/null.</param>
    /// <param name="extraFd">Becomes descriptor 3; -1: none.</param>
    /// <exception cref="InvalidDataException">The bytes are no block.</exception>
    public static SpawnResult Spawn(ReadOnlySpan<byte> block, int stdinFd, int stdoutFd, int stderrFd, int extraFd = -1)
    {
        var header = SpawnBlock.ReadHeader(block);
        lock (s_gate)
        {
            fixed (byte* start = block)
            {
                var native = Lay(header, block, start);
                (native.Stdin, native.Stdout, native.Stderr, native.Extra) = (stdinFd, stdoutFd, stderrFd, extraFd);
                var succeeded = reeve_spawn(&native) == 0;
                DropLargeScratch();
                return succeeded
                    ? new(native.Pid, Descriptor.Own(native.PidFd), SpawnStage.None, 0)
                    : new(0, null, (SpawnStage)native.Stage, native.Error);
            }
        }
    }

    // Strings stay where they are; the arrays of pointers, and what must be aligned, go into the scratch memory.
    private static Native Lay(in SpawnBlock.Header header, ReadOnlySpan<byte> block, byte* start)
    {
        var pointers = (nuint)header.Arguments + (nuint)header.Environment + 2;
        var limitBytes = header.GroupsAt - SpawnBlock.Header.LimitsAt;
        var groupBytes = header.StringsAt - header.GroupsAt;
        Reserve((pointers * (nuint)sizeof(byte*)) + (nuint)limitBytes + (nuint)groupBytes);
        var arguments = (byte**)s_scratch;
        var environment = arguments + header.Arguments + 1;
        var limits = (byte*)(arguments + pointers);
        var groups = limits + limitBytes;
        block[SpawnBlock.Header.LimitsAt..header.StringsAt].CopyTo(new Span<byte>(limits, limitBytes + groupBytes));

        var at = header.StringsAt;
        var native = new Native
        {
            Flags = header.Flags,
            File = Next(block, start, ref at),
            Directory = header.Flags.HasFlag(SpawnFlags.Directory) ? Next(block, start, ref at) : null,
            CGroup = header.Flags.HasFlag(SpawnFlags.CGroup) ? Next(block, start, ref at) : null,
            Arguments = arguments,
            Environment = environment,
            Limits = limits,
            LimitCount = header.Limits,
            Groups = groups,
            GroupCount = header.Groups,
            Umask = header.Umask,
            User = header.User,
            Group = header.Group,
            Nice = header.Nice,
            Oom = header.Oom,
            ParentDeathSignal = header.ParentDeathSignal,
        };
        for (var i = 0; i < header.Arguments; i++)
            arguments[i] = Next(block, start, ref at);
        arguments[header.Arguments] = null;
        for (var i = 0; i < header.Environment; i++)
            environment[i] = Next(block, start, ref at);
        environment[header.Environment] = null;
        return at == block.Length
            ? native
            : throw new InvalidDataException($"cannot read a spawn block: {block.Length - at} bytes too many");
    }

    private static byte* Next(ReadOnlySpan<byte> block, byte* start, ref int at)
    {
        var length = block[at..].IndexOf((byte)0);
        if (length < 0)
            throw new InvalidDataException("cannot read a spawn block: a string has no end");
        var text = start + at;
        at += length + 1;
        return text;
    }

    private static void Reserve(nuint size)
    {
        if (size <= s_scratchSize)
            return;
        s_scratch = NativeMemory.Realloc(s_scratch, size);
        s_scratchSize = size;
    }

    private static void DropLargeScratch()
    {
        if (s_scratchSize <= KeptScratch)
            return;
        NativeMemory.Free(s_scratch);
        s_scratch = null;
        s_scratchSize = 0;
    }

    [LibraryImport("reeveshim")]
    private static partial int reeve_spawn_reserve();

    [LibraryImport("reeveshim")]
    private static partial int reeve_spawn(Native* spawn);

    /// <summary>The shim's struct reeve_spawn.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Native
    {
        public byte* File;
        public byte** Arguments, Environment;
        public byte* Directory, CGroup, Limits, Groups;
        public SpawnFlags Flags;
        public int LimitCount, GroupCount, User, Group, Umask, Nice, Oom, ParentDeathSignal;
        public int Stdin, Stdout, Stderr, Extra;
        public int Pid, PidFd, Stage, Error;
    }
}
