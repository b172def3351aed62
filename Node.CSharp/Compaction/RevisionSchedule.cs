// Keeps a number of revisions, looking every five minutes (etcd-facts N11).
namespace Kv.Node.Compaction;

/// <summary>Auto-compaction by count.</summary>
/// <param name="retention">Revisions kept.</param>
internal sealed class RevisionSchedule(long retention) : ICompactionSchedule
{
    private long _lastRevision;

    public TimeSpan Interval => TimeSpan.FromMinutes(5);

    public long Look(TimeSpan now, long revision, bool leads)
    {
        var target = revision - retention;
        return leads && target > 0 && target != _lastRevision ? target : 0;
    }

    public void Done(TimeSpan now, long revision) => _lastRevision = revision;
}
