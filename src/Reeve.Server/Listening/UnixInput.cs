using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Reeve.Server.Listening;

/// <summary>
/// What comes in through a unix socket, with one <c>Host: localhost</c> in each request in place of whatever Host the
/// client sent.
/// </summary>
/// <remarks>
/// Kestrel answers 400 to a Host that is no host name and has no switch for it; Supervisor never looks at it, and its
/// clients send the socket's path, or nothing. At a unix socket nothing depends on Host, so it is exchanged without
/// judging it. On TCP <see cref="Access.SameOrigin"/> needs it, and it stays.
/// <para>
/// Nothing is copied: the reader is shown the transport's own buffers, up to a Host line, which is passed over. Bodies
/// are counted by their Content-Length and not looked at. After a chunked body, and after anything that is not
/// understood, all that follows is shown as it is; also to a reader that does not take the whole lines of a head before
/// it asks for more, as Kestrel does.
/// </para>
/// </remarks>
internal sealed class UnixInput(PipeReader input) : PipeReader
{
    // A longer one is shown, not waited for: Kestrel refuses it in its own way.
    private const int LongestHost = 8 * 1024;

    // Enough to know a line by, and for every Content-Length there is.
    private const int KnownBytes = 64;

    private static readonly ReadOnlySequence<byte> s_host = new("Host: localhost\r\n"u8.ToArray());

    private Place _place = Place.BeforeRequest;
    private ReadOnlySequence<byte> _given; // What the reader was shown last.
    private bool _isHostDue, _isHostGiven; // Our line follows the request line.
    private long _sorted; // Bytes at the start of the input that are whole lines and bodies, gone through.
    private long _looked; // Bytes at the start of the input that the reader has looked at.
    private long _body; // Bytes left of the present body; while in a head: its Content-Length, or -1.
    private bool _isOurs; // The present request gets our Host.
    private bool _isStrange; // Where the present request ends cannot be told.

    private enum Place
    {
        BeforeRequest,
        Head,
        Body,
        Beyond, // All is shown as it is.
    }

    // Why sorting stopped.
    private enum Stop
    {
        Nothing, // At the end of what is there.
        OurHost,
        TheirHost,
        PartOfHost, // Perhaps.
    }

