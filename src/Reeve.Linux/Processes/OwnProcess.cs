using System.Runtime.InteropServices;

namespace Reeve.Linux.Processes;

/// <summary>What this process was started with, exactly: .NET puts U+FFFD in the place of bytes that are no UTF-8.</summary>
public static unsafe partial class OwnProcess
{
    private const int LongestPath = 64 * 1024;

    /// <summary>Variables as <see cref="NativeText"/> reads them; the first one of a name counts. What has no <c>=</c> is none.</summary>
    public static IReadOnlyDictionary<string, string> Environment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var one = reeve_environment(); one is not null && *one is not null; one++)
        {
            var variable = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*one);
            if (variable.IndexOf((byte)'=') is > 0 and var equals)
                variables.TryAdd(NativeText.Decode(variable[..equals]), NativeText.Decode(variable[(equals + 1)..]));
        }
        return variables;
    }

    /// <summary>Absolute path of the current directory; null: it has been removed, or cannot be reached.</summary>
    public static string? CurrentDirectory()
    {
        fixed (byte* buffer = new byte[LongestPath])
        {
            if (getcwd(buffer, LongestPath) is null)
                return null;
            var path = NativeText.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer));
            // Outside of its root, the kernel writes (unreachable) before it.
            return path.StartsWith('/') ? path : null;
        }
    }

    /// <summary>Changes the current directory.</summary>
    /// <returns>0, or the error: ENOENT, EACCES, ENOTDIR, ...</returns>
    public static int TryChangeDirectory(string path) => chdir(path) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("reeveshim")]
    private static partial byte** reeve_environment();

    [LibraryImport("libc", SetLastError = true)]
    private static partial byte* getcwd(byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int chdir(string path);
}
