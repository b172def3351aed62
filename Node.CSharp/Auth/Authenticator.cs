// Finds out who calls: by the token he brings, or else by the certificate he shows (A5, A17).
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Options;

namespace Kv.Node.Auth;

/// <summary>Who calls, and whether he may at all.</summary>
internal sealed class Authenticator(NodeEngine engine, NodeOptions options, ITokens tokens)
{
    /// <summary>How often a call is looked at again because users have changed while it was served.</summary>
    private const int AttemptsMax = 16;

    /// <summary>Callers must say who they are.</summary>
    public bool IsOn => engine.State.Auth.IsEnabled;

    /// <summary>The caller; nobody while authentication is off.</summary>
    /// <exception cref="EtcdException">What he brought is no good.</exception>
    public async ValueTask<Caller> IdentifyAsync(CallOrigin origin, CancellationToken token)
    {
        var auth = engine.State.Auth;
        if (!auth.IsEnabled)
        {
            return Caller.Nobody;
        }

        if (origin.Token is { } text)
        {
            return await tokens.FindAsync(text, token) ?? throw EtcdErrors.InvalidAuthToken;
        }

        if (!options.ClientTls.ClientCertAuth || origin.CommonName is not { } name)
        {
            return Caller.Nobody;
        }

        // Whoever reaches the gateway through a proxy would be the proxy: etcd takes no name there, either.
        return origin.IsGateway ? throw EtcdErrors.CommonNameInGateway : Caller.User(name, auth.Revision);
    }

    /// <summary>Serves a call whose caller must be known.</summary>
    /// <param name="origin">Where it came from.</param>
    /// <param name="rule">What the access table says of it.</param>
    /// <param name="serve">Does what was asked. Nothing has happened when it throws "old revision".</param>
    /// <param name="token">The caller.</param>
    /// <exception cref="EtcdException">He may not, or the handler threw it.</exception>
    public async ValueTask<T> ServeAsync<T>(
        CallOrigin origin, AccessRule rule, Func<Caller, ValueTask<T>> serve, CancellationToken token)
    {
        if (rule == AccessRule.Open)
        {
            return await serve(Caller.Nobody);
        }

        for (var attempt = 1; ; attempt++)
        {
            var caller = await IdentifyAsync(origin, token);
            await DemandAsync(rule, caller, token);
            try
            {
                return await serve(caller);
            }
            catch (EtcdException e) when (IsOutdated(e, caller) && attempt < AttemptsMax)
            {
                // Not what the caller says is old, but what was made of it here: that can be made again.
            }
        }
    }

    /// <summary>Demands what a rule says.</summary>
    /// <exception cref="EtcdException">He may not.</exception>
    public ValueTask DemandAsync(AccessRule rule, Caller caller, CancellationToken token) => rule switch
    {
        AccessRule.User => engine.DemandAsync(state => state.Auth.CheckUser(caller), token),
        AccessRule.Root => engine.DemandAsync(state => state.Auth.CheckRoot(caller), token),
        _ => ValueTask.CompletedTask,
    };

    private bool IsOutdated(EtcdException error, Caller caller) =>
        error.Message == EtcdErrors.AuthOldRevision.Message && !tokens.AreDated && !caller.IsNobody;
}