    /// <summary>Lets a connection read through one.</summary>
    public static void Use(ConnectionContext connection) =>
        connection.Transport = new Both(new UnixInput(connection.Transport.Input), connection.Transport.Output);

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _place == Place.Beyond ? input.ReadAsync(cancellationToken)
        : TryGiveHost(out var host) ? new(host)
        : SortedAsync(cancellationToken);

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (TryGiveHost(out result))
            return true;
        while (input.TryRead(out result))
        {
            if (_place == Place.Beyond || TrySort(ref result))
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isHostGiven)
        {
            _isHostGiven = false;
            if (s_host.Slice(consumed).Length > 0)
                _place = Place.Beyond;
            return;
        }
        if (_place != Place.Beyond)
        {
            var taken = _given.Slice(_given.Start, consumed).Length;
            _looked = _given.Slice(consumed, examined).Length;
            _sorted -= taken;
            if (_sorted < 0)
                _place = Place.Beyond; // Part of a line is gone that was to be looked at again.
            _given = default;
        }
        input.AdvanceTo(consumed, examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => input.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => input.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => input.CompleteAsync(exception);

    private bool TryGiveHost(out ReadResult result)
    {
        result = new(s_host, isCanceled: false, isCompleted: false);
        if (!_isHostDue || _sorted > 0 || _place == Place.Beyond)
            return false;
        (_isHostDue, _isHostGiven) = (false, true);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> SortedAsync(CancellationToken cancel)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancel);
            if (TrySort(ref result))
                return result;
        }
    }

    // False: nothing new for the reader is in it.
    private bool TrySort(ref ReadResult result)
    {
        var buffer = result.Buffer;
        var stop = Sort(buffer, out var ready, out var host);
        if (_place != Place.Beyond && ready <= _looked && !result.IsCanceled)
        {
            if (stop == Stop.TheirHost && ready == 0)
            {
                _looked = 0;
                input.AdvanceTo(buffer.GetPosition(host));
                return false;
            }
            if (stop == Stop.PartOfHost && !result.IsCompleted)
            {
                input.AdvanceTo(buffer.Start, buffer.End);
                return false;
            }
            if (stop != Stop.Nothing)
                _place = Place.Beyond;
        }
        if (_place == Place.Beyond)
            return true;
        _given = buffer.Slice(0, ready);
        result = new(_given, result.IsCanceled, result.IsCompleted && ready == buffer.Length);
        return true;
    }

    // Goes on where it stopped, at the start of a line or in a body.
    private Stop Sort(in ReadOnlySequence<byte> buffer, out long ready, out long host)
    {
        host = 0;
        while (true)
        {
            ready = _sorted;
            if (_isHostDue)
                return Stop.OurHost;
            var rest = buffer.Slice(_sorted);
            if (rest.IsEmpty || _place == Place.Beyond)
                return Stop.Nothing;
            if (_place == Place.Body)
            {
                var part = Math.Min(_body, rest.Length);
                _sorted += part;
                _body -= part;
                if (_body == 0)
                    _place = Place.BeforeRequest;
                continue;
            }
            if (_place == Place.BeforeRequest && rest.FirstSpan[0] is (byte)'\r' or (byte)'\n')
            {
                _sorted++;
                continue;
            }
            var isHost = _place == Place.Head && _isOurs && MayBeHost(rest);
            if (rest.PositionOf((byte)'\n') is not { } end)
            {
                if (isHost && rest.Length <= LongestHost)
                    return Stop.PartOfHost;
                ready = buffer.Length;
                return Stop.Nothing;
            }
            var line = rest.Slice(0, rest.GetPosition(1, end));
            if (isHost && line.Length is > 5 and <= LongestHost)
            {
                host = line.Length;
                return Stop.TheirHost;
            }
            if (_place == Place.BeforeRequest)
                Begin(line);
            else
                TakeHeader(line);
            _sorted += line.Length;
        }
    }

    private static bool MayBeHost(in ReadOnlySequence<byte> rest)
    {
        Span<byte> start = stackalloc byte[5];
        start = start[..Copy(rest, start)];
        return Ascii.EqualsIgnoreCase(start, "host:"u8[..start.Length]);
    }

    private void Begin(in ReadOnlySequence<byte> line)
    {
        Span<byte> start = stackalloc byte[KnownBytes];
        start = start[..Copy(line, start)];
        // Another form of target names the host itself, and must agree with Host.
        var target = start.IndexOf((byte)' ') + 1;
        _isOurs = _isHostDue = target > 0 && target < start.Length && start[target] == '/';
        (_place, _body, _isStrange) = (Place.Head, -1, false);
    }

    private void TakeHeader(in ReadOnlySequence<byte> line)
    {
        Span<byte> start = stackalloc byte[KnownBytes];
        start = start[..Copy(line, start)];
        if (start[0] is (byte)'\r' or (byte)'\n')
            _place = _isStrange ? Place.Beyond : _body > 0 ? Place.Body : Place.BeforeRequest;
        else if (Begins(start, "transfer-encoding"u8) || start[0] is (byte)' ' or (byte)'\t')
            _isStrange = true;
        else if (Begins(start, "content-length"u8))
            _isStrange |= _body >= 0 || line.Length > KnownBytes || !TryReadLength(start["content-length:"u8.Length..]);
    }

    private bool TryReadLength(ReadOnlySpan<byte> value)
    {
        value = value.Trim(" \t\r\n"u8);
        return value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && Utf8Parser.TryParse(value, out _body, out _);
    }

    private static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name)
        && line[name.Length] is (byte)':' or (byte)' ' or (byte)'\t';

    private static int Copy(in ReadOnlySequence<byte> from, Span<byte> to)
    {
        var part = from.Slice(0, Math.Min(from.Length, to.Length));
        part.CopyTo(to);
        return (int)part.Length;
    }

    private sealed class Both(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
