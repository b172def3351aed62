// What is different by nature (ids, terms and indexes, ports, the time a lease has left) is replaced
// by what it has to be in each case, so that a missing or absurd one still shows.
using Differential.Model;
using Differential.Play;
using Etcdserverpb;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Differential.Equality;

/// <summary>Makes responses of both servers comparable.</summary>
internal static class Neutral
{
    /// <summary>Changes a response in place.</summary>
    public static void Apply(IMessage response, Side side)
    {
        foreach (var header in Messages.All<ResponseHeader>(response))
        {
            header.ClusterId = Present(header.ClusterId);
            header.MemberId = Present(header.MemberId);
            header.RaftTerm = Present(header.RaftTerm);
        }

        switch (response)
        {
            case StatusResponse status:
                status.Leader = Present(status.Leader);
                status.RaftTerm = Present(status.RaftTerm);
                status.RaftIndex = Present(status.RaftIndex);
                status.RaftAppliedIndex = Present(status.RaftAppliedIndex);
                break;
            case MemberListResponse list:
                foreach (var member in list.Members)
                {
                    member.ID = Present(member.ID);
                    Replace(member.PeerURLs, side.PeerUrl, "PEER");
                    Replace(member.ClientURLs, side.ClientUrl, "CLIENT");
                }

                break;
            case LeaseGrantResponse grant:
                grant.ID = Symbol(grant.ID, side);
                break;
            case LeaseKeepAliveResponse kept:
                kept.ID = Symbol(kept.ID, side);
                break;
            case LeaseLeasesResponse leases:
                foreach (var lease in leases.Leases)
                {
                    lease.ID = Symbol(lease.ID, side);
                }

                break;
            case LeaseTimeToLiveResponse lease:
                lease.ID = Symbol(lease.ID, side);
                lease.TTL = lease.TTL > 0 && lease.TTL <= lease.GrantedTTL ? lease.GrantedTTL : lease.TTL;
                break;
        }
    }

    private static ulong Present(ulong id) => Math.Min(id, 1);

    private static long Symbol(long id, Side side) => id != 0 && id == side.OwnLease ? Symbols.OwnLease : id;

    private static void Replace(RepeatedField<string> urls, string url, string name)
    {
        for (var i = 0; i < urls.Count; i++)
        {
            urls[i] = urls[i] == url ? name : urls[i];
        }
    }
}
