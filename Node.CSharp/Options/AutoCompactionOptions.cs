// How much history the node keeps when it compacts by itself. The mode and the retention are two
// flags in etcd, and what the retention means depends on the mode, so they are read together.
namespace Kv.Node.Options;

/// <summary>The two auto-compaction flags.</summary>
/// <param name="Mode"><c>periodic</c> or <c>revision</c>.</param>
/// <param name="Retention">As given: a duration or whole hours (periodic), a count (revision).</param>
internal sealed record AutoCompactionOptions(string Mode, string Retention)
{
    public const string Periodic = "periodic";

    public const string Revision = "revision";

    /// <summary>No automatic compaction.</summary>
    public static AutoCompactionOptions Off { get; } = new(Periodic, "0");

    /// <summary>How long history is kept in periodic mode; zero: not compacted by time.</summary>
    /// <exception cref="FormatException">The retention is no duration.</exception>
    public TimeSpan Period => Mode == Periodic ? ParsePeriod() : TimeSpan.Zero;

    /// <summary>How many revisions are kept in revision mode; zero: not compacted by count.</summary>
    /// <exception cref="FormatException">The retention is no count.</exception>
    public long Revisions => Mode == Revision ? FlagValue.Integer(Retention, 0, long.MaxValue) : 0;

    private TimeSpan ParsePeriod()
    {
        // A bare number means hours in this flag, unlike in every other duration.
        var isHours = Retention.Length > 0 && Retention.All(char.IsAsciiDigit);
        var period = isHours
            ? TimeSpan.FromHours(FlagValue.Integer(Retention, 0, 1_000_000))
            : GoDuration.Parse(Retention);
        return period >= TimeSpan.Zero
            ? period
            : throw new FormatException("expected a duration of zero or more");
    }
}
