// One member: its disk, its clock, and, while it runs, the node's own engine over ports of the simulator.
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Wal;
using Kv.Node.Watch;
using Kv.Simulation.Disk;
using Kv.Simulation.Network;
using Kv.Simulation.Time;

namespace Kv.Simulation.Cluster;

/// <summary>A member of the cluster, running or not.</summary>
internal sealed class SimMember
{
    /// <summary>One for all: what is counted there is of no interest here, and it is costly to make.</summary>
    private static readonly NodeMetrics Metrics = new();

    private readonly World _world;
    private readonly Chance _chance;
    private NodeOptions _options;

    public SimMember(World world, int number, Chance chance, IReadOnlyList<InitialMember> cluster, bool isJoining)
    {
        (_world, _chance, Number) = (world, chance, number);
        Disk = new VirtualDisk(chance.Fork());
        var drift = world.Day.ClockDriftPermilleMax;
        Clock = new MemberClock(world.Events, 1000 + (int)chance.Between(-drift, drift));
        var day = world.Day;
        _options = new NodeOptions
        {
            Name = Name,
            DataDir = $"/{Name}",
            InitialAdvertisePeerUrls = [Url],
            AdvertiseClientUrls = [Url],
            InitialCluster = cluster,
            InitialClusterGiven = true,
            JoinsExistingCluster = isJoining,
            HeartbeatInterval = TimeSpan.FromMilliseconds(day.HeartbeatMs),
            ElectionTimeout = TimeSpan.FromMilliseconds(day.ElectionMs),
            PreVote = day.PreVote,
            SnapshotCount = day.SnapshotCount,
            SnapshotCatchUpEntries = day.CatchUpEntries,
            CompactionBatchLimit = day.CompactionBatch,
            WatchProgressNotifyInterval = TimeSpan.FromMilliseconds(day.ProgressMs),
            MaxLearners = 2,
            StrictReconfigCheck = day.IsStrict,
            RecorderBytes = 0,
        };
    }

    /// <summary>Counts from 1.</summary>
    public int Number { get; }

    public string Name => $"m{Number}";

    public Uri Url => UrlOf(Number);

    public VirtualDisk Disk { get; }

    public MemberClock Clock { get; }

    /// <summary>The process; null while there is none.</summary>
    public Life? Life { get; private set; }

    /// <summary>When it began.</summary>
    public long StartedAt { get; private set; }

    /// <summary>The node in it; null until the data directory is open.</summary>
    public NodeEngine? Engine { get; private set; }

    /// <summary>What the network tells it.</summary>
    public IPeerHandler? Handler { get; set; }

    /// <summary>What it sends.</summary>
    public MemberNetwork? Network { get; private set; }

    /// <summary>What clients may ask; null until it serves.</summary>
    public NodeServices? Services { get; private set; }

    /// <summary>It is no part of the cluster any more, and does not come back.</summary>
    public bool IsGone { get; private set; }

    /// <summary>It was added to a cluster that was there.</summary>
    public bool IsJoining => _options.JoinsExistingCluster;

    /// <summary>Times it was started.</summary>
    public int Starts { get; private set; }

    // No names: they would be looked up.
    public static Uri UrlOf(int number) => new($"http://10.0.0.{number}:2380");

    /// <summary>It has a data directory: from then on that counts, not what it was told.</summary>
    public bool HasData { get; private set; }

    /// <summary>Says to a new member who is in the cluster that it joins.</summary>
    public void Tell(IReadOnlyList<InitialMember> cluster) => _options = _options with { InitialCluster = cluster };

    /// <summary>Starts the process.</summary>
    public void Start()
    {
        if (Life is not null || IsGone || _options.InitialCluster.Count == 0)
        {
            return;
        }

        Starts++;
        var life = new Life(_world.Events, _chance.Fork(), _world.Day, OnEscaped);
        (Life, StartedAt, Clock.Life) = (life, _world.Events.Now, life);
        life.Ran = () => _world.Observers.OnRan(this);
        life.Run(() => _ = StartAsync(life));
    }

    /// <summary>The process is gone from one moment to the next.</summary>
    /// <param name="cutsPower">And with it what the disk had not made durable.</param>
    public void Kill(bool cutsPower)
    {
        if (Life is not { } life)
        {
            return;
        }

        life.Recorder?.Turn();
        life.End();
        (Life, Engine, Handler, Services) = (null, null, null, null);
        if (cutsPower)
        {
            Disk.CutPower();
        }
        else
        {
            Disk.EndProcess();
        }

        _world.Observers.OnEnded(this);
    }

    private async Task StartAsync(Life life)
    {
        var host = new HostPorts(Clock, life, _chance.Fork());
        var questions = new MemberQuestions(_world, this, life);
        NodeStorage storage;
        try
        {
            storage = await NodeStorage.OpenAsync(
                _options, questions, Disk, host, _world.LoggerOf(this), CancellationToken.None,
                new WalOptions { SegmentBytes = _world.Day.SegmentBytes });
        }
        catch (Exception error) when (Node.Hosting.StartFailure.Explain(error) is { } reason)
        {
            _world.OnStartFailed(this, error, reason);
            return;
        }

        HasData = true;
        storage.Recording = _world.RecordingOf(this);
        Network = new MemberNetwork(_world, this, life);
        Engine = new NodeEngine(
            _options, storage, Network, questions, Metrics, host, _world.LoggerOf(this));
        _world.Observers.OnStarted(this, Engine);
        _ = WatchFaultAsync(Engine);
        _ = WatchRemovalAsync(Engine);
        Engine.Start();
        await Engine.PublishAsync(CancellationToken.None);
        Services = new NodeServices(this, life, Engine, _options, host);
    }

    private async Task WatchFaultAsync(NodeEngine engine)
    {
        var fault = await engine.Fault;
        _world.OnFault(this, fault);
    }

    private async Task WatchRemovalAsync(NodeEngine engine)
    {
        await engine.Removed;
        if (_world.Trace.IsKept)
        {
            _world.Trace.Say(Name, "is no member any more");
        }

        _world.Observers.OnRemoved(this);
        IsGone = true;
        Kill(cutsPower: false);
    }

    private void OnEscaped(Exception escaped)
    {
        if (escaped is not SimulatedCrashException)
        {
            _world.OnFault(this, escaped);
        }
    }
}
