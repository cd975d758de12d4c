using Microsoft.Win32.SafeHandles;

namespace Reeve.Keeper;

/// <summary>Descriptors that the visor leaves for the next one, by name. A handful: searched from the front.</summary>
sealed class DescriptorStore : IDisposable
{
    /// <summary>More than any configuration has sockets and locks.</summary>
    public const int Limit = 1024;

    readonly List<(byte[] Name, SafeFileHandle Descriptor)> _entries = [];

    public int Count => _entries.Count;

    public (byte[] Name, SafeFileHandle Descriptor) this[int index] => _entries[index];

    /// <summary>Takes a descriptor; one of the same name is closed.</summary>
    /// <returns>False when it is full; the descriptor stays the caller's.</returns>
    public bool Put(ReadOnlySpan<byte> name, SafeFileHandle descriptor)
    {
        Remove(name);
        if (_entries.Count >= Limit)
            return false;
        _entries.Add((name.ToArray(), descriptor));
        return true;
    }

    /// <summary>Closes the descriptor of this name, if there is one.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (!_entries[i].Name.AsSpan().SequenceEqual(name))
                continue;
            _entries[i].Descriptor.Dispose();
            _entries.RemoveAt(i);
            return;
        }
    }

    public void Dispose()
    {
        foreach (var (_, descriptor) in _entries)
            descriptor.Dispose();
        _entries.Clear();
    }
}
