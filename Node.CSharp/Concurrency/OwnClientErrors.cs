// etcd's Lock and Election services call the store through a client of their own, whose errors keep their
// text and lose their code on the way out (etcd-facts §2.2). Clients see Unknown there, and tell errors
// apart by the text; so it is here.
using Grpc.Core;
using Kv.Core.Auth;
using Kv.Node.Grpc;

namespace Kv.Node.Concurrency;

/// <summary>The codes of errors of the Lock and Election services.</summary>
internal static class OwnClientErrors
{
    /// <summary>The handler, with errors as Unknown.</summary>
    public static Func<TRequest, Caller, CancellationToken, ValueTask<TResponse>> Of<TRequest, TResponse>(
        Func<TRequest, Caller, CancellationToken, ValueTask<TResponse>> handler) => async (request, caller, token) =>
    {
        try
        {
            return await handler(request, caller, token);
        }
        catch (EtcdException e) when (IsChanged(e))
        {
            throw new EtcdException(StatusCode.Unknown, e.Message);
        }
    };

    /// <summary>That the node stops is said by its own server, not by its client.</summary>
    private static bool IsChanged(EtcdException error) => error.Message != EtcdErrors.Stopped.Message;
}
