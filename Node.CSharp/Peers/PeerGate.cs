// Decides who may talk to this member: the same cluster, meant for this member, not removed. Raft's messages are
// taken from senders that are not members, too: a change of membership reaches the members one after the other, and
// the newcomer must be heard by those that do not know it yet. Whatever else changes or reads something is for
// members only. Who it really is only TLS can tell (--peer-client-cert-auth).
using Kv.Node.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Kv.Node.Peers;

/// <summary>Checks the identity of requests between members.</summary>
internal sealed class PeerGate(PeerServerContext context, ILogger logger)
{
    /// <summary>The sender's id; or 0, and the request has been answered.</summary>
    public async Task<ulong> AdmitAsync(HttpContext http)
    {
        var options = context.Options;
        var sender = PeerHeaders.ReadId(http.Request.Headers, PeerHeaders.From);
        var cluster = PeerHeaders.ReadId(http.Request.Headers, PeerHeaders.ClusterId);
        var target = PeerHeaders.ReadId(http.Request.Headers, PeerHeaders.To);
        var (status, reason) =
            sender == 0 ? (StatusCodes.Status400BadRequest, $"no valid {PeerHeaders.From} header")
            : cluster != options.ClusterId ? (StatusCodes.Status412PreconditionFailed,
                Mismatch("cluster", options.ClusterId, cluster))
            : target != options.MemberId ? (StatusCodes.Status412PreconditionFailed,
                Mismatch("member", options.MemberId, target))
            : sender == options.MemberId ? (StatusCodes.Status412PreconditionFailed,
                $"member ID mismatch: this member has the sender's id {PeerHeaders.Hex(sender)}")
            : context.IsRemoved(sender) ? (StatusCodes.Status410Gone,
                $"member {PeerHeaders.Hex(sender)} has been removed from the cluster")
            : (0, "");
        if (status == 0)
        {
            return sender;
        }

        await RefuseAsync(http, status, reason);
        return 0;
    }

    /// <summary>As <see cref="AdmitAsync"/>, and the sender is a member as of now.</summary>
    public async Task<ulong> AdmitMemberAsync(HttpContext http)
    {
        var sender = await AdmitAsync(http);
        if (sender == 0 || context.Members().Any(member => member.Id == sender))
        {
            return sender;
        }

        await RefuseAsync(http, StatusCodes.Status403Forbidden, $"{PeerHeaders.Hex(sender)} is no member of this cluster");
        return 0;
    }

    /// <summary>Answers a request with an error, and logs it.</summary>
    public async Task RefuseAsync(HttpContext http, int status, string reason)
    {
        var remote = http.Connection.RemoteIpAddress?.ToString() ?? "?";
        logger.PeerRequestRefused(http.Request.Path, remote, status, reason);
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(reason + "\n", http.RequestAborted);
    }

    /// <summary>Lifts the limits that are meant for requests of clients: these bodies are endless, and
    /// slow when there is nothing to say.</summary>
    public static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    private static string Mismatch(string what, ulong own, ulong given) =>
        $"{what} ID mismatch: this is {what} {PeerHeaders.Hex(own)}, the request is for {PeerHeaders.Hex(given)}";
}
