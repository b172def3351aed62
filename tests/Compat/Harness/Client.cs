using Etcdserverpb;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Compat.Harness;

/// <summary>A plain gRPC client of one member, made from the dotnet-etcd package's messages.</summary>
internal sealed class Client(string url) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(
        url, new GrpcChannelOptions { MaxReceiveMessageSize = null });

    public KV.KVClient Kv => new(_channel);

    public Lease.LeaseClient Lease => new(_channel);

    public Watch.WatchClient Watch => new(_channel);

    public Maintenance.MaintenanceClient Maintenance => new(_channel);

    public Cluster.ClusterClient Cluster => new(_channel);

    /// <summary>Every key below a prefix, with its value, as this member has it now.</summary>
    public async Task<Dictionary<string, string>> ReadAllAsync(string prefix, bool serializable = true)
    {
        var found = new Dictionary<string, string>();
        var start = ByteString.CopyFromUtf8(prefix);
        var end = ByteString.CopyFromUtf8(prefix[..^1] + (char)(prefix[^1] + 1));
        while (true)
        {
            var page = await Kv.RangeAsync(new RangeRequest
            {
                Key = start,
                RangeEnd = end,
                Limit = 10_000,
                Serializable = serializable,
            });
            foreach (var row in page.Kvs)
            {
                found[row.Key.ToStringUtf8()] = row.Value.ToStringUtf8();
            }

            if (!page.More)
            {
                return found;
            }

            start = ByteString.CopyFrom([.. page.Kvs[^1].Key, 0]);
        }
    }

    /// <summary>The revision this member has applied.</summary>
    public async Task<long> RevisionAsync() =>
        (await Maintenance.StatusAsync(new StatusRequest())).Header.Revision;

    /// <summary>True if this member leads.</summary>
    public async Task<bool> LeadsAsync()
    {
        var status = await Maintenance.StatusAsync(new StatusRequest());
        return status.Leader == status.Header.MemberId;
    }

    /// <summary>etcd's hash of the key space at the present revision, and that revision.</summary>
    public async Task<(uint Hash, long Revision, long Compacted)> HashAsync(long revision = 0)
    {
        var hash = await Maintenance.HashKVAsync(new HashKVRequest { Revision = revision });
        return (hash.Hash, hash.Header.Revision, hash.CompactRevision);
    }

    public void Dispose() => _channel.Dispose();
}
