namespace Reeve.Cli.Shell;

/// <summary>The terminal that people type at. Handed in: native calls are another room's.</summary>
public interface ITerminal
{
    /// <summary>Columns now, at least 1; asked at every drawing, because windows change.</summary>
    int Width { get; }

    /// <summary>
    /// Takes every key as it is typed: no echo, no lines, no signals by keys, no flow control; a line feed
    /// need not return the carriage. Disposing the result restores what was.
    /// </summary>
    IDisposable EnterRawMode();

    /// <summary>Waits for bytes. In cooked mode they come a line at a time.</summary>
    /// <param name="buffer">Where they go.</param>
    /// <param name="cancel">Ends the wait without taking a byte.</param>
    /// <returns>How many; 0: the terminal is gone, or the end of input was typed in cooked mode.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    int Read(Span<byte> buffer, CancellationToken cancel);
}
