// The one owner of the Raft state: takes what waits, steps the core, hands effects on. It never waits
// for the disk, the network or a caller.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Grpc;
using Kv.Node.Recording;
using Caller = Kv.Core.Auth.Caller;

namespace Kv.Node.Engine;

/// <summary>The single consumer of the <see cref="Mailbox"/>.</summary>
internal sealed class RaftLoop : IWork
{
    /// <summary>Most proposals appended in one step; what is left goes in the next.</summary>
    private const int ProposalsMax = 2_048;

    /// <summary>Ticks counted while the loop was held up beyond this are forgotten: a paused process
    /// must not wake up and depose the leader at once.</summary>
    private const int CatchUpTicksMax = 3;

    private readonly Mailbox _mailbox;
    private readonly ReadGate _reads;
    private readonly ProposalTable _proposals;
    private readonly EffectRunner _effects;
    private readonly HeartbeatWatch _heartbeats;
    private readonly StaleProposals _stale;
    private readonly Recorder? _recorder;
    private readonly StepOutput _output = new();
    private readonly List<ReadOnlyMemory<byte>> _batch = [];
    private readonly List<ReadOnlyMemory<byte>> _leaderOnly = [];
    private readonly List<ReadOnlyMemory<byte>> _held = [];
    private RaftState _state;
    private bool _isLeaderOnly;

    public RaftLoop(
        RaftState state, Mailbox mailbox, ReadGate reads, ProposalTable proposals, EffectRunner effects,
        HeartbeatWatch heartbeats, Recorder? recorder)
    {
        (_state, _mailbox, _reads, _proposals, _effects) = (state, mailbox, reads, proposals, effects);
        (_heartbeats, _recorder) = (heartbeats, recorder);
        _stale = new StaleProposals(proposals);
        effects.Refused = OnRefused;
    }

    /// <summary>The state as of the last turn; read from any thread.</summary>
    public RaftState State => Volatile.Read(ref _state);

    public WorkSignal Signal => _mailbox.Signal;

    /// <summary>Handles everything that waits now.</summary>
    public void Turn()
    {
        _recorder?.BeginTurn(_state);
        var ticks = Math.Min(_mailbox.TakeTicks(), CatchUpTicksMax);
        for (var i = 0; i < ticks; i++)
        {
            Step(Input.Tick);
            OnTick();
        }

        if (ticks > 0)
        {
            _heartbeats.Beat(_state.Status.Role == Role.Leader);
        }

        while (_mailbox.TryTake(out var input))
        {
            Step(input);
        }

        while (TakeProposals())
        {
            if (_batch.Count > 0)
            {
                Step(Input.NewProposed(_batch.ToArray()));
            }

            if (_leaderOnly.Count > 0)
            {
                _isLeaderOnly = true;
                Step(Input.NewProposed(_leaderOnly.ToArray()));
                _isLeaderOnly = false;
            }
        }

        while (_mailbox.TryTakeChange(out var change))
        {
            ProposeChange(change);
        }

        if (_reads.TryStartRound() is var context and not 0)
        {
            Step(Input.NewReadRequested(context));
        }
    }

    /// <summary>Checks and appends a change of the membership in one go, here on the leader and nowhere
    /// else: the core refuses it unless this member's store has applied every change before it, so what
    /// was checked against that state holds when the change is applied. Passing it on unchecked could
    /// leave Raft and the store with different members.</summary>
    private void ProposeChange(MembershipProposal change)
    {
        try
        {
            var status = _state.Status;
            if (status.Role != Role.Leader)
            {
                throw new ChangeRefusedException(Refusal.NoLeader);
            }

            var plan = change.Decide(status);
            var pending = _proposals.Open(out var id);
            change.Accept(pending.Task);
            Step(Input.NewConfigurationProposed(
                new ConfigurationChange([plan.Step], CommandCodec.Encode(id, plan.Command, Caller.Node))));
        }
        catch (Exception refused) when (refused is EtcdException or ChangeRefusedException)
        {
            change.Fail(refused);
        }
    }

    private void Step(Input input)
    {
        RaftState next;
        try
        {
            next = RaftMachine.Step(_state, input, _output);
        }
        catch (Exception fault)
        {
            _recorder?.Failed(input, fault);
            throw;
        }

        _recorder?.Stepped(input, next, _output);
        Volatile.Write(ref _state, next);
        var led = _effects.Leader;
        _output.Drain(_effects);
        if (_effects.Leader != 0 && _effects.Leader != led)
        {
            OnNewLeader();
        }
    }

    private void OnNewLeader()
    {
        _stale.OnLeader(
            _effects.Term,
            _held.Concat(_mailbox.WaitingProposals.Select(p => p.Payload)).Select(p => CommandCodec.RequestId(p.Span)));
        ReproposeHeld();
    }

    private void OnTick()
    {
        _stale.Decide(_effects.AppliedTerm);
        if (_held.Count > 0 && _effects.Leader != 0)
        {
            ReproposeHeld();
        }

        if (_reads.Tick() is var context and not 0)
        {
            Step(Input.NewReadRequested(context));
        }
    }

    private bool TakeProposals()
    {
        _batch.Clear();
        _leaderOnly.Clear();
        while (_batch.Count + _leaderOnly.Count < ProposalsMax && _mailbox.TryTakeProposal(out var proposal))
        {
            if (proposal.LeaderTerm == 0)
            {
                _batch.Add(proposal.Payload);
            }
            else if (_effects.Leads(proposal.LeaderTerm))
            {
                _leaderOnly.Add(proposal.Payload);
            }
            else
            {
                _proposals.Fail(CommandCodec.RequestId(proposal.Payload.Span), EtcdErrors.LeaderChanged);
            }
        }

        return _batch.Count + _leaderOnly.Count > 0;
    }

    /// <summary>Without a leader a proposal waits, as etcd's does, until there is one or its time is
    /// over, unless only this leader may append it; any other refusal is the caller's to know.</summary>
    private void OnRefused(ReadOnlyMemory<byte>[] payloads, Refusal reason)
    {
        foreach (var payload in payloads)
        {
            switch (reason)
            {
                case Refusal.NoLeader or Refusal.Transferring when _isLeaderOnly:
                    _proposals.Fail(CommandCodec.RequestId(payload.Span), EtcdErrors.LeaderChanged);
                    break;
                case Refusal.NoLeader or Refusal.Transferring:
                    _held.Add(payload);
                    break;
                case Refusal.Overloaded:
                    _proposals.Fail(CommandCodec.RequestId(payload.Span), EtcdErrors.TooManyRequests);
                    break;
                default:
                    _proposals.Fail(CommandCodec.RequestId(payload.Span), EtcdErrors.Stopped);
                    break;
            }
        }
    }

    private void ReproposeHeld()
    {
        // Callers who gave up must not see their write happen later.
        var again = _held.Where(p => _proposals.IsWaiting(CommandCodec.RequestId(p.Span))).ToArray();
#if SIMULATION
        if (!Core.Mutants.Has(Core.Mutant.ProposeTwice))
#endif
        _held.Clear();
        if (again.Length > 0)
        {
            Step(Input.NewProposed(again));
        }
    }
}
