// What must hold before a request is looked at: a learner serves only a few calls (M7), and a
// caller may insist on a leader (metadata hasleader).
using Kv.Core;
using Kv.Node.Auth;
using Kv.Node.Engine;

namespace Kv.Node.Grpc;

/// <summary>Admission of calls.</summary>
internal sealed class RpcGate(NodeEngine engine, Authenticator authenticator, SlowRequests slow)
{
    /// <summary>Told of calls that take long.</summary>
    public SlowRequests Slow => slow;

    /// <summary>Who calls.</summary>
    public Authenticator Authenticator => authenticator;

    /// <summary>Some member is known to lead.</summary>
    public bool HasLeader => engine.Leader != 0;

    /// <summary>Cancelled when this member's data turns out to be damaged.</summary>
    public CancellationToken Fence => engine.Fence;

    /// <summary>What a member with damaged data still serves: whatever is not data.</summary>
    public static bool IsServedByFenced(string service) => service is "etcdserverpb.Maintenance" or "etcdserverpb.Cluster";

    /// <exception cref="EtcdException">A learner or a member with damaged data does not serve this, or there is
    /// no leader.</exception>
    public void Check(bool servedByLearner, bool servedByFenced, bool requiresLeader)
    {
        if (!servedByFenced && engine.IsFenced)
        {
            throw EtcdErrors.Corrupt;
        }

        if (!servedByLearner && engine.IsLearner)
        {
            throw EtcdErrors.NotSupportedForLearner;
        }

        if (requiresLeader && !HasLeader)
        {
            throw EtcdErrors.NoLeader;
        }
    }

    /// <summary>What a call ended with is passed by here: a broken invariant ends the node.</summary>
    public void Look(Exception error)
    {
        if (error is InvariantException)
        {
            engine.OnFault(error);
        }
    }
}
