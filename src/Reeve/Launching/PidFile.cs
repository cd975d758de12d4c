using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Reeve.Keeper;
using Reeve.Linux.Files;
using Reeve.Visor.Processes;

namespace Reeve.Launching;

/// <summary>The pid file, locked for as long as the daemon lives: a second daemon started by mistake sees that and touches nothing.</summary>
/// <remarks>The keeper holds the locked descriptor, so the lock outlives the visor.</remarks>
internal sealed class PidFile : IDisposable
{
    private const string StoredName = "pidfile";
    private readonly string _path;
    private readonly string? _failure;
    private readonly SafeFileHandle? _file;

    private PidFile(string path, SafeFileHandle? file, string? failure) => (_path, _file, _failure) = (path, file, failure);

    /// <summary>Locks it.</summary>
    /// <exception cref="IOException">Another daemon has it.</exception>
    public static PidFile Lock(string path, Handover handover, KeeperLink keeper)
    {
        if (handover.Stored.TryGetValue(StoredName, out var kept))
        {
            // Also when beginning anew: an attempt that failed has locked it already.
            if (!handover.IsFresh || IsAt(path, kept))
                return new(path, kept, null);
            kept.Dispose();
            keeper.Unstore(StoredName);
        }
        else if (!handover.IsFresh)
        {
            return new(path, null, null); // It could not be had at the start; by now it may be another's.
        }
        SafeFileHandle file;
        try
        {
            file = PosixFile.Open(path, FileFlags.ReadWrite | FileFlags.Create, 0b110_100_100);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As Supervisor: told in the log, and the daemon goes on without.
            return new(path, null, e.Message);
        }
        if (!PosixFile.Facts(file).IsRegular)
        {
            // /dev/null: nobody wants a pid file. It is shared with others and neither to be locked nor to be removed.
            file.Dispose();
            return new(path, null, null);
        }
        if (!FileLock.TryTake(file))
        {
            var owner = Encoding.ASCII.GetString(Read(file)).Trim();
            file.Dispose();
            throw new IOException(
                $"cannot start: the daemon with pid {owner} uses the pid file {path}. Stop it first, or name another pidfile");
        }
        keeper.Store(StoredName, file);
        return new(path, file, null);
    }

    /// <summary>Writes the pid; not being able to is told and no more.</summary>
    public void Write(int pid, ILogger log)
    {
        if (_file is null)
        {
            if (_failure is not null)
                LaunchLog.PidFileFailed(log, _path, _failure);
            return;
        }
        try
        {
            RandomAccess.SetLength(_file, 0);
            RandomAccess.Write(_file, Encoding.ASCII.GetBytes($"{pid}\n"), 0);
        }
        catch (IOException e)
        {
            LaunchLog.PidFileFailed(log, _path, e.Message);
        }
    }

    /// <summary>Removes it: the daemon ends.</summary>
    public void Remove(KeeperLink keeper)
    {
        if (_file is null)
            return;
        try
        {
            // What is not a file of ours stays: somebody may name a device, to have no pid file.
            if (PosixFile.Facts(_file).IsRegular)
                PosixFile.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A stale pid file is not locked, and the next daemon takes it.
        }
        keeper.Unstore(StoredName);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static bool IsAt(string path, SafeFileHandle file) =>
        PosixFile.TryFacts(path, out var named) == 0 && named.IsSameFile(PosixFile.Facts(file));

    private static byte[] Read(SafeFileHandle file)
    {
        var content = new byte[16];
        return content[..RandomAccess.Read(file, content, 0)];
    }
}
