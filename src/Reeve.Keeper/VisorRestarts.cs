namespace Reeve.Keeper;

/// <summary>When the next visor starts after one has died. A decision only: no clock, no process.</summary>
sealed class VisorRestarts
{
    /// <summary>A visor that lived shorter has died quickly.</summary>
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Quick deaths at the start, in a row, after which a keeper without children gives up.</summary>
    public const int Patience = 10;

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    int _quickDeaths;
    int _failedStarts;

    /// <summary>Says what to do about a visor's end: the first death of a row is answered at once.</summary>
    /// <param name="exitCode">
    /// Zero: it ended on purpose, for a daemon that begins anew. That is no death, however short its life.
    /// </param>
    /// <param name="lived">How long it ran; zero: it could not be started.</param>
    /// <param name="wasReady">
    /// It served: somebody kills visors, and it is not the start that fails. Then the keeper never gives up, and pauses
    /// only so that a visor which dies of its first request does not take the whole machine.
    /// </param>
    /// <param name="hasChildren">Somebody has to look after them: never give up.</param>
    /// <returns>The pause before the next start; null: give up.</returns>
    public TimeSpan? Ended(int exitCode, TimeSpan lived, bool wasReady, bool hasChildren)
    {
        if (exitCode == 0)
            return TimeSpan.Zero;
        if (lived >= Quick)
            _quickDeaths = _failedStarts = 0;
        _quickDeaths++;
        if (wasReady)
        {
            _failedStarts = 0;
            return _quickDeaths < Patience ? TimeSpan.Zero : FirstPause;
        }
        _failedStarts++;
        if (_failedStarts >= Patience && !hasChildren)
            return null;
        if (_failedStarts == 1)
            return TimeSpan.Zero;
        var doublings = Math.Min(_failedStarts - 2, 10);
        var pause = FirstPause * (1 << doublings);
        return pause < Longest ? pause : Longest;
    }
}
