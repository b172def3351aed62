// /health: one answer for load balancers and old probes (etcd-facts §3.1).
namespace Kv.Node.Http;

/// <summary>Serves <c>/health</c>.</summary>
internal sealed class HealthEndpoint(HealthChecks checks)
{
    public async Task ServeAsync(HttpContext context)
    {
        if (await ShortText.RefuseUnlessGetAsync(context))
        {
            return;
        }

        var reason = await ReasonAsync(context.Request.Query, context.RequestAborted);
        HealthMetrics.CountHealth(reason is null);
        if (reason is null)
        {
            // etcd names no type, and its language's server guesses text.
            await ShortText.OkAsync(context.Response, """{"health":"true","reason":""}""");
        }
        else
        {
            var body = $$"""{"health":"false","reason":"{{System.Text.Json.JsonEncodedText.Encode(reason)}}"}""";
            await ShortText.ErrorAsync(context.Response, StatusCodes.Status503ServiceUnavailable, body);
        }
    }

    private async Task<string?> ReasonAsync(IQueryCollection query, CancellationToken token)
    {
        var isSerializable = query["serializable"] == "true";
        var reason = checks.Alarm(query["exclude"])
            ?? (isSerializable ? null : checks.Leader());
        if (reason is not null)
        {
            return reason;
        }

        var error = isSerializable ? checks.SerializableRead() : await checks.LinearizableReadAsync(token);
        return error is null ? null : $"RANGE ERROR:{error}";
    }
}
