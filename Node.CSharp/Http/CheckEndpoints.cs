// /livez and /readyz with their single checks, as Kubernetes probes them (etcd-facts §3.1).
using System.Text;

namespace Kv.Node.Http;

/// <summary>Serves <c>/livez</c> and <c>/readyz</c>.</summary>
internal sealed class CheckEndpoints
{
    private delegate ValueTask<string?> Check(CancellationToken token);

    private readonly (string Name, Check Run)[] _live;
    private readonly (string Name, Check Run)[] _ready;

    public CheckEndpoints(HealthChecks checks)
    {
        (string, Check) serializable = ("serializable_read", _ => new(checks.SerializableRead()));
        _live = [serializable];
        _ready =
        [
            ("data_corruption", _ => new(checks.DataCorruption())),
            serializable,
            ("linearizable_read", token => new(checks.LinearizableReadAsync(token))),
            ("non_learner", _ => new(checks.NonLearner())),
        ];
    }

    /// <param name="context">The request.</param>
    /// <param name="name">A single check, or null or empty for all.</param>
    public Task LiveAsync(HttpContext context, string? name) => ServeAsync(context, "livez", _live, name);

    /// <inheritdoc cref="LiveAsync"/>
    public Task ReadyAsync(HttpContext context, string? name) => ServeAsync(context, "readyz", _ready, name);

    private static async Task ServeAsync(
        HttpContext context, string type, (string Name, Check Run)[] checks, string? name)
    {
        if (await ShortText.RefuseUnlessGetAsync(context))
        {
            return;
        }

        var wanted = string.IsNullOrEmpty(name) ? checks : Array.FindAll(checks, check => check.Name == name);
        if (wanted.Length == 0)
        {
            await ShortText.NotFoundAsync(context.Response);
            return;
        }

        var excluded = context.Request.Query["exclude"];
        var lines = new StringBuilder();
        var isHealthy = true;
        foreach (var check in wanted)
        {
            if (excluded.Contains(check.Name))
            {
                continue;
            }

            var error = await check.Run(context.RequestAborted);
            HealthMetrics.CountCheck(type, check.Name, error is null);
            isHealthy &= error is null;
            lines.Append(error is null ? $"[+]{check.Name} ok\n" : $"[-]{check.Name} failed: {error}\n");
        }

        if (!isHealthy)
        {
            await ShortText.ErrorAsync(
                context.Response,
                StatusCodes.Status503ServiceUnavailable,
                lines.ToString().TrimEnd('\n'));
            return;
        }

        var isVerbose = context.Request.Query.ContainsKey("verbose");
        await ShortText.OkAsync(context.Response, isVerbose ? $"{lines}ok\n" : "ok\n");
    }
}
