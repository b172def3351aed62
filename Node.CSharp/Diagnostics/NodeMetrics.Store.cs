// What becomes of the key space: the operations this member applied, and compaction.
using Prometheus;

namespace Kv.Node.Diagnostics;

internal sealed partial class NodeMetrics
{
    // etcd's buckets of durations of applying and reading, seconds.
    private static readonly double[] OperationBuckets = Histogram.ExponentialBuckets(0.0001, 2, 20);

    private Counter _ranges = null!;
    private Counter _puts = null!;
    private Counter _deletes = null!;
    private Counter _txns = null!;
    private IHistogram _applyPut = null!;
    private IHistogram _applyDelete = null!;
    private IHistogram _applyTxn = null!;
    private IHistogram _applyGrant = null!;
    private IHistogram _applyRevoke = null!;

    /// <summary>Rows that compactions removed.</summary>
    public ICounter CompactionRows { get; private set; } = null!;

    /// <summary>Milliseconds from a compaction to its last row removed.</summary>
    public IHistogram CompactionDuration { get; private set; } = null!;

    /// <summary>Milliseconds writes waited for each slice of a compaction.</summary>
    public IHistogram CompactionPauses { get; private set; } = null!;

    /// <summary>When the last compaction ended, seconds since the epoch.</summary>
    public IGauge CompactionLast { get; private set; } = null!;

    /// <summary>Counts a batch of entries.</summary>
    /// <param name="done">What they did.</param>
    /// <param name="seconds">How long it took until all of the batch could be seen.</param>
    public void CountApplied(in AppliedOperations done, double seconds)
    {
        CountOperations(done);
        Observe(_applyPut, done.PutCommands);
        Observe(_applyDelete, done.DeleteCommands);
        Observe(_applyTxn, done.TxnCommands);
        Observe(_applyGrant, done.LeaseGrants);
        Observe(_applyRevoke, done.LeaseEnds);

        void Observe(IHistogram histogram, int count)
        {
            if (count > 0)
            {
                histogram.Observe(seconds, count);
            }
        }
    }

    /// <summary>Counts operations on the key space.</summary>
    public void CountOperations(in AppliedOperations done)
    {
        Add(_ranges, done.Ranges);
        Add(_puts, done.Puts);
        Add(_deletes, done.Deletes);
        Add(_txns, done.Txns);

        static void Add(Counter counter, int count)
        {
            if (count > 0)
            {
                counter.Inc(count);
            }
        }
    }

    private void CreateStore(MetricFactory factory)
    {
        IHistogram Milliseconds(string name, string help, double first, int count) => factory.CreateHistogram(
            name, help, new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(first, 2, count) });

        _ranges = factory.CreateCounter("etcd_mvcc_range_total", "Total number of ranges seen by this member.");
        _puts = factory.CreateCounter("etcd_mvcc_put_total", "Total number of puts seen by this member.");
        _deletes = factory.CreateCounter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.");
        _txns = factory.CreateCounter("etcd_mvcc_txn_total", "Total number of txns seen by this member.");
        var apply = factory.CreateHistogram(
            "etcd_server_apply_duration_seconds",
            "Latency of applying the batch an operation was in.",
            new HistogramConfiguration { Buckets = OperationBuckets, LabelNames = ["version", "op", "success"] });
        IHistogram Apply(string operation) => apply.WithLabels("v3", operation, "true");
        _applyPut = Apply("Put");
        _applyDelete = Apply("DeleteRange");
        _applyTxn = Apply("Txn");
        _applyGrant = Apply("LeaseGrant");
        _applyRevoke = Apply("LeaseRevoke");
        CompactionRows = factory.CreateCounter(
            "etcd_debugging_mvcc_db_compaction_keys_total", "Rows removed by compaction.");
        CompactionDuration = Milliseconds(
            "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds", "Duration of compactions.", 100, 14);
        CompactionPauses = Milliseconds(
            "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds", "Pauses by compaction.", 1, 13);
        CompactionLast = factory.CreateGauge(
            "etcd_debugging_mvcc_db_compaction_last", "End of the last compaction, seconds since the epoch.");
    }
}
