// Puts the client port together: services into the container, listeners and limits into Kestrel,
// routes into the application. The host brings NodeEngine and NodeOptions.
using System.Runtime.CompilerServices;
using Grpc.AspNetCore.Server;
using Kv.Node.Auth;
using Kv.Node.Concurrency;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Json;
using Kv.Node.Listeners;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Threads;
using Kv.Node.Tls;
using Kv.Node.Watch;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kv.Node.Http;

/// <summary>Wiring of everything clients reach on 2379.</summary>
internal static class ClientApi
{
    /// <summary>Large answers in JSON that wait to be written.</summary>
    private const int LargeAnswersMax = 1_000;

    /// <summary>Streams a client may have open on a connection: etcd sets no bound, Kestrel needs one.</summary>
    private const int StreamsMax = 1 << 20;

    /// <summary>Bytes in flight to us on one stream, and on one connection.</summary>
    private const int StreamWindowBytes = 1 << 20;

    private const int ConnectionWindowBytes = 8 << 20;

    /// <summary>Adds the services. <see cref="NodeEngine"/> and <see cref="NodeOptions"/> must be in the
    /// container, too.</summary>
    public static IServiceCollection AddClientApi(this IServiceCollection services)
    {
        services.AddDualListeners();
        services.AddGrpc();
        services.AddOptions<GrpcServiceOptions>().Configure<NodeOptions>(static (grpc, node) =>
        {
            grpc.EnableDetailedErrors = false;
            grpc.MaxReceiveMessageSize = GrpcLimits.ReceiveBytesMax(node);
            grpc.MaxSendMessageSize = null;
        });
        services.AddSingleton(static provider => WatchSettings.Of(provider.GetRequiredService<NodeOptions>()));
        services.AddSingleton(static provider => NewHub(
            provider.GetRequiredService<NodeEngine>(),
            provider.GetRequiredService<WatchSettings>()));
        return services
            .AddSingleton<ResponseHeaders>()
            .AddSingleton<Authenticator>()
            .AddSingleton(static services => new Passwords(services.GetRequiredService<NodeOptions>().BcryptCost))
            .AddSingleton(static services => NewTokens(services.GetRequiredService<NodeEngine>(), services.GetRequiredService<NodeOptions>()))
            .AddSingleton<AuthCalls>()
            .AddSingleton<AuthService>()
            .AddSingleton(static services => new SlowRequests(
                services.GetRequiredService<NodeOptions>(), services.GetRequiredService<ILogger<SlowRequests>>(), TimeProvider.System))
            .AddSingleton<RpcGate>()
            .AddSingleton<LeaderMonitor>()
            .AddSingleton<KvCalls>()
            .AddSingleton<LeaseCalls>()
            .AddSingleton<ClusterCalls>()
            .AddSingleton<MaintenanceCalls>()
            .AddSingleton<DowngradeCalls>()
            .AddSingleton<SnapshotCalls>()
            .AddSingleton<WatchCalls>()
            .AddSingleton<Contest>()
            .AddSingleton<LockCalls>()
            .AddSingleton<ElectionCalls>()
            .AddSingleton<RpcCatalog>()
            .AddSingleton<StreamCatalog>()
            .AddSingleton<KvService>()
            .AddSingleton<LeaseService>()
            .AddSingleton<ClusterService>()
            .AddSingleton<MaintenanceService>()
            .AddSingleton<WatchService>()
            .AddSingleton<LockService>()
            .AddSingleton<ElectionService>()
            .AddSingleton<HealthService>()
            .AddSingleton<AccessControl>()
            .AddSingleton(static _ => new BackgroundThread("large answers", LargeAnswersMax))
            .AddSingleton<JsonGateway>()
            .AddSingleton<HealthChecks>()
            .AddSingleton<HealthEndpoint>()
            .AddSingleton<CheckEndpoints>()
            .AddSingleton<MonitoringHttp>()
            .AddSingleton<DebugVarsEndpoint>()
            .AddSingleton<VersionEndpoint>()
            .AddSingleton<RevisionEndpoint>()
            .AddSingleton<ClientHttp>();
    }

