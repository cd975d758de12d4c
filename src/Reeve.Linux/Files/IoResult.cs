namespace Reeve.Linux.Files;

/// <summary>What one read, write or splice did. Expected outcomes are values here, also a full disk or a reader that is
/// gone.</summary>
/// <param name="Bytes">Bytes moved; 0 when there were none.</param>
/// <param name="EndOfFile">A read came to the end: the other side has closed. Never set by a write.</param>
/// <param name="Errno">Why nothing was moved, see <see cref="Linux.Errno"/>; 0: no error.</param>
public readonly record struct IoResult(int Bytes, bool EndOfFile, int Errno)
{
    /// <summary>Nothing can be moved now: wait for readiness.</summary>
    public bool WouldBlock => Errno == Linux.Errno.EAGAIN;

    /// <summary>A real error: neither success, nor the end, nor "not now".</summary>
    public bool Failed => Errno != 0 && Errno != Linux.Errno.EAGAIN;

    internal static IoResult OfRead(nint result, int errno) =>
        result > 0 ? new((int)result, false, 0) : result == 0 ? new(0, true, 0) : new(0, false, errno);

    internal static IoResult OfWrite(nint result, int errno) =>
        result >= 0 ? new((int)result, false, 0) : new(0, false, errno);
}
