// The unary calls that are compared, by their names on the wire and their paths in the JSON form. The
// messages are those of a foreign package, so that a wrong field number of ours shows.
using Etcdserverpb;
using Google.Protobuf;

namespace Differential.Model;

/// <summary>A unary call of etcd's API.</summary>
/// <param name="Service">Service within package etcdserverpb.</param>
/// <param name="Name">Method.</param>
/// <param name="Path">Path of the JSON form.</param>
/// <param name="Responses">Reads its responses. Where ours have fields newer than the reference, what the
/// messages do not know is left out.</param>
internal sealed record Rpc(string Service, string Name, string Path, MessageParser Responses)
{
    public static readonly Rpc Range = new("KV", "Range", "/v3/kv/range", RangeResponse.Parser);
    public static readonly Rpc Put = new("KV", "Put", "/v3/kv/put", PutResponse.Parser);
    public static readonly Rpc DeleteRange =
        new("KV", "DeleteRange", "/v3/kv/deleterange", DeleteRangeResponse.Parser);

    public static readonly Rpc Txn = new("KV", "Txn", "/v3/kv/txn", TxnResponse.Parser);
    public static readonly Rpc Compact = new("KV", "Compact", "/v3/kv/compaction", CompactionResponse.Parser);
    public static readonly Rpc LeaseGrant = new("Lease", "LeaseGrant", "/v3/lease/grant", LeaseGrantResponse.Parser);
    public static readonly Rpc LeaseRevoke =
        new("Lease", "LeaseRevoke", "/v3/lease/revoke", LeaseRevokeResponse.Parser);

    public static readonly Rpc LeaseTimeToLive =
        new("Lease", "LeaseTimeToLive", "/v3/lease/timetolive", LeaseTimeToLiveResponse.Parser);

    public static readonly Rpc LeaseLeases =
        new("Lease", "LeaseLeases", "/v3/lease/leases", LeaseLeasesResponse.Parser);

    public static readonly Rpc MemberList =
        new("Cluster", "MemberList", "/v3/cluster/member/list", MemberListResponse.Parser);

    public static readonly Rpc Status =
        new("Maintenance", "Status", "/v3/maintenance/status", Known(StatusResponse.Parser));
    public static readonly Rpc Alarm = new("Maintenance", "Alarm", "/v3/maintenance/alarm", AlarmResponse.Parser);
    public static readonly Rpc HashKv =
        new("Maintenance", "HashKV", "/v3/maintenance/hashkv", Known(HashKVResponse.Parser));
    public static readonly Rpc Defragment =
        new("Maintenance", "Defragment", "/v3/maintenance/defragment", DefragmentResponse.Parser);

    public override string ToString() => Name;

    private static MessageParser<T> Known<T>(MessageParser<T> parser)
        where T : IMessage<T> => parser.WithDiscardUnknownFields(true);
}
