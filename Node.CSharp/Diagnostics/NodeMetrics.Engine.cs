// What the engine counts: leases, promotions, and applies that took long.
using Prometheus;

namespace Kv.Node.Diagnostics;

internal sealed partial class NodeMetrics
{
    /// <summary>Leases granted, as this member applied them.</summary>
    public ICounter LeasesGranted { get; private set; } = null!;

    /// <summary>Leases that ended, revoked by clients or for want of time, as this member applied them.</summary>
    public ICounter LeasesRevoked { get; private set; } = null!;

    /// <summary>Granted times to live, seconds.</summary>
    public IHistogram LeaseTtl { get; private set; } = null!;

    /// <summary>Renewals this member answered as the leader.</summary>
    public ICounter LeasesRenewed { get; private set; } = null!;

    /// <summary>Leases this member ended as the leader because their time was over.</summary>
    public ICounter LeasesExpired { get; private set; } = null!;

    /// <summary>Batches the applier took more than 100 ms for.</summary>
    public ICounter SlowApplies { get; private set; } = null!;

    /// <summary>Promotions this member made as the leader.</summary>
    public ICounter LearnerPromotions { get; private set; } = null!;

    /// <summary>Promotions this member refused as the leader, by etcd's text.</summary>
    public ICollector<ICounter> LearnerPromotionFailures { get; private set; } = null!;

    private void CreateEngine(MetricFactory factory)
    {
        LeasesGranted = factory.CreateCounter("etcd_debugging_lease_granted_total", "Leases granted.");
        LeasesRevoked = factory.CreateCounter("etcd_debugging_lease_revoked_total", "Leases revoked.");
        LeaseTtl = factory.CreateHistogram(
            "etcd_debugging_lease_ttl_total",
            "Granted times to live, seconds.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 24) });
        LeasesRenewed = factory.CreateCounter("etcd_debugging_lease_renewed_total", "Lease renewals seen by the leader.");
        LeasesExpired = factory.CreateCounter("etcd_debugging_server_lease_expired_total", "Leases that expired.");
        LearnerPromotions = factory.CreateCounter(
            "etcd_server_learner_promote_successes", "Learners promoted while this member leads.");
        LearnerPromotionFailures = factory.CreateCounter(
            "etcd_server_learner_promote_failures", "Promotions refused while this member leads.", "Reason");
        SlowApplies = factory.CreateCounter("etcd_server_slow_apply_total", "Slow applies.");
    }
}
