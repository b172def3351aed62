// The shape every v2 answer shares: headers, status, a JSON body (etcd-facts §5.2).
using System.Globalization;
using Kv.Core.Apply;
using Kv.Core.V2;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Http;

namespace Kv.Node.V2;

/// <summary>Writes v2 answers.</summary>
internal sealed class V2Responses(NodeEngine engine)
{
    private const string Json = "application/json";
    private const string ClusterIdHeader = "X-Etcd-Cluster-Id";
    private const string IndexHeader = "X-Etcd-Index";

    /// <summary>Says which cluster answers.</summary>
    public void SetCluster(HttpResponse response) =>
        response.Headers[ClusterIdHeader] = engine.ClusterId.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Says how far the store and the log have come.</summary>
    public void SetIndexes(HttpResponse response, ulong index, StoreState state)
    {
        response.ContentType = Json;
        response.Headers[IndexHeader] = Decimal(index);
        response.Headers["X-Raft-Index"] = Decimal(state.AppliedIndex);
        response.Headers["X-Raft-Term"] = Decimal(engine.Term);
    }

    /// <summary>A JSON document with its length; HEAD gets the length alone.</summary>
    public static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = Json;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>A refusal of the v2 store.</summary>
    public static Task WriteErrorAsync(HttpContext context, V2Error error)
    {
        context.Response.Headers[IndexHeader] = Decimal(error.Index);
        var json = new V2Json();
        json.Error(error);
        return WriteAsync(context, V2Errors.Status(error.Code), json.Written);
    }

    /// <summary>A failure below the store: no leader, no time, no room. Not said to be at any index.</summary>
    public static Task WriteErrorAsync(HttpContext context, EtcdException error)
    {
        var cause = System.Text.Encoding.UTF8.GetBytes(error.Message);
        return WriteErrorAsync(context, new V2Error(V2Code.RaftInternal, cause, 0));
    }

    /// <summary>A failure outside of the store.</summary>
    public static Task WriteMessageAsync(HttpContext context, int status, string message)
    {
        var json = new V2Json();
        json.Open();
        json.Field("\"message\":"u8);
        json.Text(message);
        json.Close();
        return WriteAsync(context, status, json.Written);
    }

    /// <summary>Refuses methods a path does not have.</summary>
    /// <returns>True if the request was refused.</returns>
    public static async Task<bool> RefuseUnlessAsync(HttpContext context, params string[] allowed)
    {
        if (allowed.Contains(context.Request.Method))
        {
            return false;
        }

        context.Response.Headers.Allow = string.Join(',', allowed);
        await ShortText.ErrorAsync(context.Response, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        return true;
    }

    private static string Decimal(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
