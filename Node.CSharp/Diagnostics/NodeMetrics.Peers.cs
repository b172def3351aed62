// Traffic with the other members.
using Prometheus;

namespace Kv.Node.Diagnostics;

internal sealed partial class NodeMetrics
{
    // etcd's buckets of the time a snapshot takes between members, seconds.
    private static readonly double[] SnapshotBuckets = Histogram.ExponentialBuckets(0.1, 2, 10);

    private Counter _peerSentBytes = null!;
    private Counter _peerReceivedBytes = null!;
    private Counter _peerSentFailures = null!;
    private Counter _peerReceivedFailures = null!;
    private Counter _peerDisconnects = null!;
    private Histogram _peerRoundTrip = null!;
    private Gauge _peerActive = null!;
    private Counter _snapshotSends = null!;
    private Counter _snapshotSendFailures = null!;
    private Counter _snapshotReceives = null!;
    private Counter _snapshotReceiveFailures = null!;
    private Gauge _snapshotsInFlight = null!;
    private Gauge _snapshotsArriving = null!;
    private Histogram _snapshotSendDuration = null!;
    private Histogram _snapshotReceiveDuration = null!;

    /// <summary>Streams from other members that broke off, by what they were for.</summary>
    public ICollector<ICounter> StreamFailures { get; private set; } = null!;

    /// <summary>The metrics of traffic between this member and another.</summary>
    /// <param name="self">This member's id, hex.</param>
    /// <param name="peer">The other's id, hex.</param>
    public PeerMetrics ForPeer(string self, string peer) => new(
        _peerSentBytes.WithLabels(peer),
        _peerReceivedBytes.WithLabels(peer),
        _peerSentFailures.WithLabels(peer),
        _peerReceivedFailures.WithLabels(peer),
        _peerDisconnects.WithLabels(self, peer),
        _peerRoundTrip.WithLabels(peer),
        _peerActive.WithLabels(self, peer),
        _snapshotSends.WithLabels(peer),
        _snapshotSendFailures.WithLabels(peer),
        _snapshotsInFlight.WithLabels(peer),
        _snapshotSendDuration.WithLabels(peer),
        _snapshotReceives.WithLabels(peer),
        _snapshotReceiveFailures.WithLabels(peer),
        _snapshotsArriving.WithLabels(peer),
        _snapshotReceiveDuration.WithLabels(peer));

    private void CreatePeers(MetricFactory factory)
    {
        Counter To(string name, string help) => factory.CreateCounter(name, help, "To");
        Counter From(string name, string help) => factory.CreateCounter(name, help, "From");

        Histogram Duration(string name, string help, string label) => factory.CreateHistogram(
            name, help, new HistogramConfiguration { Buckets = SnapshotBuckets, LabelNames = [label] });

        _peerSentBytes = To("etcd_network_peer_sent_bytes_total", "Bytes sent to peers.");
        _peerReceivedBytes = From("etcd_network_peer_received_bytes_total", "Bytes received from peers.");
        _peerSentFailures = To("etcd_network_peer_sent_failures_total", "Messages to peers that were not sent.");
        _peerReceivedFailures = From(
            "etcd_network_peer_received_failures_total", "Messages from peers that could not be read.");
        _peerDisconnects = factory.CreateCounter(
            "etcd_network_disconnected_peers_total", "Lost connections to peers.", "Local", "Remote");
        _peerRoundTrip = factory.CreateHistogram(
            "etcd_network_peer_round_trip_time_seconds",
            "Round-trip time between peers.",
            new HistogramConfiguration { Buckets = NetworkBuckets, LabelNames = ["To"] });
        _peerActive = factory.CreateGauge("etcd_network_active_peers", "Connected peers.", "Local", "Remote");
        _snapshotSends = To("etcd_network_snapshot_send_success", "Snapshots sent.");
        _snapshotSendFailures = To("etcd_network_snapshot_send_failures", "Snapshots that could not be sent.");
        _snapshotReceives = From("etcd_network_snapshot_receive_success", "Snapshots received.");
        _snapshotReceiveFailures = From("etcd_network_snapshot_receive_failures", "Snapshots that could not be received.");
        _snapshotsInFlight = factory.CreateGauge(
            "etcd_network_snapshot_send_inflights_total", "Snapshots being sent.", "To");
        _snapshotsArriving = factory.CreateGauge(
            "etcd_network_snapshot_receive_inflights_total", "Snapshots being received.", "From");
        _snapshotSendDuration = Duration("etcd_network_snapshot_send_total_duration_seconds", "Time to send a snapshot.", "To");
        _snapshotReceiveDuration = Duration(
            "etcd_network_snapshot_receive_total_duration_seconds", "Time to receive a snapshot.", "From");
        StreamFailures = factory.CreateCounter(
            "etcd_network_server_stream_failures_total", "Streams from peers that broke off.", "Type", "API");
    }
}
