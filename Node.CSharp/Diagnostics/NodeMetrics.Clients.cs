// Requests of clients, recorded by the services on the client port.
using Prometheus;

namespace Kv.Node.Diagnostics;

internal sealed partial class NodeMetrics
{
    /// <summary>Calls started; labels grpc_type, grpc_service, grpc_method.</summary>
    public Counter GrpcStarted { get; private set; } = null!;

    /// <summary>Calls ended; labels grpc_type, grpc_service, grpc_method, grpc_code.</summary>
    public Counter GrpcHandled { get; private set; } = null!;

    /// <summary>Bytes of messages received from clients.</summary>
    public ICounter ClientReceivedBytes { get; private set; } = null!;

    /// <summary>Bytes of messages sent to clients.</summary>
    public ICounter ClientSentBytes { get; private set; } = null!;

    public ICounter Ranges { get; private set; } = null!;

    public ICounter Puts { get; private set; } = null!;

    public ICounter Deletes { get; private set; } = null!;

    public ICounter Txns { get; private set; } = null!;

    public ICounter WatchEvents { get; private set; } = null!;

    public ICounter LeasesGranted { get; private set; } = null!;

    public ICounter LeasesRevoked { get; private set; } = null!;

    public ICounter LeasesRenewed { get; private set; } = null!;

    public ICounter LeasesExpired { get; private set; } = null!;

    public ICounter HealthSuccesses { get; private set; } = null!;

    public ICounter HealthFailures { get; private set; } = null!;

    /// <summary>Batches the applier took too long for.</summary>
    public ICounter SlowApplies { get; private set; } = null!;

    private void CreateClients(MetricFactory factory)
    {
        ICounter Count(string name, string help) => factory.CreateCounter(name, help);

        GrpcStarted = factory.CreateCounter(
            "grpc_server_started_total", "RPCs started on the server.", "grpc_type", "grpc_service", "grpc_method");
        GrpcHandled = factory.CreateCounter(
            "grpc_server_handled_total",
            "RPCs completed on the server.",
            "grpc_type",
            "grpc_service",
            "grpc_method",
            "grpc_code");
        ClientReceivedBytes = Count("etcd_network_client_grpc_received_bytes_total", "Bytes received from gRPC clients.");
        ClientSentBytes = Count("etcd_network_client_grpc_sent_bytes_total", "Bytes sent to gRPC clients.");
        Ranges = Count("etcd_mvcc_range_total", "Ranges seen by this member.");
        Puts = Count("etcd_mvcc_put_total", "Puts seen by this member.");
        Deletes = Count("etcd_mvcc_delete_total", "Deletes seen by this member.");
        Txns = Count("etcd_mvcc_txn_total", "Transactions seen by this member.");
        WatchEvents = Count("etcd_debugging_mvcc_events_total", "Events sent by this member.");
        LeasesGranted = Count("etcd_debugging_lease_granted_total", "Leases granted.");
        LeasesRevoked = Count("etcd_debugging_lease_revoked_total", "Leases revoked.");
        LeasesRenewed = Count("etcd_debugging_lease_renewed_total", "Lease renewals seen by the leader.");
        LeasesExpired = Count("etcd_debugging_server_lease_expired_total", "Leases that expired.");
        HealthSuccesses = Count("etcd_server_health_success", "Successful health checks.");
        HealthFailures = Count("etcd_server_health_failures", "Failed health checks.");
        SlowApplies = Count("etcd_server_slow_apply_total", "Slow applies.");
    }
}
