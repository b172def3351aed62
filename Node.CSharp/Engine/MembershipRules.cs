// Which changes of the membership are allowed, in the order etcd checks them (etcd-facts M4-M6, M8).
// Decided by the leader alone: it knows who is connected and how far a learner has come, and its
// applied state holds every change before this one.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Grpc;
using Kv.Node.Hosting;

namespace Kv.Node.Engine;

/// <summary>The checks of a leader.</summary>
/// <param name="self">This member.</param>
/// <param name="isStrict">Refuse what could cost the quorum (--strict-reconfig-check).</param>
/// <param name="learnersMax">Most learners at a time (--max-learners).</param>
/// <param name="connectedFor">How long another member has been connected; null if it is not.</param>
/// <param name="clock">Time goes into the ids of new members.</param>
internal sealed class MembershipRules(
    ulong self, bool isStrict, int learnersMax, Func<ulong, TimeSpan?> connectedFor, TimeProvider clock)
{
    /// <summary>A connection younger than this proves nothing (M4).</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(5);

    /// <summary>A learner that has this part of the leader's log may be promoted (M6).</summary>
    private const double ReadyPart = 0.9;

    /// <summary>What to append for a request.</summary>
    /// <exception cref="EtcdException">It is not allowed.</exception>
    public MembershipPlan Decide(MembershipRequest request, StoreState state, RaftStatus raft) =>
        request.Action switch
        {
            MembershipAction.Add => Add(request, state),
            MembershipAction.Remove => Remove(request.Id, state),
            MembershipAction.Update => Update(request, state),
            MembershipAction.Promote => Promote(request.Id, state, raft),
            _ => throw EtcdErrors.MemberNotFound,
        };

    private static IEnumerable<Member> VotersOf(StoreState state) => state.Members.Where(member => !member.IsLearner);

    private static Member? Find(StoreState state, ulong id) => state.Members.FirstOrDefault(member => member.Id == id);

    private static bool IsStarted(Member member) => member.Name.Length > 0;

    private static int QuorumOf(int voters) => (voters / 2) + 1;

    private static bool IsUsed(StoreState state, ulong exceptBy, IEnumerable<string> urls) =>
        state.Members.Any(member => member.Id != exceptBy && member.PeerUrls.Intersect(urls, StringComparer.Ordinal).Any());

    private static MembershipPlan Plan(ConfigurationOperation operation, ulong id, Command command, ulong addedId = 0) =>
        new(new ConfigurationStep(operation, id), command, addedId);

    private MembershipPlan Add(MembershipRequest request, StoreState state)
    {
        if (isStrict)
        {
            RequireQuorumForAddition(state, request.IsLearner);
        }

        if (IsUsed(state, exceptBy: 0, request.PeerUrls))
        {
            throw EtcdErrors.PeerUrlExists;
        }

        if (request.IsLearner && state.Members.Count(member => member.IsLearner) >= learnersMax)
        {
            throw EtcdErrors.TooManyLearners;
        }

        var id = NewId(request.PeerUrls, state);
        var added = new Member(id, "", [.. request.PeerUrls], [], request.IsLearner);
        return Plan(
            request.IsLearner ? ConfigurationOperation.AddLearner : ConfigurationOperation.AddVoter,
            id, Command.NewMemberAdd(added), id);
    }

    private MembershipPlan Remove(ulong id, StoreState state)
    {
        if (isStrict && Find(state, id) is not { IsLearner: true })
        {
            RequireQuorumForRemoval(id, state);
        }

        return Find(state, id) is not null
            ? Plan(ConfigurationOperation.Remove, id, Command.NewMemberRemove(id))
            : throw EtcdErrors.MemberNotFound;
    }

    private static MembershipPlan Update(MembershipRequest request, StoreState state)
    {
        if (Find(state, request.Id) is null)
        {
            throw EtcdErrors.MemberNotFound;
        }

        return IsUsed(state, request.Id, request.PeerUrls)
            ? throw EtcdErrors.PeerUrlExists
            : Plan(
                ConfigurationOperation.Update, request.Id,
                Command.NewMemberUpdate(request.Id, [.. request.PeerUrls]));
    }

    private MembershipPlan Promote(ulong id, StoreState state, RaftStatus raft)
    {
        var member = Find(state, id) ?? throw EtcdErrors.MemberNotFound;
        if (id != self)
        {
            var known = raft.Followers.Where(follower => follower.Node == id).Select(follower => follower.Match);
            if (known.FirstOrDefault() < raft.LastIndex * ReadyPart)
            {
                throw EtcdErrors.LearnerNotReady;
            }
        }

        // The learner itself counts as started.
        var voters = VotersOf(state).ToArray();
        if (isStrict && voters.Count(IsStarted) + 1 < QuorumOf(voters.Length + 1))
        {
            throw EtcdErrors.MemberNotEnoughStarted;
        }

        return member.IsLearner
            ? Plan(ConfigurationOperation.AddVoter, id, Command.NewMemberPromote(id))
            : throw EtcdErrors.MemberNotLearner;
    }

    /// <summary>The enlarged cluster must have a quorum of started members, and of connected ones. The
    /// second voter is let in by the first alone: that is how a lost cluster is built up again.</summary>
    private void RequireQuorumForAddition(StoreState state, bool isLearner)
    {
        var voters = VotersOf(state).ToArray();
        var started = voters.Count(IsStarted);
        var isSecond = voters.Length == 1 && started == 1;
        if (!isLearner && !isSecond && started < QuorumOf(voters.Length + 1))
        {
            throw EtcdErrors.MemberNotEnoughStarted;
        }

        if (voters.Length > 1 && CountSettled(voters) < QuorumOf(voters.Length + 1))
        {
            throw EtcdErrors.Unhealthy;
        }
    }

    /// <summary>Those who stay must have a quorum. A member that is down is no part of it, and may
    /// always go.</summary>
    private void RequireQuorumForRemoval(ulong id, StoreState state)
    {
        var voters = VotersOf(state).ToArray();
        var others = voters.Where(voter => voter.Id != id).ToArray();
        if (others.Count(IsStarted) < QuorumOf(others.Length))
        {
            throw EtcdErrors.MemberNotEnoughStarted;
        }

        var isDown = id != self && connectedFor(id) is null;
        if (!isDown && CountSettled(voters) - 1 < QuorumOf(voters.Length - 1))
        {
            throw EtcdErrors.Unhealthy;
        }
    }

    private int CountSettled(IEnumerable<Member> voters) =>
        voters.Count(voter => voter.Id == self || connectedFor(voter.Id) >= SettledAfter);

    /// <summary>An id by M1. The same URLs added again within a second would get the id of the member
    /// removed before, which can never come back: the next second's is free.</summary>
    private ulong NewId(IReadOnlyList<string> peerUrls, StoreState state)
    {
        for (var seconds = clock.GetUtcNow().ToUnixTimeSeconds(); ; seconds++)
        {
            var id = ClusterIdentity.MemberIdOf(peerUrls, seconds);
            if (id != 0 && Find(state, id) is null && !state.RemovedMembers.Contains(id))
            {
                return id;
            }
        }
    }
}
