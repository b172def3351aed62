// The questions port of one process: short exchanges with other members, as over HTTP.
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Simulation.Cluster;
using Kv.Simulation.Time;

namespace Kv.Simulation.Network;

/// <summary>What a process asks the other members.</summary>
internal sealed class MemberQuestions(World world, SimMember self, Life life) : IPeerQuestions, IClusterSearch
{
    private const long Patience = 5 * Span.Second;

    public async Task<long[]?> RenewLeasesAsync(PeerAddress leader, long[] ids, CancellationToken token) =>
        (await AskAsync(leader, engine => engine.Leases.RenewHereAsync(ids, CancellationToken.None))).Value;

    public async Task<LeaseTime?> LeaseTimeToLiveAsync(PeerAddress leader, long id, CancellationToken token) =>
        (await AskAsync(leader, engine => engine.Leases.TimeToLiveHereAsync(id, CancellationToken.None))).Value;

    public async Task<KeySpaceHash?> HashKvAsync(PeerAddress member, long revision, CancellationToken token) =>
        (await AskAsync(member, engine => engine.Hashes.AtAsync(revision, CancellationToken.None).AsTask())).Value;

    public async Task<MembershipResult?> ChangeMembershipAsync(
        PeerAddress leader, MembershipRequest change, CancellationToken token)
    {
        var answer = await AskAsync(leader, engine => engine.Membership.ChangeHereAsync(change, CancellationToken.None));
        return answer.Kind switch
        {
            AnswerKind.Silence => throw EtcdErrors.TimeoutDueToConnectionLost,
            AnswerKind.Error => throw answer.Error!,
            _ => answer.Value,
        };
    }

    public async Task<IReadOnlyList<RemoteCluster>> FindClustersAsync(
        IEnumerable<Uri> urls, TimeSpan patience, CancellationToken token)
    {
        var found = new List<RemoteCluster>();
        foreach (var url in urls)
        {
            var answer = await AskAsync(
                new PeerAddress(0, [url]),
                engine => Task.FromResult(new RemoteCluster(url, engine.ClusterId, engine.State.Members)),
                patience.Ticks);
            if (answer.Kind == AnswerKind.Value)
            {
                found.Add(answer.Value!);
            }
        }

        return found;
    }

    private Task<Answer<T>> AskAsync<T>(PeerAddress address, Func<NodeEngine, Task<T>> question, long patience = Patience)
    {
        var done = new TaskCompletionSource<Answer<T>>();
        void End(Answer<T> answer) => life.Run(() => done.TrySetResult(answer));
        world.Events.After(patience, () => End(new Answer<T>(AnswerKind.Silence)));
        if (world.Find(address.Urls[0]) is { } peer)
        {
            world.Call(
                self.Number, peer, isClient: false,
                _ => address.Id == 0 || peer.Engine!.MemberId == address.Id
                    ? question(peer.Engine!)
                    : throw EtcdErrors.NoLeader,
                End);
        }

        return done.Task;
    }
}
