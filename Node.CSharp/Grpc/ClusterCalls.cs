// What the Cluster service does, apart from how a call arrives: so far, say who the members are.
using Kv.Node.Engine;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Handlers of the Cluster service.</summary>
internal sealed class ClusterCalls(NodeEngine engine, ResponseHeaders headers)
{
    /// <summary>The members; etcd leaves the revision out of this service's headers.</summary>
    public async ValueTask<MemberListResponse> MemberListAsync(MemberListRequest request, CancellationToken token)
    {
        var state = request.Linearizable ? await engine.ReadAsync(token) : engine.State;
        var response = new MemberListResponse { Header = headers.At(revision: 0) };
        foreach (var member in state.Members)
        {
            response.Members.Add(ToProto(member));
        }

        return response;
    }

    private static Member ToProto(Core.Apply.Member member)
    {
        var mapped = new Member { ID = member.Id, Name = member.Name, IsLearner = member.IsLearner };
        mapped.PeerURLs.Add(member.PeerUrls);
        mapped.ClientURLs.Add(member.ClientUrls);
        return mapped;
    }
}
