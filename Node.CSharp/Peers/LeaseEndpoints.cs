// Lease calls of other members to the one that leads (etcd-facts L7). A member that does not lead
// says so and never passes the call on, so that two confused members cannot play ping-pong.
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Kv.Node.Peers;

/// <summary>Renewals and queries of leases, between members.</summary>
internal sealed class LeaseEndpoints(PeerServerContext context, PeerGate gate)
{
    /// <summary>Room for a full batch of renewals.</summary>
    private const int RequestBytesMax = 64 * 1024;

    /// <summary>POST /leases.</summary>
    public async Task RenewAsync(HttpContext http)
    {
        if (await ReadAsync(http, PeerJson.Default.LeaseRenewalCall) is { } call)
        {
            var ttls = await context.RenewLeases(call.Ids, http.RequestAborted);
            await AnswerAsync(http, ttls is null ? null : new LeaseRenewal(ttls), PeerJson.Default.LeaseRenewal);
        }
    }

    /// <summary>POST /leases/internal.</summary>
    public async Task TimeToLiveAsync(HttpContext http)
    {
        if (await ReadAsync(http, PeerJson.Default.LeaseCall) is { } call)
        {
            var time = await context.LeaseTimeToLive(call.Id, http.RequestAborted);
            await AnswerAsync(http, time, PeerJson.Default.LeaseTime);
        }
    }

    private async Task<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        if (await gate.AdmitMemberAsync(http) == 0)
        {
            return null;
        }

        if (http.Request.ContentLength is null or > RequestBytesMax)
        {
            await gate.RefuseAsync(http, StatusCodes.Status413PayloadTooLarge, "a lease call has a small body of known length");
            return null;
        }

        try
        {
            var call = await PeerDocuments.ReadAsync(http.Request.Body, type, http.RequestAborted);
            if (call is not null)
            {
                return call;
            }
        }
        catch (JsonException)
        {
            // Answered below.
        }

        await gate.RefuseAsync(http, StatusCodes.Status400BadRequest, "the body is no lease call");
        return null;
    }

    private static async Task AnswerAsync(HttpContext http, object? answer, JsonTypeInfo type)
    {
        if (answer is null)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync("not the leader\n", http.RequestAborted);
            return;
        }

        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.Body, answer, type, http.RequestAborted);
    }
}