    /// <summary>Listens on the client URLs, with limits fit for this API.</summary>
    /// <returns>The ports; their addresses are real once the server has started.</returns>
    public static IReadOnlyList<ListeningPort> ListenClients(
        this KestrelServerOptions kestrel, NodeOptions options, TlsSource? tls, ILogger logger)
    {
        SetLimits(kestrel.Limits, options);
        kestrel.AddServerHeader = false;
        // HTTP/2 is what gRPC clients speak.
        return kestrel.ListenOn(
            options.ListenClientUrls, tls, logger,
            http2 =>
            {
                PingGuard.Use(http2, options.GrpcKeepAliveMinTime, TimeProvider.System);
                http2.UseTrafficCount(TrafficMetrics.CountReceived, TrafficMetrics.CountSent);
            });
    }

    /// <summary>Limits fit for long streams and many small calls.</summary>
    public static void SetLimits(KestrelServerLimits limits, NodeOptions options)
    {
        // A watch is a body that may stay silent for hours, either way: no rates. An idle connection is
        // kept as long as anyone could want; an infinite timeout would make Kestrel close it at once.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.KeepAliveTimeout = TimeSpan.FromDays(1);
        // Message sizes are checked by gRPC and by the gateway, each in its own terms.
        limits.MaxRequestBodySize = null;
        limits.Http2.MaxStreamsPerConnection = (int)Math.Min(StreamsMax, options.MaxConcurrentStreams);
        limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        limits.Http2.KeepAlivePingDelay =
            options.GrpcKeepAliveInterval > TimeSpan.Zero ? options.GrpcKeepAliveInterval : Timeout.InfiniteTimeSpan;
        limits.Http2.KeepAlivePingTimeout =
            options.GrpcKeepAliveTimeout > TimeSpan.Zero ? options.GrpcKeepAliveTimeout : Timeout.InfiniteTimeSpan;
    }

    /// <summary>Maps the routes.</summary>
    /// <param name="app">The application on the client port.</param>
    /// <param name="isGrpcOnly">All else is served by another application.</param>
    public static void MapClientApi(this WebApplication app, bool isGrpcOnly)
    {
        // Subscribes to the engine now, so that no change is missed once a watcher comes.
        _ = app.Services.GetRequiredService<WatchHub>();
        RegisterMetrics();
        app.UseWebSockets();
        app.MapGrpcService<KvService>();
        app.MapGrpcService<WatchService>();
        app.MapGrpcService<LeaseService>();
        app.MapGrpcService<ClusterService>();
        app.MapGrpcService<MaintenanceService>();
        app.MapGrpcService<AuthService>();
        app.MapGrpcService<LockService>();
        app.MapGrpcService<ElectionService>();
        app.MapGrpcService<HealthService>();
        if (!isGrpcOnly)
        {
            app.Map("/{**path}", app.Services.GetRequiredService<ClientHttp>().HandleAsync);
        }
    }

    /// <summary>Makes every metric be there from the start, at zero, and not only once it is counted.</summary>
    private static void RegisterMetrics()
    {
        foreach (var owner in new[]
        {
            typeof(KvMetrics), typeof(MaintenanceMetrics), typeof(WatchMetrics), typeof(HealthMetrics), typeof(TrafficMetrics),
        })
        {
            RuntimeHelpers.RunClassConstructor(owner.TypeHandle);
        }
    }

    private static ITokens NewTokens(NodeEngine engine, NodeOptions options) =>
        JwtOptions.Parse(options.AuthToken) is { } jwt
            ? new JwtTokens(jwt, JwtKey.Load(jwt), TimeProvider.System)
            : new SimpleTokens(engine, options);

    private static WatchHub NewHub(NodeEngine engine, WatchSettings settings)
    {
        var hub = new WatchHub(() => engine.State, settings, HostPorts.OfProcess, engine.OnFault);
        hub.Start();
        engine.Published += hub.Publish;
        return hub;
    }
}
