// Changes of the membership that other members pass on to the leader. (etcd has a path for promotions here that
// anybody may use; ours has none.)
using System.Text.Json;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Microsoft.AspNetCore.Http;

namespace Kv.Node.Peers;

/// <summary>Changes of the membership, between members.</summary>
internal sealed class MembershipEndpoints(PeerServerContext context, PeerGate gate)
{
    private const int RequestBytesMax = 64 * 1024;

    /// <summary>POST /members/change: answered by the leader, never passed on.</summary>
    public async Task ChangeAsync(HttpContext http)
    {
        if (await gate.AdmitMemberAsync(http) == 0 || await ReadAsync(http) is not { } request)
        {
            return;
        }

        MembershipAnswer answer;
        try
        {
            if (await context.ChangeMembership(request, http.RequestAborted) is not { } result)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await http.Response.WriteAsync("not the leader\n", http.RequestAborted);
                return;
            }

            answer = MembershipAnswer.Of(result);
        }
        catch (EtcdException error)
        {
            answer = MembershipAnswer.Of(error);
        }

        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(
            http.Response.Body, answer, PeerJson.Default.MembershipAnswer, http.RequestAborted);
    }

    private async Task<MembershipRequest?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is null or > RequestBytesMax)
        {
            await gate.RefuseAsync(
                http, StatusCodes.Status413PayloadTooLarge, "a membership call has a small body of known length");
            return null;
        }

        try
        {
            var call = await PeerDocuments.ReadAsync(
                http.Request.Body, PeerJson.Default.MembershipCall, http.RequestAborted);
            if (call is not null)
            {
                return call.ToRequest();
            }
        }
        catch (JsonException)
        {
            // Answered below.
        }

        await gate.RefuseAsync(http, StatusCodes.Status400BadRequest, "the body is no membership call");
        return null;
    }
}
