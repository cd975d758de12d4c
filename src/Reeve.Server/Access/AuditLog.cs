using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Reeve.Server.Access;

/// <summary>Who changed what: one JSON object a line, in a file that only its owner reads.</summary>
/// <remarks>
/// Held to twice <paramref name="maxBytes"/>: a full file becomes <c>PATH.1</c>, which replaces the one before. A
/// failure
/// is logged once and never fails the request it belongs to: an operator must be able to mend a full disk.
/// </remarks>
/// <param name="path">The file; null: no audit.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Told when the file cannot be written.</param>
/// <param name="maxBytes">Size at which the file is rotated. Default 10 MiB.</param>
public sealed class AuditLog(string? path, TimeProvider time, ILogger logger, long maxBytes = 10 * 1024 * 1024)
    : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _line = new(256);
    private FileStream? _file;
    private bool _failing;

    /// <summary>Writes one line.</summary>
    /// <param name="caller">Who, and from where.</param>
    /// <param name="operation">Name of the operation.</param>
    /// <param name="target">What it was asked to change; null: the daemon.</param>
    /// <param name="outcome"><c>ok</c>, or what went wrong.</param>
    public void Write(Caller caller, string operation, string? target, string outcome)
    {
        if (path is null)
            return;
        lock (_lock)
        {
            try
            {
                Compose(caller, operation, target, outcome);
                Append();
                _failing = false;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // A file in an unknown state is opened anew at the next line.
                _file?.Dispose();
                _file = null;
                if (!_failing)
                    Log.AuditFailed(logger, path, failure.Message);
                _failing = true;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Compose(Caller caller, string operation, string? target, string outcome)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetLocalNow());
            json.WriteString("who", caller.Who);
            json.WriteString("from", caller.From);
            json.WriteString("operation", operation);
            // Names come from outside, of any length.
            json.WriteString("target", target is { Length: > 256 } ? target[..256] : target);
            json.WriteString("outcome", outcome);
            json.WriteEndObject();
        }
        _line.Write("\n"u8);
    }

    private void Append()
    {
        if (_file is not null && _file.Length + _line.WrittenCount > maxBytes)
        {
            _file.Dispose();
            _file = null;
            File.Move(path!, path + ".1", overwrite: true);
        }
        _file ??= new FileStream(path!, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _file.Write(_line.WrittenSpan);
    }
}
