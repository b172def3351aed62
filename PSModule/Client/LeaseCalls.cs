// The calls of etcd's lease service.

using System;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal static class LeaseCalls
{
    /// <param name="client">Where to.</param>
    /// <param name="timeToLive">Rounded up to whole seconds.</param>
    /// <param name="id">The id wanted; 0 for any.</param>
    /// <param name="call">The circumstances.</param>
    public static Task<LeaseResponse> LeaseGrantAsync(this KvClient client, TimeSpan timeToLive, long id, KvCall call) =>
        client.SendAsync<LeaseResponse>(
            "/v3/lease/grant", new LeaseGrantRequest { Ttl = (long)Math.Ceiling(timeToLive.TotalSeconds), Id = id }, false, call);

    public static Task<PlainResponse> LeaseRevokeAsync(this KvClient client, long id, KvCall call) =>
        client.SendAsync<PlainResponse>("/v3/lease/revoke", new LeaseRequest { Id = id }, false, call);

    /// <exception cref="KvNotFoundException">The lease has ended, or never was.</exception>
    public static async Task<LeaseResponse> LeaseKeepAliveAsync(this KvClient client, long id, KvCall call)
    {
        // Renewing twice does no harm, so this may go to the next endpoint like a read.
        var line = await client.SendAsync<LeaseKeepAliveLine>("/v3/lease/keepalive", new LeaseRequest { Id = id }, true, call)
            .ConfigureAwait(false);
        if (line.Error is { } error)
        {
            throw ServerError.ToException(error.Status, error.Message ?? "unknown error", client.Endpoints.Preferred.Text);
        }

        return line.Result is { Ttl: > 0 } renewed ? renewed : throw Missing(id);
    }

    /// <exception cref="KvNotFoundException">The lease has ended, or never was.</exception>
    public static async Task<LeaseResponse> LeaseTimeToLiveAsync(this KvClient client, long id, bool withKeys, KvCall call)
    {
        var answer = await client.SendAsync<LeaseResponse>(
            "/v3/lease/timetolive", new LeaseRequest { Id = id, Keys = withKeys }, true, call).ConfigureAwait(false);
        return answer.Ttl >= 0 && answer.GrantedTtl > 0 ? answer : throw Missing(id);
    }

    public static Task<LeaseListResponse> LeaseListAsync(this KvClient client, KvCall call) =>
        client.SendAsync<LeaseListResponse>("/v3/lease/leases", EmptyRequest.Instance, true, call);

    private static KvNotFoundException Missing(long id) =>
        new(KvErrorId.LeaseNotFound, $"The lease {id:x} does not exist.");
}
