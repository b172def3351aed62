using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Tests.Peers;
using Kv.Node.Tls;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Kv.Node.Tests.Leases;

/// <summary>Whole engines in this process, joined by a network in memory, all by one clock that the test
/// moves.</summary>
internal sealed class EngineCluster : IAsyncDisposable
{
    /// <summary>How long real threads may take to do what is due.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("kv-engines-");
    private readonly NodeOptions[] _options;
    private readonly TimeSpan _step;

    public EngineCluster(int count, Func<NodeOptions, NodeOptions>? adjust = null)
    {
        // One alone needs nobody's answer, however long a step is.
        _step = count == 1 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(100);
        var members = Enumerable.Range(1, count)
            .Select(i => new InitialMember($"n{i}", [new Uri($"http://127.0.0.1:{i}")]))
            .ToArray();
        _options =
        [
            .. members.Select(member => (adjust ?? (o => o))(new NodeOptions
            {
                Name = member.Name,
                DataDir = Path.Combine(_directory.FullName, member.Name),
                InitialAdvertisePeerUrls = member.PeerUrls,
                InitialCluster = members,
            })),
        ];
        Engines = new NodeEngine?[count];
        for (var i = 0; i < count; i++)
        {
            Start(i);
        }
    }

    public ManualClock Clock { get; } = new();

    /// <summary>Has the data directories, each by its member's name.</summary>
    public string Directory => _directory.FullName;

    /// <summary>The engines; null where one is down.</summary>
    public NodeEngine?[] Engines { get; }

    /// <summary>Members whose messages are lost, both ways.</summary>
    public HashSet<ulong> Cut { get; } = [];

    public void Start(int i)
    {
        var host = HostPorts.OfProcess with { Clock = Clock };
        var storage = Task.Run(() => NodeStorage.OpenAsync(
            _options[i], new NoClusters(), new PhysicalDisk(), host, NullLogger.Instance, CancellationToken.None)).GetAwaiter().GetResult();
        var peers = new PeerClient(new PeerOptions { MemberId = 1, ClusterId = 1 });
        Engines[i] = new NodeEngine(
            _options[i], storage, new Network(this), peers, new NodeMetrics(), host, NullLogger.Instance);
        Engines[i]!.Start();
    }

    public async Task StopAsync(int i)
    {
        await Engines[i]!.DisposeAsync();
        Engines[i] = null;
    }

    /// <summary>The one that leads, as it and a quorum see it; time passes until there is one.</summary>
    public async Task<NodeEngine> LeaderAsync()
    {
        NodeEngine? leader = null;
        await PassUntilAsync(() =>
        {
            leader = Array.Find(
                Engines, engine => engine is not null && engine.Leader == engine.MemberId && !Cut.Contains(engine.MemberId));
            return leader is not null && leader.State.AppliedTerm == leader.Term;
        });
        return leader!;
    }

    public int IndexOf(NodeEngine engine) => Array.IndexOf(Engines, engine);

    /// <summary>Lets time pass in steps, each only as far as the engines keep up.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += _step)
        {
            Clock.Advance(time - passed < _step ? time - passed : _step);
            await SettleAsync();
        }
    }

    /// <summary>Lets time pass until something is so.</summary>
    public async Task PassUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            Clock.Advance(_step);
            await SettleAsync();
        }
    }

    /// <summary>Waits, while the clock stands still, until something is so.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in Engines)
        {
            if (engine is not null)
            {
                await engine.DisposeAsync();
            }
        }

        _directory.Delete(recursive: true);
    }

    /// <summary>Real threads get the time for what the last step made due: a quorum answers the leader, so
    /// that none is deposed because this machine is busy.</summary>
    private async Task SettleAsync()
    {
        var leader = Array.Find(
            Engines, engine => engine is not null && engine.Leader == engine.MemberId && !Cut.Contains(engine.MemberId));
        await Task.Delay(1);
        if (leader is not null)
        {
            // A leader that is about to be another's follower may wait for the next tick.
            await Task.WhenAny(leader.ReadAsync(default).AsTask(), Task.Delay(TimeSpan.FromSeconds(1)));
        }
    }

    private sealed class Network(EngineCluster cluster) : IPeerNetwork
    {
        public void Start(IPeerHandler handler)
        {
            // Receivers are looked up by id.
        }

        public void Send(Message message)
        {
            if (!cluster.Cut.Contains(message.From) && !cluster.Cut.Contains(message.To))
            {
                IPeerHandler? target = Array.Find(cluster.Engines, engine => engine?.MemberId == message.To);
                target?.Received(message);
            }
        }

        public void SetPeers(IReadOnlyList<PeerAddress> peers)
        {
            // All are reached by id.
        }

        public TimeSpan? ConnectedFor(ulong peerId) => cluster.Cut.Contains(peerId) ? null : TimeSpan.MaxValue;

        public Task<bool> SendSnapshotAsync(Message installSnapshot, StoreState state, CancellationToken token) =>
            Task.FromResult(false);
    }
}

/// <summary>Shorthand for what these tests ask of an engine.</summary>
internal static class EngineCalls
{
    public static async Task GrantAsync(this NodeEngine engine, long id, long ttl) =>
        Assert.Equal(StoreError.None, (await engine.ProposeOwnAsync(Command.NewLeaseGrant(id, ttl), default)).Error);

    public static async Task PutAsync(this NodeEngine engine, string key, long lease = 0) =>
        Assert.Equal(StoreError.None, (await engine.ProposeOwnAsync(
            Command.NewPut(new PutRequest(System.Text.Encoding.UTF8.GetBytes(key), new byte[1], lease)), default)).Error);

    /// <summary>Seconds left, asked of the leader itself.</summary>
    public static async Task<long> LeftAsync(this NodeEngine engine, long id) =>
        (await engine.Leases.TimeToLiveHereAsync(id, default))?.Remaining
            ?? throw new InvalidOperationException("this member does not time leases");

    public static async Task<long> RenewAsync(this NodeEngine engine, long id) =>
        (await engine.Leases.RenewHereAsync([id], default))?[0]
            ?? throw new InvalidOperationException("this member does not time leases");
}
