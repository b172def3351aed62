// The unit of virtual time is that of TimeSpan, 100 ns.
namespace Kv.Simulation.Time;

/// <summary>Lengths of virtual time.</summary>
internal static class Span
{
    public const long Millisecond = TimeSpan.TicksPerMillisecond;

    public const long Second = TimeSpan.TicksPerSecond;
}
