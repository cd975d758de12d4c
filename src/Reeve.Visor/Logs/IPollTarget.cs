namespace Reeve.Visor.Logs;

/// <summary>Something that the log thread watches.</summary>
internal interface IPollTarget
{
    /// <summary>It is ready for what it waited for.</summary>
    void OnReady();
}
