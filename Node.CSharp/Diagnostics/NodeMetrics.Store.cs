// What becomes of the key space: the operations this member applied, and compaction.
using Prometheus;

namespace Kv.Node.Diagnostics;

internal sealed partial class NodeMetrics
{
    /// <summary>Rows that compactions removed.</summary>
    public ICounter CompactionRows { get; private set; } = null!;

    /// <summary>Milliseconds from a compaction to its last row removed.</summary>
    public IHistogram CompactionDuration { get; private set; } = null!;

    /// <summary>Milliseconds writes waited for each slice of a compaction.</summary>
    public IHistogram CompactionPauses { get; private set; } = null!;

    /// <summary>When the last compaction ended, seconds since the epoch.</summary>
    public IGauge CompactionLast { get; private set; } = null!;

    private void CreateStore(MetricFactory factory)
    {
        IHistogram Milliseconds(string name, string help, double first, int count) => factory.CreateHistogram(
            name, help, new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(first, 2, count) });

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
