// Changes of the membership on the peer port: those other members pass on to the leader, and etcd's
// own path for promotions, which tools may use (etcd-facts §3.2, M9).
using System.Globalization;
using System.Text.Json;
using Grpc.Core;
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
        if (await gate.AdmitAsync(http) == 0 || await ReadAsync(http) is not { } request)
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

    /// <summary>POST /members/promote/{id}: 200 with the members, or etcd's status and text.</summary>
    public async Task PromoteAsync(HttpContext http)
    {
        var text = http.Request.RouteValues["id"] as string ?? "";
        http.Response.Headers[PeerHeaders.ClusterId] = PeerHeaders.Hex(context.Options.ClusterId);
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            await RefuseAsync(http, StatusCodes.Status404NotFound, $"member {text} not found in cluster");
            return;
        }

        try
        {
            var result = await context.Promote(id, http.RequestAborted);
            http.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(
                http.Response.Body, [.. result.Members.Select(MemberDocument.Of)],
                PeerJson.Default.MemberDocumentArray, http.RequestAborted);
        }
        catch (EtcdException error)
        {
            var (status, message) = Explain(error);
            await RefuseAsync(http, status, message);
        }
    }

    /// <summary>etcd words the errors of its membership package differently on this path.</summary>
    private static (int Status, string Message) Explain(EtcdException error) =>
        error.Code == StatusCode.NotFound ? (StatusCodes.Status404NotFound, "membership: ID not found")
        : error.Message == EtcdErrors.MemberNotLearner.Message
            ? (StatusCodes.Status412PreconditionFailed, "membership: can only promote a learner member")
        : error.Code == StatusCode.FailedPrecondition ? (StatusCodes.Status412PreconditionFailed, error.Message)
        : error.Code == StatusCode.Unavailable ? (StatusCodes.Status503ServiceUnavailable, error.Message)
        : (StatusCodes.Status500InternalServerError, error.Message);

    private static async Task RefuseAsync(HttpContext http, int status, string reason)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(reason + "\n", http.RequestAborted);
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
            var call = await JsonSerializer.DeserializeAsync(
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
