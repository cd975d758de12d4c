using System.Runtime.InteropServices;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>Turns Ctrl-C into the end of one command instead of the end of the program.</summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource _source;
    readonly PosixSignalRegistration? _registration;

    /// <param name="given">Used in place of the signal; null: SIGINT is watched.</param>
    public Interruption(CancellationToken? given)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(given ?? default);
        if (given is not null)
            return;
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            try
            {
                _source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The key came while the command was ending by itself.
            }
        });
    }

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration?.Dispose();
        _source.Dispose();
    }
}
