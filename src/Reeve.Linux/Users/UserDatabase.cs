using System.Globalization;
using System.Runtime.InteropServices;

namespace Reeve.Linux.Users;

/// <summary>A user of this machine.</summary>
/// <param name="Id">User id. Ids above 2^31 are negative here, as everywhere in Reeve.</param>
/// <param name="Name">Login name.</param>
/// <param name="GroupId">Primary group.</param>
/// <param name="Home">Home directory.</param>
/// <param name="Shell">Login shell.</param>
public sealed record User(int Id, string Name, int GroupId, string Home, string Shell);

/// <summary>A group of this machine.</summary>
/// <param name="Id">Group id.</param>
/// <param name="Name">Its name.</param>
public sealed record UserGroup(int Id, string Name);

/// <summary>Users and groups as the system's name service knows them: files, LDAP, whatever is configured.</summary>
public static unsafe partial class UserDatabase
{
    private const int ESRCH = Errno.ESRCH, ERANGE = 34, FirstBuffer = 1024, LargestBuffer = 16 << 20;

    private delegate int Lookup<TEntry>(TEntry* entry, byte* buffer, nuint size, TEntry** found)
        where TEntry : unmanaged;

    /// <summary>Finds a user by name, or by id when it is written in digits, as supervisord.conf has it.</summary>
    /// <returns>The user; null: there is none.</returns>
    /// <exception cref="LinuxException">The name service failed.</exception>
    public static User? Find(string nameOrId) => nameOrId.Contains('\0') ? null : Id(nameOrId) is { } id
        ? Find(id)
        : Ask<Passwd, User>((e, buffer, size, found) => getpwnam_r(nameOrId, e, buffer, size, found), ToUser);

    /// <summary>Finds a user by id.</summary>
    /// <inheritdoc cref="Find(string)"/>
    public static User? Find(int id) =>
        Ask<Passwd, User>((e, buffer, size, found) => getpwuid_r((uint)id, e, buffer, size, found), ToUser);

    /// <summary>Finds a group by name, or by id when it is written in digits.</summary>
    /// <returns>The group; null: there is none.</returns>
    /// <exception cref="LinuxException">The name service failed.</exception>
    public static UserGroup? FindGroup(string nameOrId) => nameOrId.Contains('\0') ? null : Id(nameOrId) is { } id
        ? Ask<Group, UserGroup>((e, buffer, size, found) => getgrgid_r((uint)id, e, buffer, size, found), ToGroup)
        : Ask<Group, UserGroup>((e, buffer, size, found) => getgrnam_r(nameOrId, e, buffer, size, found), ToGroup);

    /// <summary>All groups of a user, the primary one among them.</summary>
    public static IReadOnlyList<int> GroupsOf(User user)
    {
        for (var room = 64; ; room *= 2)
        {
            var groups = new int[room];
            var count = room;
            fixed (int* start = groups)
            {
                if (getgrouplist(user.Name, (uint)user.GroupId, start, &count) >= 0)
                    return groups[..count];
            }
            if (room > 65536) // The kernel's limit of groups.
                throw new LinuxException($"cannot list the groups of {user.Name}", Errno.E2BIG);
        }
    }

    private static int? Id(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (int)id : null;

    private static TResult? Ask<TEntry, TResult>(Lookup<TEntry> lookup, Func<nint, TResult> convert)
        where TEntry : unmanaged
        where TResult : class
    {
        for (var size = FirstBuffer; ; size *= 4)
        {
            fixed (byte* buffer = new byte[size])
            {
                TEntry entry;
                TEntry* found = null;
                var errno = lookup(&entry, buffer, (nuint)size, &found);
                if (found is not null)
                    return convert((nint)found);
                if (errno == Errno.EINTR || (errno == ERANGE && size < LargestBuffer))
                    continue;
                // getpwnam(3) names several errors that mean no more than "not found".
                return errno is 0 or Errno.ENOENT or ESRCH or Errno.EBADF or Errno.EPERM
                    ? null
                    : throw new LinuxException("cannot ask the name service for a user or group", errno);
            }
        }
    }

    private static User ToUser(nint found)
    {
        var entry = (Passwd*)found;
        return new((int)entry->Id, Text(entry->Name), (int)entry->Group, Text(entry->Home), Text(entry->Shell));
    }

    private static UserGroup ToGroup(nint found)
    {
        var entry = (Group*)found;
        return new((int)entry->Id, Text(entry->Name));
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getpwnam_r(string name, Passwd* entry, byte* buffer, nuint size, Passwd** found);

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint id, Passwd* entry, byte* buffer, nuint size, Passwd** found);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrnam_r(string name, Group* entry, byte* buffer, nuint size, Group** found);

    [LibraryImport("libc")]
    private static partial int getgrgid_r(uint id, Group* entry, byte* buffer, nuint size, Group** found);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrouplist(string user, uint group, int* groups, int* count);

    /// <summary>struct passwd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Passwd
    {
        public byte* Name, Password;
        public uint Id, Group;
        public byte* Comment, Home, Shell;
    }

    /// <summary>struct group.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Group
    {
        public byte* Name, Password;
        public uint Id;
        public byte** Members;
    }
}
