namespace Reeve.Visor.Tests.Processes;

/// <summary>A clock that stands still until it is told to go on.</summary>
internal sealed class HeldClock : TimeProvider
{
    private long _ticks;

    public DateTimeOffset Began { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>What the wall clock is off by: somebody has set it.</summary>
    public TimeSpan Set { get; set; }

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Began + TimeSpan.FromTicks(GetTimestamp()) + Set;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
