// Durations and volumes of the log and the snapshots on disk.
using Prometheus;

namespace Kv.Node.Diagnostics;

internal sealed partial class NodeMetrics
{
    /// <summary>Seconds of each data sync of the log.</summary>
    public IHistogram WalFsyncDuration { get; private set; } = null!;

    /// <summary>Seconds of each write to the log, without the sync.</summary>
    public IHistogram WalWriteDuration { get; private set; } = null!;

    /// <summary>Bytes appended to the log.</summary>
    public IGauge WalWriteBytes { get; private set; } = null!;

    /// <summary>Seconds the applier took for each batch until it was published: what a backend commit
    /// is in etcd.</summary>
    public IHistogram BackendCommitDuration { get; private set; } = null!;

    /// <summary>Seconds of each snapshot written to disk.</summary>
    public IHistogram SnapshotSaveDuration { get; private set; } = null!;

    /// <summary>Seconds of each data sync of a snapshot file.</summary>
    public IHistogram SnapshotFsyncDuration { get; private set; } = null!;

    private void CreateDisk(MetricFactory factory)
    {
        IHistogram Duration(string name, string help) =>
            factory.CreateHistogram(name, help, new HistogramConfiguration { Buckets = DiskBuckets });

        WalFsyncDuration = Duration("etcd_disk_wal_fsync_duration_seconds", "Latency of data syncs of the log.");
        WalWriteDuration = Duration("etcd_disk_wal_write_duration_seconds", "Latency of writes to the log.");
        WalWriteBytes = factory.CreateGauge("etcd_disk_wal_write_bytes_total", "Bytes written to the log.");
        BackendCommitDuration = Duration(
            "etcd_disk_backend_commit_duration_seconds", "Latency of applying and publishing a batch.");
        SnapshotSaveDuration = Duration("etcd_snap_db_save_total_duration_seconds", "Time to write a snapshot.");
        SnapshotFsyncDuration = Duration("etcd_snap_db_fsync_duration_seconds", "Latency of data syncs of snapshot files.");
    }
}
