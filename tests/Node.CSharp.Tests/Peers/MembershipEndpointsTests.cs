// Changes of the membership between members: the leader answers, a refusal keeps etcd's code and text,
// and a member that is told it was removed hears of it.
using System.Net;
using Grpc.Core;
using Kv.Core.Apply;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Xunit;

namespace Kv.Node.Tests.Peers;

public sealed class MembershipEndpointsTests
{
    private static readonly PeerOptions Asking = new() { MemberId = 1, ClusterId = 0xc1 };

    [Fact]
    public async Task A_change_reaches_the_leader_with_everything_in_it()
    {
        await using var leader = await TestMember.StartAsync(2);
        MembershipRequest? seen = null;
        leader.ChangeMembership = request =>
        {
            seen = request;
            return new MembershipResult([new Member(5, "", ["http://a:1"], [], true)], 5);
        };
        using var client = new PeerClient(Asking);

        var result = await client.ChangeMembershipAsync(
            leader.Address, MembershipRequest.Add(["http://a:1"], isLearner: true), CancellationToken.None);

        Assert.Equal((MembershipAction.Add, 0UL, true), (seen!.Action, seen.Id, seen.IsLearner));
        Assert.Equal(["http://a:1"], seen.PeerUrls);
        Assert.Equal(5UL, result?.AddedId);
        Assert.Equal((5UL, true), (result!.Members[0].Id, result.Members[0].IsLearner));
    }

    [Fact]
    public async Task A_refusal_keeps_its_code_and_text()
    {
        await using var leader = await TestMember.StartAsync(2);
        leader.ChangeMembership = _ => throw EtcdErrors.MemberNotEnoughStarted;
        using var client = new PeerClient(Asking);

        var refusal = await Assert.ThrowsAsync<EtcdException>(() => client.ChangeMembershipAsync(
            leader.Address, MembershipRequest.Remove(7), CancellationToken.None));

        Assert.Equal(
            (StatusCode.Unknown, EtcdErrors.MemberNotEnoughStarted.Message), (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task Whoever_does_not_lead_or_answer_changes_nothing()
    {
        await using var follower = await TestMember.StartAsync(2);
        using var client = new PeerClient(Asking);

        Assert.Null(await client.ChangeMembershipAsync(
            follower.Address, MembershipRequest.Remove(7), CancellationToken.None));
        Assert.Null(await client.ChangeMembershipAsync(
            new PeerAddress(3, [TestMember.DeadUrl()]), MembershipRequest.Remove(7), CancellationToken.None));
    }

    [Fact]
    public async Task Strangers_change_nothing()
    {
        await using var leader = await TestMember.StartAsync(2);
        leader.ChangeMembership = _ => throw new InvalidOperationException("must not be asked");
        using var stranger = new PeerClient(Asking with { ClusterId = 0xc2 });

        Assert.Null(await stranger.ChangeMembershipAsync(
            leader.Address, MembershipRequest.Remove(7), CancellationToken.None));
    }

    [Fact]
    public async Task A_removed_member_hears_of_it_and_streams_have_an_age()
    {
        await using var removed = await TestMember.StartAsync(1);
        await using var other = await TestMember.StartAsync(2);
        removed.Transport.SetPeers([other.Address]);
        await Eventually.TrueAsync(() => removed.Transport.ConnectedFor(2) is not null, "connected");
        Assert.Null(removed.Transport.ConnectedFor(3));
        Assert.Empty(removed.Handler.RemovalReports);

        other.IsRemoved = id => id == 1;

        await Eventually.TrueAsync(
            () => removed.Handler.RemovalReports.Contains(2UL) && removed.Transport.ConnectedFor(2) is null, "told");
    }
}
