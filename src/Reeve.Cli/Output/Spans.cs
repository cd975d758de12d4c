namespace Reeve.Cli.Output;

/// <summary>How long something has lasted, in few letters.</summary>
internal static class Spans
{
    /// <summary><c>7s</c>, <c>3m07s</c>, <c>4h05m</c>, <c>12d03h</c>.</summary>
    public static string Short(TimeSpan time) => time switch
    {
        { Ticks: <= 0 } => "0s",
        { TotalMinutes: < 1 } => $"{time.Seconds}s",
        { TotalHours: < 1 } => $"{time.Minutes}m{time.Seconds:00}s",
        { TotalDays: < 1 } => $"{time.Hours}h{time.Minutes:00}m",
        _ => $"{time.Days}d{time.Hours:00}h",
    };
}
