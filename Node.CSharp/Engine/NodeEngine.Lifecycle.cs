// Putting the node together, starting it, and taking it apart: storage, threads, peers, timers.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Compaction;
using Kv.Node.Diagnostics;
using Kv.Node.Grpc;
using Kv.Node.History;
using Kv.Node.Leases;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Recording;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

internal sealed partial class NodeEngine : IPeerHandler, IAsyncDisposable
{
    private readonly NodeStorage _storage;
    private readonly IPeerNetwork _network;
    private readonly IPeerQuestions _peers;
    private readonly SnapshotExchange _exchange;
    private readonly SnapshotKeeper _snapshots;
    private readonly TimeProvider _clock;
    private readonly HostPorts _host;
    private readonly ILogger _logger;
    private readonly V2Ends _v2Ends;
    private readonly RevisionRecorder _revisions;
    private readonly Recorder? _recorder;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<Exception> _fault = Promise.New<Exception>();
    private readonly TaskCompletionSource _removed = Promise.New();
    private readonly List<IDisposable> _workers = [];
    private readonly List<ITimer> _timers = [];
    private IReadOnlyList<Member> _knownMembers = [];

    /// <param name="options">Checked settings.</param>
    /// <param name="storage">What was recovered from the data directory, or made in it.</param>
    /// <param name="network">The way to the other members.</param>
    /// <param name="peers">For questions to the leader.</param>
    /// <param name="metrics">Durations and state for /metrics.</param>
    /// <param name="host">Time, threads and chance.</param>
    /// <param name="logger">Where it speaks.</param>
    public NodeEngine(
        NodeOptions options,
        NodeStorage storage,
        IPeerNetwork network,
        IPeerQuestions peers,
        NodeMetrics metrics,
        HostPorts host,
        ILogger logger)
    {
        (_options, _storage, _network, _peers, _host, _logger) = (options, storage, network, peers, host, logger);
        var clock = _clock = host.Clock;
        StartedAt = clock.GetUtcNow();
        (MemberId, ClusterId) = (storage.Identity.MemberId, storage.Identity.ClusterId);
        RecoveredIndex = storage.Entries is [.., var last] ? last.Index : storage.State.AppliedIndex;
        _recorder = OpenRecorder();
        _proposals = new ProposalTable(host, RequestTimeout);
        _reads = new ReadGate(_mailbox, host, RequestTimeout, TimeSpan.FromMilliseconds(500));
        _applier = new Applier(storage.State, _mailbox, _proposals, _reads, metrics, options);
        _log = new LogWriter(storage.Log, _mailbox, network, metrics);
        _exchange = new SnapshotExchange(
            MemberId, storage.Snapshots, network, _mailbox, logger, _stopping.Token);
        _snapshots = new SnapshotKeeper(
            storage.Snapshots, _log, options.SnapshotCount, storage.State.AppliedIndex,
            storage.SnapshotBytes, metrics, host, _recorder, logger);
        _effects = new EffectRunner(MemberId, _log, _applier, _reads, _proposals, _exchange, network);
        _effects.ConfigurationChanged(storage.State.Configuration);
        _heartbeats = new HeartbeatWatch(clock, options.HeartbeatInterval);
        _loop = new RaftLoop(
            RaftMachine.Restore(RaftOptionsOf(options), storage.HardState, storage.State.Mark, storage.Entries),
            _mailbox, _reads, _proposals, _effects, _heartbeats, _recorder);
        metrics.AttachSource(ReadMetrics);
        _v2Ends = new V2Ends(this, clock);
        _revisions = new RevisionRecorder(storage.RevisionTimes, clock, logger);
        Leases = new LeaseKeeper(this, metrics, host, options.ElectionTimeout);
        Quota = new StoreQuota(this, options, logger);
        Hashes = new KeySpaceHashes(this);
        Corruption = new CorruptionMonitor(this, options, host, logger);
        CompactionHashes = new CompactionHashes(host.Threads, OnFault);
        var rules = new MembershipRules(
            MemberId, options.StrictReconfigCheck, options.MaxLearners, network.ConnectedFor, clock);
        Membership = new MembershipKeeper(this, rules, _mailbox, metrics, clock, options.HeartbeatInterval);
        _effects.LeadershipChangedTo += OnLeadership;
        _applier.Applying += Leases.OnApplying;
        _applier.Compacted += CompactionHashes.Add;
        _applier.Published += OnPublished;
        _applier.Applied += OnApplied;
    }

