using Microsoft.Win32.SafeHandles;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;

namespace Reeve.Visor.Journal;

/// <summary>Where the journal lies: in the state directory, and as an open descriptor with the keeper.</summary>
/// <remarks>Where no directory can be written (read-only root) it lies in memory, held by the keeper, and outlives the visor all the same.</remarks>
/// <param name="path">File; null: memory only.</param>
/// <param name="keeper">Holds the descriptor for the next visor.</param>
internal sealed class JournalFiles(string? path, KeeperLink keeper)
{
    /// <summary>Name in the keeper's store.</summary>
    public const string StoredName = "journal";

    /// <summary>A new, empty file that nobody knows yet.</summary>
    public SafeFileHandle Create()
    {
        if (path is null)
            return CreateInMemory();
        File.Delete(path + ".new");
        return File.OpenHandle(path + ".new", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    /// <summary>The same without a path, which does for as long as the keeper lives.</summary>
    public static SafeFileHandle CreateInMemory() => MemFd.Create("reeve-journal");

    /// <summary>Makes it the journal, in place of the one before.</summary>
    public void Commit(SafeFileHandle created)
    {
        if (path is not null)
            File.Move(path + ".new", path, overwrite: true);
        CommitInMemory(created);
    }

    /// <summary>The next visor finds it with the keeper; at no moment is there none.</summary>
    public void CommitInMemory(SafeFileHandle created) => keeper.Store(StoredName, created);
}
