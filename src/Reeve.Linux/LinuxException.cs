namespace Reeve.Linux;

/// <summary>A native call failed in a way its caller could not foresee.</summary>
/// <param name="what">What could not be done, starting with "cannot".</param>
/// <param name="errno">Number of the error, see <see cref="Linux.Errno"/>.</param>
public sealed class LinuxException(string what, int errno) : IOException($"{what}: {Linux.Errno.Describe(errno)}")
{
    /// <summary>Number of the error.</summary>
    public int Errno { get; } = errno;
}
