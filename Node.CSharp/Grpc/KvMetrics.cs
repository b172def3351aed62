// etcd's counters of key space operations requested here.
using Prometheus;

namespace Kv.Node.Grpc;

/// <summary>Operation totals.</summary>
internal static class KvMetrics
{
    public static readonly Counter Ranges = Metrics.CreateCounter(
        "etcd_mvcc_range_total",
        "Total number of ranges seen by this member.");

    public static readonly Counter Puts = Metrics.CreateCounter(
        "etcd_mvcc_put_total",
        "Total number of puts seen by this member.");

    public static readonly Counter Deletes = Metrics.CreateCounter(
        "etcd_mvcc_delete_total",
        "Total number of deletes seen by this member.");

    public static readonly Counter Txns = Metrics.CreateCounter(
        "etcd_mvcc_txn_total",
        "Total number of txns seen by this member.");
}
