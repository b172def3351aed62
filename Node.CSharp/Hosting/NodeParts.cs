// Puts a node's parts together: engine, peer port and client port, each port a web application of its
// own, so that neither serves what belongs to the other.
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Http;
using Kv.Node.Listeners;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Tls;
using Kv.Node.V2;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kv.Node.Hosting;

/// <summary>The parts of a running node.</summary>
internal sealed class NodeParts : IAsyncDisposable
{
    private readonly PeerTransport _network;
    private readonly PeerClient _peerClient;
    private readonly WebApplication _peers;
    private readonly WebApplication _clients;
    private readonly WebApplication? _clientHttp;
    private readonly WebApplication? _monitoring;
    private readonly List<ListeningPort> _clientPorts = [];
    private readonly List<ListeningPort> _monitoringPorts = [];

    /// <summary>Builds everything; nothing runs yet.</summary>
    public NodeParts(
        NodeOptions options, NodeTls tls, NodeStorage storage, NodeMetrics metrics, ILoggerFactory loggers)
    {
        var peerOptions = new PeerOptions
        {
            MemberId = storage.Identity.MemberId,
            ClusterId = storage.Identity.ClusterId,
            OwnUrls = options.InitialAdvertisePeerUrls,
            Tls = tls.Peers,
            WriteTimeout = options.RaftWriteTimeout,
            // Signs of life come every second: a member that misses several of them is gone.
            ReadTimeout = options.RaftReadTimeout,
            Traffic = options.EnableV2 ? new AppendTraffic(TimeProvider.System) : null,
        };
        _network = new PeerTransport(
            peerOptions, SnapshotFrames.WriteAsync, metrics, loggers.CreateLogger<PeerTransport>());
        _peerClient = new PeerClient(peerOptions);
        Engine = new NodeEngine(
            options, storage, _network, _peerClient, metrics, HostPorts.OfProcess, loggers.CreateLogger<NodeEngine>());
        _peers = BuildPeers(options, peerOptions, metrics, loggers);
        _clients = BuildClients(options, tls, peerOptions, loggers);
        _clientHttp = options.ListenClientHttpUrls.Count > 0 ? BuildClientHttp(options, tls, loggers) : null;
        _monitoring = options.ListenMetricsUrls.Count > 0 ? BuildMonitoring(options, tls, loggers) : null;
    }

    public NodeEngine Engine { get; }

    /// <summary>Where clients are served, for the log.</summary>
    public string ClientAddresses => string.Join(", ", _clientPorts);

    /// <summary>Where metrics are served apart from the client port.</summary>
    public IEnumerable<string> MonitoringAddresses => _monitoringPorts.Select(port => port.ToString());

    /// <summary>Serves metrics and health; those who look must be answered while there is no quorum, too.</summary>
    public Task StartMonitoringAsync(CancellationToken token) => _monitoring?.StartAsync(token) ?? Task.CompletedTask;

    public Task StopMonitoringAsync(CancellationToken token) => _monitoring?.StopAsync(token) ?? Task.CompletedTask;

    public Task StartPeersAsync(CancellationToken token) => _peers.StartAsync(token);

    public async Task StartClientsAsync(CancellationToken token)
    {
        await _clients.StartAsync(token);
        await (_clientHttp?.StartAsync(token) ?? Task.CompletedTask);
    }

    public Task StopClientsAsync(CancellationToken token) =>
        Task.WhenAll(_clients.StopAsync(token), _clientHttp?.StopAsync(token) ?? Task.CompletedTask);

    public Task StopPeersAsync(CancellationToken token) => _peers.StopAsync(token);

    public async ValueTask DisposeAsync()
    {
        if (_monitoring is not null)
        {
            await _monitoring.DisposeAsync();
        }

        if (_clientHttp is not null)
        {
            await _clientHttp.DisposeAsync();
        }

        await _clients.DisposeAsync();
        await _peers.DisposeAsync();
        await Engine.DisposeAsync();
        await _network.DisposeAsync();
        _peerClient.Dispose();
    }

    private WebApplication BuildPeers(
        NodeOptions options, PeerOptions peerOptions, NodeMetrics metrics, ILoggerFactory loggers)
    {
        var builder = NewBuilder(options, loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ListenOn(options.ListenPeerUrls, peerOptions.Tls, LoggerOf(loggers));
        });
        var app = builder.Build();
        PeerEndpoints.Map(app, new PeerServerContext
        {
            Options = peerOptions,
            Handler = Engine,
            IsRemoved = id => Engine.State.RemovedMembers.Contains(id),
            Members = () => Engine.State.Members,
            Version = () => VersionReport.Of(Engine.State),
            RenewLeases = Engine.Leases.RenewHereAsync,
            LeaseTimeToLive = Engine.Leases.TimeToLiveHereAsync,
            ChangeMembership = Engine.Membership.ChangeHereAsync,
            Hash = Engine.Hashes.AtAsync,
            PeerSeen = _network.PeerSeen,
            Metrics = metrics,
        });
        return app;
    }

    private WebApplication BuildClients(
        NodeOptions options, NodeTls tls, PeerOptions peerOptions, ILoggerFactory loggers)
    {
        if (options.ExtensiveMetrics)
        {
            RpcTimings.Enable();
        }

        var builder = NewBuilder(options, loggers);
        builder.Services.AddSingleton(Engine).AddSingleton(options).AddClientApi();
        if (options.EnableV2 || options.DiscoveryService)
        {
            builder.Services.AddV2Keys();
        }

        if (peerOptions.Traffic is { } traffic)
        {
            builder.Services.AddSingleton(traffic).AddV2Api();
        }

        if (options.DiscoveryService)
        {
            builder.Services.AddSingleton<DiscoveryService>();
        }

        builder.WebHost.ConfigureKestrel(kestrel => _clientPorts.AddRange(kestrel.ListenClients(options, tls.Clients, LoggerOf(loggers))));
        var app = builder.Build();
        app.MapClientApi(isGrpcOnly: options.ListenClientHttpUrls.Count > 0);
        return app;
    }

    /// <summary>What is not gRPC, on ports of its own.</summary>
    private WebApplication BuildClientHttp(NodeOptions options, NodeTls tls, ILoggerFactory loggers)
    {
        var builder = NewBuilder(options, loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ClientApi.SetLimits(kestrel.Limits, options);
            kestrel.AddServerHeader = false;
            _clientPorts.AddRange(kestrel.ListenOn(options.ListenClientHttpUrls, tls.Clients, LoggerOf(loggers)));
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Map("/{**path}", _clients.Services.GetRequiredService<ClientHttp>().HandleAsync);
        return app;
    }

    private WebApplication BuildMonitoring(NodeOptions options, NodeTls tls, ILoggerFactory loggers)
    {
        var builder = NewBuilder(options, loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            _monitoringPorts.AddRange(kestrel.ListenOn(options.ListenMetricsUrls, tls.Clients, LoggerOf(loggers)));
        });
        var app = builder.Build();
        app.Map("/{**path}", _clients.Services.GetRequiredService<MonitoringHttp>().HandleAsync);
        return app;
    }

    private static ILogger LoggerOf(ILoggerFactory loggers) => loggers.CreateLogger(typeof(PortListening));

    private static WebApplicationBuilder NewBuilder(NodeOptions options, ILoggerFactory loggers)
    {
        // The slim builder reads no appsettings and no ASPNETCORE_ variables: our options are the only ones.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddDualListeners();
        builder.Services.ConfigureListenSockets(options);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        return builder;
    }
}
