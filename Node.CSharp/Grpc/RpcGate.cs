// What must hold before a request is looked at: a learner serves only a few calls (M7), and a
// caller may insist on a leader (metadata hasleader).
using Grpc.Core;
using Kv.Node.Engine;

namespace Kv.Node.Grpc;

/// <summary>Admission of calls.</summary>
internal sealed class RpcGate(NodeEngine engine)
{
    private const string RequireLeaderKey = "hasleader";

    /// <summary>This member is a learner.</summary>
    public bool IsLearner
    {
        get
        {
            var learners = engine.Raft.Configuration.Learners;
            return learners.Length > 0 && Array.IndexOf(learners, engine.MemberId) >= 0;
        }
    }

    /// <summary>Some member is known to lead.</summary>
    public bool HasLeader => engine.Raft.Leader != 0;

    /// <summary>The caller's metadata asks for a leader.</summary>
    public static bool RequiresLeader(IHeaderDictionary headers) =>
        headers.TryGetValue(RequireLeaderKey, out var value) && value == "true";

    /// <inheritdoc cref="RequiresLeader(IHeaderDictionary)"/>
    public static bool RequiresLeader(ServerCallContext context) =>
        RequiresLeader(context.GetHttpContext().Request.Headers);

    /// <exception cref="EtcdException">A learner does not serve this, or there is no leader.</exception>
    public void Check(bool servedByLearner, bool requiresLeader)
    {
        if (!servedByLearner && IsLearner)
        {
            throw EtcdErrors.NotSupportedForLearner;
        }

        if (requiresLeader && !HasLeader)
        {
            throw EtcdErrors.NoLeader;
        }
    }
}
