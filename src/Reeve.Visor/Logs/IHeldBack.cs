namespace Reeve.Visor.Logs;

/// <summary>Something that waits until a log takes output again. Called on the log thread.</summary>
internal interface IHeldBack
{
    /// <summary>Go on.</summary>
    void Resume();
}