    /// <summary>Completes if the node cannot go on, with the reason.</summary>
    public Task<Exception> Fault => _fault.Task;

    /// <summary>Completes if this member is no longer part of the cluster: its own log says so, or
    /// another member.</summary>
    public Task Removed => _removed.Task;

    /// <summary>Starts the threads and timers; returns at once.</summary>
    public void Start()
    {
        _network.Start(this);
        _recorder?.Note(NoteKind.Started, _options.Name);
        OnPublished(State);
        StartRecorder();
        foreach (var (name, work) in new (string, IWork)[] { ("raft", _loop), ("wal", _log), ("apply", _applier) })
        {
            _workers.Add(_host.Threads.Serve(name, work, OnFault));
        }

        var voters = State.Configuration.Voters;
        if (voters.Length == 1 && voters[0] == MemberId)
        {
            // Nobody else could be asked: waiting for the election timeout would only delay the start.
            _mailbox.Post(Input.CampaignRequested);
        }

        _timers.Add(Every(_options.HeartbeatInterval, _mailbox.Tick));
        _timers.Add(Every(TimeSpan.FromMilliseconds(100), Leases.Tick));
        _timers.Add(Every(TimeSpan.FromMilliseconds(500), Quota.Look));
        _timers.Add(Every(TimeSpan.FromMilliseconds(500), LookForShortage));
        if (_options.CorruptCheckTime > TimeSpan.Zero)
        {
            _timers.Add(Every(_options.CorruptCheckTime, Corruption.CheckPresent));
        }

        if (_options.CompactHashCheck && _options.CompactHashCheckTime > TimeSpan.Zero)
        {
            _timers.Add(Every(_options.CompactHashCheckTime, Corruption.CheckCompaction));
        }

        _timers.Add(Every(V2Ends.Period, _v2Ends.ExpireDue));
        _timers.Add(Every(RevisionRecorder.Interval, RecordRevision));
        _timers.Add(Every(TimeSpan.FromMilliseconds(200), () => _proposals.ExpireOverdue(TimeoutError)));
        if (AutoCompactor.Create(this, _options.AutoCompaction, _clock, _logger) is { } compactor)
        {
            _timers.Add(Every(compactor.Interval, compactor.Look));
        }

        _applier.Signal.Set();
    }

