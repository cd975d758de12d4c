using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;
using Reeve.Core.Configuration;
using Reeve.Keeper;
using Reeve.Linux.Descriptors;

namespace Reeve.Visor.Journal;

/// <summary>The configuration in force, as the keeper keeps it for the next visor.</summary>
/// <remarks>
/// A visor that takes over goes on with it and does not read the file: what somebody edited in the meantime, perhaps half
/// of it, must not come into force by a crash.
/// </remarks>
public static class StoredConfiguration
{
    private const string Name = "configuration";
    private const int Largest = 256 * 1024 * 1024;

    /// <summary>Leaves it with the keeper, in place of an earlier one.</summary>
    public static void Save(DaemonConfiguration configuration, KeeperLink keeper)
    {
        using var memory = MemFd.Create(
            "reeve-configuration",
            JsonSerializer.SerializeToUtf8Bytes(configuration, StoredConfigurationJson.Default.DaemonConfiguration));
        keeper.Store(Name, memory);
    }

    /// <summary>Takes it out of what was handed over; null: there is none, or it cannot be read.</summary>
    public static DaemonConfiguration? Load(IReadOnlyDictionary<string, SafeFileHandle> stored)
    {
        try
        {
            return stored.TryGetValue(Name, out var memory)
                ? JsonSerializer.Deserialize(
                    MemFd.ReadAll(memory, Largest), StoredConfigurationJson.Default.DaemonConfiguration)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidDataException)
        {
            return null;
        }
    }
}

/// <summary>JSON of the configuration, without reflection.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(NativeTextConverter)])]
[JsonSerializable(typeof(DaemonConfiguration))]
internal sealed partial class StoredConfigurationJson : JsonSerializerContext;
