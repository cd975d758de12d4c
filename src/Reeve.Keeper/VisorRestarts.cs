namespace Reeve.Keeper;

/// <summary>When the next visor starts after one has died. A decision only: no clock, no process.</summary>
sealed class VisorRestarts
{
    /// <summary>A visor that lived shorter has died quickly.</summary>
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Quick deaths in a row after which a keeper without children gives up.</summary>
    public const int Patience = 10;

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    int _quickDeaths;

    /// <summary>Says what to do about a visor's end: the first death of a row is answered at once.</summary>
    /// <param name="exitCode">
    /// Zero: it ended on purpose, for a daemon that begins anew. That is no death, however short its life.
    /// </param>
    /// <param name="lived">How long it ran; zero: it could not be started.</param>
    /// <param name="hasChildren">Somebody has to look after them: never give up.</param>
    /// <returns>The pause before the next start; null: give up.</returns>
    public TimeSpan? Ended(int exitCode, TimeSpan lived, bool hasChildren)
    {
        if (exitCode == 0)
            return TimeSpan.Zero;
        if (lived >= Quick)
            _quickDeaths = 0;
        _quickDeaths++;
        if (_quickDeaths >= Patience && !hasChildren)
            return null;
        if (_quickDeaths == 1)
            return TimeSpan.Zero;
        var doublings = Math.Min(_quickDeaths - 2, 10);
        var pause = FirstPause * (1 << doublings);
        return pause < Longest ? pause : Longest;
    }
}
