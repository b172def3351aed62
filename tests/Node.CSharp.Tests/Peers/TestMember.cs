// One member with a real peer port on loopback and a real transport.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kv.Node.Tests.Peers;

internal sealed class TestMember : IAsyncDisposable
{
    private const ulong TestCluster = 0xc1;

    private WebApplication? _server;

    private int _port;

    public TestMember(ulong id, Func<PeerOptions, PeerOptions>? adjust = null)
    {
        var options = new PeerOptions
        {
            MemberId = id,
            ClusterId = TestCluster,
            ReconnectDelayMin = TimeSpan.FromMilliseconds(10),
            ReconnectDelayMax = TimeSpan.FromMilliseconds(50),
            UnreachableReportInterval = TimeSpan.FromMilliseconds(20),
        };
        Options = adjust?.Invoke(options) ?? options;
        Transport = new PeerTransport(Options, (state, stream, token) => WriteSnapshot(stream, token), Metrics, NullLogger<PeerTransport>.Instance);
        Transport.Start(Handler);
    }

    public PeerOptions Options { get; }

    public RecordingHandler Handler { get; } = new();

    public NodeMetrics Metrics { get; } = new();

    public PeerTransport Transport { get; }

    public int StreamsOpened { get; private set; }

    /// <summary>What the sender writes as the frames of any state.</summary>
    public Func<Stream, CancellationToken, Task> WriteSnapshot { get; set; } = (_, _) => Task.CompletedTask;

    public Func<ulong, bool> IsRemoved { get; set; } = _ => false;

    public Func<long[], long[]?> RenewLeases { get; set; } = _ => null;

    public Func<long, LeaseTime?> LeaseTimeToLive { get; set; } = _ => null;

    /// <summary>Null: does not lead.</summary>
    public Func<MembershipRequest, MembershipResult?> ChangeMembership { get; set; } = _ => null;

    public IReadOnlyList<Member> Members { get; set; } =
        [.. new ulong[] { 1, 2, 3 }.Select(id => new Member(id, $"m{id}", [], [], false))];

    public Action<KestrelServerLimits> AdjustLimits { get; set; } = _ => { };

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public PeerAddress Address => new(Options.MemberId, [Url]);

    /// <summary>A loopback port nobody listens on.</summary>
    public static Uri DeadUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    public static async Task<TestMember> StartAsync(ulong id, Func<PeerOptions, PeerOptions>? adjust = null)
    {
        var member = new TestMember(id, adjust);
        await member.ServeAsync();
        return member;
    }

    /// <summary>Opens the peer port; the second time on the same port as the first.</summary>
    public async Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            AdjustLimits(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        _server = builder.Build();
        PeerEndpoints.Map(_server, Context());
        await _server.StartAsync();
        _port = new Uri(_server.Urls.Single()).Port;
    }

    /// <summary>Tells the peer port that the node is about to stop.</summary>
    public void BeginStopping() => _server!.Lifetime.StopApplication();

    public async Task StopServingAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    public async Task<string> ExportMetricsAsync()
    {
        using var text = new MemoryStream();
        await Metrics.ExportAsync(text, CancellationToken.None);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        await StopServingAsync();
    }

    /// <summary>A message from this member.</summary>
    public Message MessageTo(ulong target, ulong number, int payloadBytes = 0) => payloadBytes == 0
        ? new Message(Options.MemberId, target, 1, MessageBody.NewHeartbeat(number, 0))
        : new Message(Options.MemberId, target, 1, MessageBody.NewAppend(
            number, 1, [new Entry(number + 1, 1, EntryKind.Normal, new byte[payloadBytes])], number));

    /// <summary>The number a message was made with.</summary>
    public static ulong NumberOf(Message message) => message.Body switch
    {
        MessageBody.Heartbeat heartbeat => heartbeat.Commit,
        MessageBody.Append append => append.Commit,
        _ => throw new InvalidOperationException("not a message of this test"),
    };

    private PeerServerContext Context() => new()
    {
        Options = Options,
        Handler = Handler,
        Hash = (revision, _) => new(new KeySpaceHash(7, -1, revision)),
        IsRemoved = id => IsRemoved(id),
        Members = () => Members,
        Version = () => new VersionReport("3.6.0", "3.6.0", "3.6.0", "0.1.0"),
        RenewLeases = (ids, _) => Task.FromResult(RenewLeases(ids)),
        LeaseTimeToLive = (id, _) => Task.FromResult(LeaseTimeToLive(id)),
        ChangeMembership = (request, _) => Task.FromResult(ChangeMembership(request)),
        PeerSeen = (id, urls) =>
        {
            StreamsOpened++;
            Transport.PeerSeen(id, urls);
        },
        Metrics = Metrics,
    };
}
