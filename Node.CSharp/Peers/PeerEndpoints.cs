// Puts the peer port's endpoints on a web application (etcd-facts §3.2).
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kv.Node.Peers;

/// <summary>The peer port.</summary>
internal static class PeerEndpoints
{
    /// <summary>Maps all endpoints of the peer port. Streams end when the application stops.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, PeerServerContext context)
    {
        var services = endpoints.ServiceProvider;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PeerEndpoints));
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var gate = new PeerGate(context, logger);
        var info = new InfoEndpoints(context);
        var leases = new LeaseEndpoints(context, gate);
        var membership = new MembershipEndpoints(context, gate);
        endpoints.MapPost(PeerPaths.Stream, new StreamReceiver(context, gate, logger, stopping).HandleAsync);
        endpoints.MapPost(PeerPaths.Snapshot, new SnapshotReceiver(context, gate, logger, stopping).HandleAsync);
        endpoints.MapPost(PeerPaths.LeaseRenew, leases.RenewAsync);
        endpoints.MapPost(PeerPaths.LeaseTimeToLive, leases.TimeToLiveAsync);
        endpoints.MapPost(PeerPaths.MembershipChange, membership.ChangeAsync);
        endpoints.MapGet(PeerPaths.HashKv, new HashEndpoint(context, gate).HashAsync);
        endpoints.MapGet(PeerPaths.Members, info.MembersAsync);
        endpoints.MapGet(PeerPaths.Version, info.VersionAsync);
        endpoints.MapGet(PeerPaths.Probing, InfoEndpoints.ProbeAsync);
    }
}
