// etcd's counters of what goes to and comes from gRPC clients: the bytes of their connections, frames
// and all.
using Prometheus;

namespace Kv.Node.Http;

/// <summary>Traffic with gRPC clients.</summary>
internal static class TrafficMetrics
{
    private static readonly Counter ReceivedBytes = Metrics.CreateCounter(
        "etcd_network_client_grpc_received_bytes_total",
        "Bytes received from gRPC clients.");

    private static readonly Counter SentBytes = Metrics.CreateCounter(
        "etcd_network_client_grpc_sent_bytes_total",
        "Bytes sent to gRPC clients.");

    public static void CountReceived(long bytes) => ReceivedBytes.Inc(bytes);

    public static void CountSent(long bytes) => SentBytes.Inc(bytes);
}
