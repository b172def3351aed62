// The calls of etcd's maintenance service that are about one member, and compaction.

using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal static class MaintenanceCalls
{
    private const string Path = "/v3/maintenance/";

    public static Task<AlarmResponse> AlarmListAsync(this KvClient client, KvCall call) =>
        client.SendAsync<AlarmResponse>(Path + "alarm", new AlarmRequest(), true, call);

    public static Task<AlarmResponse> AlarmClearAsync(this KvClient client, ulong member, string alarm, KvCall call) =>
        client.SendAsync<AlarmResponse>(
            Path + "alarm", new AlarmRequest { Action = "DEACTIVATE", MemberId = member, Alarm = alarm }, false, call);

    public static Task<PlainResponse> DefragmentAsync(this KvClient client, KvEndpoint member, KvCall call) =>
        client.SendToAsync<PlainResponse>(member, Path + "defragment", EmptyRequest.Instance, call);

    /// <summary>etcd 3.4 has this call at the address that later ones use for another hash.</summary>
    public static async Task<HashKvResponse> HashKvAsync(this KvClient client, KvEndpoint member, long revision, KvCall call)
    {
        var request = new HashKvRequest { Revision = revision };
        try
        {
            return await client.SendToAsync<HashKvResponse>(member, Path + "hashkv", request, call).ConfigureAwait(false);
        }
        catch (KvProtocolException failure) when (failure.Code == KvStatusCode.Unimplemented)
        {
            return await client.SendToAsync<HashKvResponse>(member, Path + "hash", request, call).ConfigureAwait(false);
        }
    }

    /// <summary>Only the leader takes this call.</summary>
    public static Task<PlainResponse> MoveLeaderAsync(this KvClient client, KvEndpoint leader, ulong target, KvCall call) =>
        client.SendToAsync<PlainResponse>(leader, Path + "transfer-leadership", new MoveLeaderRequest { TargetId = target }, call);

    public static Task<PlainResponse> CompactAsync(this KvClient client, long revision, bool isPhysical, KvCall call) =>
        client.SendAsync<PlainResponse>(
            "/v3/kv/compaction", new CompactionRequest { Revision = revision, Physical = isPhysical }, false, call);
}
