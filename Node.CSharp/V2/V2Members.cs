// /v2/members and /v2/machines: who is in the cluster (etcd-facts §5.4).
using System.Globalization;
using System.Text;
using Kv.Core.Apply;
using Kv.Node.Engine;
using Kv.Node.Http;
using Kv.Node.V2.Auth;

namespace Kv.Node.V2;

/// <summary>Serves <c>/v2/members</c> and <c>/v2/machines</c>.</summary>
internal sealed class V2Members(NodeEngine engine, V2MemberChanges changes, V2Access access, V2Responses responses)
{
    public static ReadOnlySpan<byte> Prefix => "/v2/members"u8;

    public static ReadOnlySpan<byte> MachinesPath => "/v2/machines"u8;

    public async Task ServeAsync(HttpContext context, V2Target target)
    {
        if (await V2Responses.RefuseUnlessAsync(context, "GET", "POST", "DELETE", "PUT"))
        {
            return;
        }

        if (!await access.MayChangeMembersAsync(context))
        {
            await V2Responses.WriteMessageAsync(context, StatusCodes.Status401Unauthorized, V2Access.Refusal);
            return;
        }

        responses.SetCluster(context.Response);
        var name = Encoding.UTF8.GetString(target.After(Prefix.Length));
        await (context.Request.Method switch
        {
            "GET" => ReadAsync(context, name),
            // Whatever stands behind the path: etcd does not look at it.
            "POST" => changes.AddAsync(context),
            _ when name.Length == 0 => ShortText.ErrorAsync(
                context.Response, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed"),
            "PUT" => changes.UpdateAsync(context, name[1..]),
            _ => changes.RemoveAsync(context, name[1..]),
        });
    }

    /// <summary>One member as JSON.</summary>
    public static void Write(V2Json json, Member member)
    {
        json.Open();
        json.Field("\"id\":"u8);
        json.Text(member.Id.ToString("x", CultureInfo.InvariantCulture));
        json.Field("\"name\":"u8);
        json.Text(member.Name);
        json.Field("\"peerURLs\":"u8);
        Write(json, member.PeerUrls);
        json.Field("\"clientURLs\":"u8);
        Write(json, member.ClientUrls);
        json.Close();
    }

    /// <summary>The client URLs of all members, for people and for etcd 0.4's clients.</summary>
    public async Task ServeMachinesAsync(HttpContext context)
    {
        if (!await V2Responses.RefuseUnlessAsync(context, "GET", "HEAD"))
        {
            var urls = engine.State.Members.SelectMany(m => m.ClientUrls).Order(StringComparer.Ordinal);
            var body = string.Join(", ", urls);
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
            if (HttpMethods.IsGet(context.Request.Method))
            {
                await context.Response.WriteAsync(body, context.RequestAborted);
            }
        }
    }

    private Task ReadAsync(HttpContext context, string name) => name switch
    {
        "" => ListAsync(context),
        "/leader" => LeaderAsync(context),
        _ => V2Responses.WriteMessageAsync(context, StatusCodes.Status404NotFound, "Not found"),
    };

    private Task ListAsync(HttpContext context)
    {
        var json = new V2Json();
        json.Raw("{\"members\":["u8);
        var members = engine.State.Members;
        for (var i = 0; i < members.Count; i++)
        {
            json.Raw(i > 0 ? ","u8 : default);
            Write(json, members[i]);
        }

        json.Raw("]}\n"u8);
        return V2Responses.WriteAsync(context, StatusCodes.Status200OK, json.Written);
    }

    private Task LeaderAsync(HttpContext context)
    {
        var leader = engine.Leader;
        if (engine.State.Members.FirstOrDefault(m => m.Id == leader) is not { } member)
        {
            return V2Responses.WriteMessageAsync(
                context, StatusCodes.Status503ServiceUnavailable, "During election");
        }

        var json = new V2Json();
        Write(json, member);
        json.Raw("\n"u8);
        return V2Responses.WriteAsync(context, StatusCodes.Status200OK, json.Written);
    }

    private static void Write(V2Json json, string[] texts)
    {
        json.Raw("["u8);
        for (var i = 0; i < texts.Length; i++)
        {
            json.Raw(i > 0 ? ","u8 : default);
            json.Text(texts[i]);
        }

        json.Raw("]"u8);
    }
}
