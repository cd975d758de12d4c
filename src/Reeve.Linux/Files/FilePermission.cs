using System.Runtime.InteropServices;

namespace Reeve.Linux.Files;

/// <summary>What this process may do with a file, access(2).</summary>
public static partial class FilePermission
{
    private const int X_OK = 1, R_OK = 4;

    /// <summary>Whether the kernel would let this process execute it, as far as permissions go.</summary>
    public static bool CanExecute(string path) => access(path, X_OK) == 0;

    /// <summary>Whether it could be opened for reading, as far as permissions go.</summary>
    public static bool CanRead(string path) => access(path, R_OK) == 0;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial int access(string path, int mode);
}
