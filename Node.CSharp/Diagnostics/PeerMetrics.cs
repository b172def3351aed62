// The counters of one pair of members, resolved once so that sending does no lookups.
using Prometheus;

namespace Kv.Node.Diagnostics;

/// <summary>Metrics of the traffic with one peer.</summary>
internal sealed record PeerMetrics(
    ICounter SentBytes,
    ICounter ReceivedBytes,
    ICounter SentFailures,
    ICounter ReceivedFailures,
    ICounter Disconnects,
    IHistogram RoundTrip,
    IGauge Active,
    ICounter SnapshotSends,
    ICounter SnapshotSendFailures,
    IGauge SnapshotsInFlight,
    IHistogram SnapshotSendDuration,
    ICounter SnapshotReceives,
    ICounter SnapshotReceiveFailures,
    IGauge SnapshotsArriving,
    IHistogram SnapshotReceiveDuration);
