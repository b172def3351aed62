// What the Cluster service does, apart from how a call arrives. etcd leaves the revision out of this
// service's headers.
using Kv.Core.Auth;
using Kv.Node.Engine;
using Kv.Node.Options;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Handlers of the Cluster service; they throw <see cref="EtcdException"/>.</summary>
internal sealed class ClusterCalls(NodeEngine engine, ResponseHeaders headers)
{
    public async ValueTask<MemberListResponse> MemberListAsync(MemberListRequest request, Caller caller, CancellationToken token)
    {
        var state = request.Linearizable ? await engine.ReadAsync(token) : engine.State;
        var response = new MemberListResponse { Header = headers.At(revision: 0) };
        response.Members.Add(state.Members.Select(ToProto));
        return response;
    }

    public async ValueTask<MemberAddResponse> MemberAddAsync(MemberAddRequest request, Caller caller, CancellationToken token)
    {
        var urls = UrlList.Canonical(request.PeerURLs) ?? throw EtcdErrors.MemberBadUrls;
        var result = await engine.Membership.ChangeAsync(MembershipRequest.Add(urls, request.IsLearner), token);
        var response = new MemberAddResponse
        {
            Header = headers.At(revision: 0),
            Member = new Member { ID = result.AddedId, IsLearner = request.IsLearner },
        };
        response.Member.PeerURLs.Add(urls);
        response.Members.Add(result.Members.Select(ToProto));
        return response;
    }

    public async ValueTask<MemberRemoveResponse> MemberRemoveAsync(MemberRemoveRequest request, Caller caller, CancellationToken token)
    {
        var result = await engine.Membership.ChangeAsync(MembershipRequest.Remove(request.ID), token);
        var response = new MemberRemoveResponse { Header = headers.At(revision: 0) };
        response.Members.Add(result.Members.Select(ToProto));
        return response;
    }

    /// <summary>etcd stores whatever URLs it is given here, none too, and loses the member with them; ours
    /// must be URLs.</summary>
    public async ValueTask<MemberUpdateResponse> MemberUpdateAsync(MemberUpdateRequest request, Caller caller, CancellationToken token)
    {
        var urls = UrlList.Canonical(request.PeerURLs) ?? throw EtcdErrors.MemberBadUrls;
        var result = await engine.Membership.ChangeAsync(MembershipRequest.Update(request.ID, urls), token);
        var response = new MemberUpdateResponse { Header = headers.At(revision: 0) };
        response.Members.Add(result.Members.Select(ToProto));
        return response;
    }

    public async ValueTask<MemberPromoteResponse> MemberPromoteAsync(MemberPromoteRequest request, Caller caller, CancellationToken token)
    {
        var result = await engine.Membership.ChangeAsync(MembershipRequest.Promote(request.ID), token);
        var response = new MemberPromoteResponse { Header = headers.At(revision: 0) };
        response.Members.Add(result.Members.Select(ToProto));
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
