// The calls of etcd's lock and election services. Waiting in line must not be repeated elsewhere while the
// first attempt may still run: giving that one up removes the place in the line, which is the lease's.

using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Client;

internal static class ConcurrencyCalls
{
    /// <summary>Waits until the lock is held, for as long as the call may take.</summary>
    public static Task<LockKey> LockAsync(this KvClient client, string name, long lease, KvCall call) =>
        client.SendAsync<LockKey>("/v3/lock/lock", new LockRequest { Name = KvText.Encode(name), Lease = lease }, false, call);

    public static Task<PlainResponse> UnlockAsync(this KvClient client, byte[] key, KvCall call) =>
        client.SendAsync<PlainResponse>("/v3/lock/unlock", new LockKey { Key = key }, true, call);

    /// <summary>Waits until elected, for as long as the call may take.</summary>
    public static Task<CampaignResponse> CampaignAsync(this KvClient client, string name, byte[] value, long lease, KvCall call) =>
        client.SendAsync<CampaignResponse>(
            "/v3/election/campaign", new ElectionRequest { Name = KvText.Encode(name), Value = value, Lease = lease }, false, call);

    public static Task<LeaderResponse> LeaderAsync(this KvClient client, string name, KvCall call) =>
        client.SendAsync<LeaderResponse>("/v3/election/leader", new ElectionRequest { Name = KvText.Encode(name) }, true, call);

    public static Task<PlainResponse> ResignAsync(this KvClient client, LeaderKey leader, KvCall call) =>
        client.SendAsync<PlainResponse>("/v3/election/resign", new ElectionRequest { Leader = leader }, true, call);
}
