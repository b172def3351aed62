// What must hold before a request is looked at: a learner serves only a few calls (M7), and a
// caller may insist on a leader (metadata hasleader).
using Grpc.Core;
using Kv.Node.Engine;

namespace Kv.Node.Grpc;

/// <summary>Admission of calls.</summary>
internal sealed class RpcGate(NodeEngine engine)
{
    private const string RequireLeaderKey = "hasleader";

    /// <summary>Some member is known to lead.</summary>
    public bool HasLeader => engine.Leader != 0;

    /// <summary>The caller's metadata asks for a leader.</summary>
    public static bool RequiresLeader(IHeaderDictionary headers) =>
        headers.TryGetValue(RequireLeaderKey, out var value) && value == "true";

    /// <inheritdoc cref="RequiresLeader(IHeaderDictionary)"/>
    public static bool RequiresLeader(ServerCallContext context) =>
        RequiresLeader(context.GetHttpContext().Request.Headers);

    /// <exception cref="EtcdException">A learner does not serve this, or there is no leader.</exception>
    public void Check(bool servedByLearner, bool requiresLeader)
    {
        if (!servedByLearner && engine.IsLearner)
        {
            throw EtcdErrors.NotSupportedForLearner;
        }

        if (requiresLeader && !HasLeader)
        {
            throw EtcdErrors.NoLeader;
        }
    }
}
