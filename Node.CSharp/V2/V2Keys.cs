// /v2/keys: reads from the published state, writes through the log, watches from the hub
// (etcd-facts §5.1).
using System.Text;
using Kv.Core.V2;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Http;
using Kv.Node.V2.Auth;
using Command = Kv.Core.Apply.Command;

namespace Kv.Node.V2;

/// <summary>Serves <c>/v2/keys</c>.</summary>
internal sealed class V2Keys(
    NodeEngine engine,
    V2WatchHub hub,
    V2ReadCounts counts,
    V2Responses responses,
    V2Access access,
    IHostApplicationLifetime lifetime)
{
    public static ReadOnlySpan<byte> Prefix => "/v2/keys"u8;

    /// <summary>Serves a request by its target, if that makes sense.</summary>
    public Task ServeAsync(HttpContext context) =>
        V2Target.Of(context) is { } target && target.CleanLocation() is null && target.IsUnder(Prefix)
            ? ServeAsync(context, target)
            : ShortText.ErrorAsync(context.Response, StatusCodes.Status400BadRequest, "400 Bad Request");

    public async Task ServeAsync(HttpContext context, V2Target target)
    {
        if (await V2Responses.RefuseUnlessAsync(context, "HEAD", "GET", "PUT", "POST", "DELETE"))
        {
            return;
        }

        responses.SetCluster(context.Response);
        try
        {
            var form = await V2Form.ReadAsync(context.Request, target.Query, context.RequestAborted);
            var call = V2Call.Parse(context.Request.Method, target.After(Prefix.Length), form);
            var isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
            var key = Encoding.UTF8.GetString(target.Path.AsSpan(Prefix.Length));
            if (!await access.MayUseKeyAsync(context, key, call.IsRecursive, isWrite))
            {
                throw new V2Exception(new V2Error(V2Code.Unauthorized, Encoding.UTF8.GetBytes(V2Access.Refusal), 0));
            }

            if (V2AuthStore.IsReserved(call.Path))
            {
                throw new V2Exception(new V2Error(V2Code.KeyNotFound, call.Path, engine.State.V2.Index));
            }

            await ServeAsync(context, call);
        }
        catch (V2Exception refusal)
        {
            await V2Responses.WriteErrorAsync(context, refusal.Error);
        }
        catch (EtcdException failure)
        {
            await V2Responses.WriteErrorAsync(context, failure);
        }
    }

    private Task ServeAsync(HttpContext context, V2Call call)
    {
        var method = context.Request.Method;
        return method switch
        {
            _ when HttpMethods.IsHead(method) => ReadAsync(context, call, isQuorum: false),
            _ when !HttpMethods.IsGet(method) => WriteAsync(context, call),
            // A quorum read goes through the log in etcd, where nobody can wait.
            _ when call.Waits && !call.IsQuorum => WatchAsync(context, call),
            _ => ReadAsync(context, call, call.IsQuorum),
        };
    }

    private async Task ReadAsync(HttpContext context, V2Call call, bool isQuorum)
    {
        var state = isQuorum ? await engine.ReadAsync(context.RequestAborted) : engine.State;
        var (error, node) = state.V2.Find(call.Path);
        counts.Count(error is null);
        if (error is not null)
        {
            throw new V2Exception(error);
        }

        var json = new V2Json();
        new V2Listing(json, call.IsRecursive, NowNs()).Write(call.Path, node);
        responses.SetIndexes(context.Response, state.V2.Index, state);
        await V2Responses.WriteAsync(context, StatusCodes.Status200OK, json.Written);
    }

    private async Task WriteAsync(HttpContext context, V2Call call)
    {
        var request = call.ToWrite(context.Request.Method, DateTimeOffset.UtcNow);
        var outcome = await engine.ProposeOwnAsync(Command.NewV2Write(request), context.RequestAborted);
        if (outcome.Reply is not V2Reply reply)
        {
            throw StoreErrors.ToException(outcome.Error);
        }

        if (reply.Error is not null)
        {
            throw new V2Exception(reply.Error);
        }

        var json = new V2Json();
        json.Event(
            reply.Event,
            withNodes: !call.NoValueOnSuccess
                || reply.Event.Action is V2Action.Delete or V2Action.CompareAndDelete);
        responses.SetIndexes(context.Response, reply.Index, engine.State);
        var status = reply.Event.IsCreation ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await V2Responses.WriteAsync(context, status, json.Written);
    }

    private async Task WatchAsync(HttpContext context, V2Call call)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
        var watcher = hub.Watch(call.Path, call.IsRecursive, call.IsStream, call.WaitIndex);
        try
        {
            responses.SetIndexes(context.Response, watcher.StartIndex, engine.State);
            // The client must know at once that it watches.
            await context.Response.Body.FlushAsync(ending.Token);
            while (await watcher.NextAsync(ending.Token) is { } change)
            {
                var json = new V2Json();
                json.Event(change, withNodes: true);
                await context.Response.Body.WriteAsync(json.Written, ending.Token);
                await context.Response.Body.FlushAsync(ending.Token);
                if (!call.IsStream)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client is gone, or the node stops.
        }
        finally
        {
            hub.Remove(watcher);
        }
    }

    private static long NowNs() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
}
