// The end of v2 nodes whose time is over. When that is stands in the store; the leader's clock decides
// that it has come, and the log tells everyone.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Grpc;

namespace Kv.Node.Engine;

/// <summary>Proposes the end of v2 nodes while this member leads.</summary>
internal sealed class V2Ends(NodeEngine engine, TimeProvider clock)
{
    /// <summary>How often is looked, as in etcd.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private ulong _leaderTerm;
    private int _isProposing;

    /// <summary>Leadership changed; called on the raft loop.</summary>
    public void OnLeadership(Role role, ulong term) =>
        Volatile.Write(ref _leaderTerm, role == Role.Leader ? term : 0);

    /// <summary>Proposes the end of what is over, unless that is under way already.</summary>
    public void ExpireDue()
    {
        var term = Volatile.Read(ref _leaderTerm);
        var nowNs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        if (term != 0
            && engine.State.V2.NextEndNs <= nowNs
            && Interlocked.Exchange(ref _isProposing, 1) == 0)
        {
            _ = ExpireAsync(nowNs, term);
        }
    }

    private async Task ExpireAsync(long nowNs, ulong term)
    {
        try
        {
            await engine.ProposeAsLeaderAsync(Command.NewV2Expire(nowNs), term);
        }
        catch (EtcdException)
        {
            // Another leader, or no quorum in time: the next look proposes it again.
        }
        finally
        {
            Volatile.Write(ref _isProposing, 0);
        }
    }
}
