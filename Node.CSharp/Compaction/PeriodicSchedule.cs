// Keeps the history of a period (etcd-facts N11): first after one whole period, then every period or
// every hour, if that is shorter. It looks ten times as often, so that it knows the revision of a
// period ago well enough, and so that a failure is retried soon.
namespace Kv.Node.Compaction;

/// <summary>Auto-compaction by time.</summary>
internal sealed class PeriodicSchedule : ICompactionSchedule
{
    private const int LooksPerCompaction = 10;

    private static readonly TimeSpan CompactionIntervalMax = TimeSpan.FromHours(1);

    private readonly Queue<long> _revisions = new();
    private readonly TimeSpan _compactionInterval;
    private readonly int _revisionsMax;
    private TimeSpan _wait;
    private TimeSpan _lastDone;
    private long _lastRevision;

    /// <param name="period">How much history is kept.</param>
    /// <param name="now">The time.</param>
    /// <param name="revision">The store's revision.</param>
    public PeriodicSchedule(TimeSpan period, TimeSpan now, long revision)
    {
        _compactionInterval = period < CompactionIntervalMax ? period : CompactionIntervalMax;
        Interval = _compactionInterval / LooksPerCompaction;
        _revisionsMax = (int)(period / Interval) + 1;
        _wait = period;
        _lastDone = now;
        _revisions.Enqueue(revision);
    }

    public TimeSpan Interval { get; }

    public long Look(TimeSpan now, long revision, bool leads)
    {
        var oldest = _revisions.Peek();
        _revisions.Enqueue(revision);
        if (_revisions.Count > _revisionsMax)
        {
            _revisions.Dequeue();
        }

        if (!leads || now - _lastDone < _wait || oldest == _lastRevision)
        {
            return 0;
        }

        _wait = _compactionInterval;
        return oldest;
    }

    public void Done(TimeSpan now, long revision) => (_lastDone, _lastRevision) = (now, revision);
}
