// How much happened: a simulator in which little happens finds little.
namespace Kv.Simulation.Checkers;

/// <summary>Counts of a run, or of many.</summary>
internal sealed class Statistics
{
    public long Runs { get; set; }

    public long Events { get; set; }

    /// <summary>Virtual time, in units of 100 ns.</summary>
    public long Time { get; set; }

    public long Starts { get; set; }

    public long Ends { get; set; }

    public long Elections { get; set; }

    public long Messages { get; set; }

    public long Snapshots { get; set; }

    public long Published { get; set; }

    public long Removals { get; set; }

    public long Operations { get; set; }

    public long Unknown { get; set; }

    public long WatchEvents { get; set; }

    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts something by its name.</summary>
    public void Count(string what, long times = 1) => _counts[what] = _counts.GetValueOrDefault(what) + times;

    public void Add(Statistics other)
    {
        foreach (var (what, times) in other._counts)
        {
            Count(what, times);
        }

        Runs += other.Runs;
        Events += other.Events;
        Time += other.Time;
        Starts += other.Starts;
        Ends += other.Ends;
        Elections += other.Elections;
        Messages += other.Messages;
        Snapshots += other.Snapshots;
        Published += other.Published;
        Removals += other.Removals;
        Operations += other.Operations;
        Unknown += other.Unknown;
        WatchEvents += other.WatchEvents;
    }

    public override string ToString() =>
        $"{Runs} runs, {TimeSpan.FromTicks(Time).TotalHours:F2} h, {Events} events, {Elections} elections, {Starts} starts, "
        + $"{Ends} ends, {Messages} messages, {Snapshots} states sent, {Published} states, {Removals} removals, "
        + $"{Operations} operations ({Unknown} unknown), {WatchEvents} watch events; "
        + string.Join(", ", _counts.Select(count => $"{count.Value} {count.Key}"));
}