    /// <summary>Tells the cluster this member's name and client URLs; done when that is applied, which
    /// means that a quorum is there and requests will succeed.</summary>
    public async Task PublishAsync(CancellationToken token)
    {
        var urls = _options.AdvertiseClientUrls.Select(u => u.OriginalString.TrimEnd('/')).ToArray();
        var publish = Command.NewMemberPublish(MemberId, _options.Name, urls);
        while (true)
        {
            token.ThrowIfCancellationRequested();
            try
            {
                await ProposeOwnAsync(publish, token).AsTask().WaitAsync(token);
                break;
            }
            catch (EtcdException error) when (!_stopped)
            {
                _logger.PublishRetried(error.Message);
                await Task.Delay(_options.HeartbeatInterval, _clock, token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _recorder?.Note(NoteKind.Stopping);
        _stopping.Cancel();
        foreach (var timer in _timers)
        {
            await timer.DisposeAsync();
        }

        _proposals.FailAll(EtcdErrors.Stopped);
        _reads.FailAll(EtcdErrors.Stopped);
        foreach (var worker in _workers)
        {
            worker.Dispose();
        }

        StopRecorder();
        _revisions.Finish();
        await _snapshots.FinishAsync();
        _storage.Dispose();
        _stopping.Dispose();
    }

    void IPeerHandler.Received(Message message) => _mailbox.PostMessage(message);

    async Task<bool> IPeerHandler.ReceivedSnapshotAsync(Message message, Stream frames, CancellationToken token)
    {
        try
        {
            return await _exchange.ReceiveAsync(message, frames, token);
        }
        catch (StorageException failure)
        {
            OnFault(failure);
            return false;
        }
    }

    void IPeerHandler.Unreachable(ulong peerId) => _mailbox.Post(Input.NewPeerUnreachable(peerId));

    void IPeerHandler.RemovedSays(ulong peerId) => _removed.TrySetResult();

    private RaftOptions RaftOptionsOf(NodeOptions options)
    {
        // One tick is one heartbeat; the seed only has to differ between members and runs.
        var electionTicks = (int)Math.Ceiling(options.ElectionTimeout / options.HeartbeatInterval);
        return new RaftOptions(MemberId, electionTicks, 1, MemberId ^ (ulong)_clock.GetUtcNow().Ticks)
        {
            PreVote = options.PreVote,
            TailEntriesMax = options.SnapshotCatchUpEntries,
        };
    }

    private void OnLeadership(Role role, ulong term, ulong leader)
    {
        Leases.OnLeadership(role, term);
        _v2Ends.OnLeadership(role, term);
        if (leader != 0)
        {
            Volatile.Write(ref _leaderSince, _clock.GetUtcNow().Ticks);
        }

        _logger.LeadershipChanged(role.ToString(), term, leader.ToString("x"));
        if (role == Role.Leader && State.ClusterVersion.Length == 0)
        {
            _mailbox.Propose(
                new LoopProposal(CommandCodec.Encode(0, Command.NewClusterVersion(EtcdVersion.Cluster)), term),
                visits: false);
        }
    }

    private void OnPublished(StoreState state)
    {
        if (ReferenceEquals(state.Members, _knownMembers))
        {
            return;
        }

        _knownMembers = state.Members;
        _recorder?.Note(
            NoteKind.Members, string.Join('\n', state.Members.Select(m => m.Name)), [.. state.Members.Select(m => m.Id)]);
        _network.SetPeers([.. state.Members.Where(m => m.Id != MemberId).Select(Address)]);
        if (state.RemovedMembers.Contains(MemberId))
        {
            _removed.TrySetResult();
        }

        if (!Agrees(state))
        {
            _logger.MembersDiffer(state.AppliedIndex);
        }
    }

    /// <summary>The store's members are those of the configuration; a joint one, or none yet, cannot be
    /// compared.</summary>
    private static bool Agrees(StoreState state)
    {
        var configuration = state.Configuration;
        return configuration.IsJoint
            || configuration.Voters.Length == 0
            || (configuration.Voters.AsSpan().SequenceEqual(IdsOf(state, learners: false))
                && configuration.Learners.AsSpan().SequenceEqual(IdsOf(state, learners: true)));
    }

    private static ulong[] IdsOf(StoreState state, bool learners) =>
        [.. state.Members.Where(member => member.IsLearner == learners).Select(member => member.Id)];

    private void OnApplied(StoreState state, IReadOnlyList<Outcome> outcomes)
    {
        _snapshots.Consider(state, _applier.AppliedBytes, OnFault);
    }

    internal EtcdException TimeoutError() =>
        Leader == 0 ? EtcdErrors.TimeoutDueToLeaderFail : EtcdErrors.Timeout;

    private void RecordRevision()
    {
        if (Leader != 0)
        {
            _revisions.Look(State.Revision);
        }
    }

    private ITimer Every(TimeSpan period, Action action) =>
        _clock.CreateTimer(
            _ =>
            {
                try
                {
                    action();
                }
                catch (Exception fault)
                {
                    OnFault(fault);
                }
            },
            null, period, period);

    /// <summary>Ends the node: something it cannot go on with has happened.</summary>
    public void OnFault(Exception fault)
    {
        if (_fault.TrySetResult(fault))
        {
            _recorder?.Note(NoteKind.Faulted, fault.Message);
            _logger.EngineFailed(fault);
        }
    }
}
