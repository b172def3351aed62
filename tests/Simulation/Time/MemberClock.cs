// A member's clock: it may run fast or slow, and its time of day may be wrong and jump.
using Kv.Simulation.Cluster;

namespace Kv.Simulation.Time;

/// <summary>Time as a member sees it.</summary>
/// <param name="events">The time there is.</param>
/// <param name="ratePermille">How fast it runs; 1000 is right.</param>
internal sealed class MemberClock(EventQueue events, int ratePermille) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whose timers it is; timers of an earlier life never ring.</summary>
    public Life? Life { get; set; }

    /// <summary>How wrong the time of day is.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    // A process that has just begun may see 0; some code takes that for "never".
    public override long GetTimestamp() => Span.Second + (events.Now / 1000 * ratePermille);

    public override DateTimeOffset GetUtcNow() => Start + Offset + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new VirtualTimer(this, callback, state, dueTime, period);

    private long RealLength(TimeSpan span) => span.Ticks / ratePermille * 1000;

    private sealed class VirtualTimer : ITimer
    {
        private readonly MemberClock _clock;
        private readonly Life _life;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private TimeSpan _period;
        private int _version;

        public VirtualTimer(MemberClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _life = clock.Life ?? throw new InvalidOperationException("a timer outside of any life");
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            _version++;
            if (dueTime >= TimeSpan.Zero)
            {
                Arm(dueTime, _version);
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan dueTime, int version) =>
            _clock.Events.After(_clock.RealLength(dueTime), () => _life.Run(() => Ring(version)));

        private void Ring(int version)
        {
            if (version != _version)
            {
                return;
            }

            if (_period > TimeSpan.Zero)
            {
                Arm(_period, version);
            }

            _callback(_state);
        }
    }

    private EventQueue Events => events;
}
