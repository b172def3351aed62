// Time that passes when a test says so, with a wall clock that can be set.
namespace Kv.Node.Tests.Recording;

internal sealed class JumpingClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TimeSpan _passed = TimeSpan.FromHours(1);
    private TimeSpan _set;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => Start + _passed + _set;

    public void Pass(TimeSpan time) => _passed += time;

    /// <summary>Sets the wall clock by so much; no time passes.</summary>
    public void Set(TimeSpan by) => _set += by;
}
