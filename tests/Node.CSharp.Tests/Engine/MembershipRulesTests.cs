// What a leader lets happen to the membership (etcd-facts M4-M6, M8), check by check and in order.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Xunit;

namespace Kv.Node.Tests.Engine;

public sealed class MembershipRulesTests
{
    private static readonly TimeSpan Settled = MembershipRules.SettledAfter;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly string[] NewUrls = ["http://new:1"];

    private readonly Dictionary<ulong, TimeSpan?> _connected = [];
    private Member[] _members = [Voter(1)];
    private FollowerStatus[] _followers = [];

    [Fact]
    public void The_second_voter_is_let_in_by_the_first_alone()
    {
        var plan = Decide(MembershipRequest.Add(NewUrls, isLearner: false));

        Assert.Equal((ConfigurationOperation.AddVoter, plan.AddedId), (plan.Step.Operation, plan.Step.Node));
        var added = Assert.IsType<Command.MemberAdd>(plan.Command).Member;
        Assert.Equal((plan.AddedId, "", false), (added.Id, added.Name, added.IsLearner));
        Assert.Equal(NewUrls, added.PeerUrls);
    }

    [Fact]
    public void A_voter_needs_a_quorum_of_started_members_a_learner_does_not()
    {
        _members = [Voter(1), Voter(2, isStarted: false)];
        Connect(Settled, 2);

        Refused(EtcdErrors.MemberNotEnoughStarted, MembershipRequest.Add(NewUrls, isLearner: false));
        Assert.Equal(
            ConfigurationOperation.AddLearner, Decide(MembershipRequest.Add(NewUrls, isLearner: true)).Step.Operation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_addition_needs_a_quorum_that_has_been_connected_for_a_while(bool isLearner)
    {
        _members = [Voter(1), Voter(2), Voter(3)];
        Connect(Settled, 2);
        Connect(Fresh, 3);

        Refused(EtcdErrors.Unhealthy, MembershipRequest.Add(NewUrls, isLearner));
        Connect(Settled, 3);
        Decide(MembershipRequest.Add(NewUrls, isLearner));
    }

    [Fact]
    public void Health_is_looked_at_before_the_request()
    {
        _members = [Voter(1), Voter(2)];

        Refused(EtcdErrors.Unhealthy, MembershipRequest.Add(_members[0].PeerUrls, isLearner: false));
        Connect(Settled, 2);
        Refused(EtcdErrors.PeerUrlExists, MembershipRequest.Add(_members[0].PeerUrls, isLearner: false));
    }

    [Fact]
    public void Learners_are_limited()
    {
        _members = [Voter(1), Learner(2)];

        Refused(EtcdErrors.TooManyLearners, MembershipRequest.Add(NewUrls, isLearner: true));
        Decide(MembershipRequest.Add(NewUrls, isLearner: true), learnersMax: 2);
        Decide(MembershipRequest.Add(NewUrls, isLearner: false));
    }

    [Fact]
    public void An_id_that_was_removed_is_not_given_again()
    {
        var first = Decide(MembershipRequest.Add(NewUrls, isLearner: false));
        var again = Decide(MembershipRequest.Add(NewUrls, isLearner: false), removed: first.AddedId);

        Assert.NotEqual(first.AddedId, again.AddedId);
    }

    [Fact]
    public void The_last_voter_stays()
    {
        Refused(EtcdErrors.MemberNotEnoughStarted, MembershipRequest.Remove(1));
        _members = [Voter(1), Learner(2)];
        Refused(EtcdErrors.MemberNotEnoughStarted, MembershipRequest.Remove(1));
    }

    [Fact]
    public void Removing_must_leave_a_connected_quorum()
    {
        _members = [Voter(1), Voter(2), Voter(3)];
        Connect(Settled, 2);

        // 3 is down: it may go, the others may not.
        Refused(EtcdErrors.Unhealthy, MembershipRequest.Remove(2));
        Refused(EtcdErrors.Unhealthy, MembershipRequest.Remove(1));
        Assert.Equal(3UL, Decide(MembershipRequest.Remove(3)).Step.Node);
        Connect(Settled, 3);
        Assert.Equal(ConfigurationOperation.Remove, Decide(MembershipRequest.Remove(2)).Step.Operation);
    }

    [Fact]
    public void Removing_must_leave_a_started_quorum()
    {
        _members = [Voter(1), Voter(2), Voter(3, isStarted: false), Voter(4, isStarted: false)];
        Connect(Settled, 2, 3, 4);

        Refused(EtcdErrors.MemberNotEnoughStarted, MembershipRequest.Remove(2));
        Assert.Equal(4UL, Decide(MembershipRequest.Remove(4)).Step.Node);
    }

    [Fact]
    public void A_learner_goes_whatever_the_others_do()
    {
        _members = [Voter(1), Voter(2), Learner(3)];

        Assert.Equal(3UL, Decide(MembershipRequest.Remove(3)).Step.Node);
    }

    [Theory]
    [InlineData(89, false)]
    [InlineData(90, true)]
    public void A_learner_is_promoted_once_it_has_nine_tenths_of_the_log(ulong match, bool isReady)
    {
        _members = [Voter(1), Learner(2)];
        _followers = [Follower(2, match)];

        if (isReady)
        {
            var plan = Decide(MembershipRequest.Promote(2));
            Assert.Equal(ConfigurationOperation.AddVoter, plan.Step.Operation);
            Assert.Equal(2UL, Assert.IsType<Command.MemberPromote>(plan.Command).Id);
        }
        else
        {
            Refused(EtcdErrors.LearnerNotReady, MembershipRequest.Promote(2));
        }
    }

    [Fact]
    public void Only_a_learner_is_promoted_and_only_into_a_started_quorum()
    {
        _members = [Voter(1), Voter(2, isStarted: false), Voter(3, isStarted: false), Learner(4), Learner(5)];
        _followers = [Follower(2, 100), Follower(4, 100)];

        Refused(EtcdErrors.MemberNotEnoughStarted, MembershipRequest.Promote(4));
        Refused(EtcdErrors.MemberNotEnoughStarted, MembershipRequest.Promote(1));
        Refused(EtcdErrors.LearnerNotReady, MembershipRequest.Promote(5));
        _members = [Voter(1), Voter(2), Learner(4)];
        Refused(EtcdErrors.MemberNotLearner, MembershipRequest.Promote(1));
        Refused(EtcdErrors.MemberNotLearner, MembershipRequest.Promote(2));
    }

    [Fact]
    public void An_update_keeps_urls_apart()
    {
        _members = [Voter(1), Learner(2)];

        Refused(EtcdErrors.PeerUrlExists, MembershipRequest.Update(2, _members[0].PeerUrls));
        var plan = Decide(MembershipRequest.Update(2, ["http://moved:1", .. _members[1].PeerUrls]));
        Assert.Equal((ConfigurationOperation.Update, 2UL), (plan.Step.Operation, plan.Step.Node));
        Assert.Equal(["http://moved:1", "http://m2:1"], Assert.IsType<Command.MemberUpdate>(plan.Command).PeerUrls);
    }

    [Fact]
    public void Strangers_are_not_found()
    {
        foreach (var request in new[]
        {
            MembershipRequest.Remove(9), MembershipRequest.Update(9, NewUrls), MembershipRequest.Promote(9),
        })
        {
            Refused(EtcdErrors.MemberNotFound, request);
        }
    }

    [Fact]
    public void Without_the_strict_checks_only_the_request_itself_counts()
    {
        _members = [Voter(1), Voter(2, isStarted: false), Voter(3, isStarted: false), Learner(4)];
        _followers = [Follower(4, 100)];

        Decide(MembershipRequest.Add(NewUrls, isLearner: false), isStrict: false);
        Decide(MembershipRequest.Remove(1), isStrict: false);
        Decide(MembershipRequest.Promote(4), isStrict: false);
    }

    private static Member Voter(ulong id, bool isStarted = true) =>
        new(id, isStarted ? $"m{id}" : "", [$"http://m{id}:1"], [], false);

    private static Member Learner(ulong id) => new(id, "", [$"http://m{id}:1"], [], true);

    private static FollowerStatus Follower(ulong id, ulong match) => new(id, match, match + 1, true, true, false);

    private void Connect(TimeSpan since, params ulong[] ids)
    {
        foreach (var id in ids)
        {
            _connected[id] = since;
        }
    }

    private void Refused(EtcdException expected, MembershipRequest request)
    {
        var refusal = Assert.Throws<EtcdException>(() => Decide(request));
        Assert.Equal((expected.Code, expected.Message), (refusal.Code, refusal.Message));
    }

    private MembershipPlan Decide(
        MembershipRequest request, bool isStrict = true, int learnersMax = 1, ulong removed = 0)
    {
        var state = StoreState.Create(0xc1, _members);
        if (removed != 0)
        {
            state = Apply(state, Command.NewMemberAdd(new Member(removed, "", ["http://gone:1"], [], false)));
            state = Apply(state, Command.NewMemberRemove(removed));
        }

        var rules = new MembershipRules(
            1, isStrict, learnersMax, id => _connected.GetValueOrDefault(id), new FixedClock());
        return rules.Decide(
            request, state, new RaftStatus(Role.Leader, 1, 1, 100, 100, 1, 100, state.Configuration, _followers));
    }

    private static StoreState Apply(StoreState state, Command command) => StoreMachine.Apply(
        state, [new Entry(state.AppliedIndex + 1, 1, EntryKind.Normal, CommandCodec.Encode(0, command))], []);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
