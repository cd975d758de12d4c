using System.Runtime.InteropServices;

namespace Reeve.Linux.Files;

/// <summary>What a directory holds, by names as <see cref="NativeText"/> reads them: .NET loses what is no UTF-8.</summary>
public static unsafe partial class DirectoryNames
{
    // struct dirent of every 64-bit Linux: inode, offset, length of the record, kind, name.
    private const int NameAt = 19;

    /// <summary>The names in it, without <c>.</c> and <c>..</c>, in no order; null: it cannot be read.</summary>
    public static IReadOnlyList<string>? TryList(string path)
    {
        var stream = opendir(path);
        if (stream == 0)
            return null;
        var names = new List<string>();
        while (readdir(stream) is not null and var entry)
        {
            var name = NativeText.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameAt));
            if (name is not ("." or ".."))
                names.Add(name);
        }
        _ = closedir(stream);
        return names;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(NativeTextMarshaller))]
    private static partial nint opendir(string path);

    [LibraryImport("libc")]
    private static partial byte* readdir(nint stream);

    [LibraryImport("libc")]
    private static partial int closedir(nint stream);
}
