using Kv.Core.Auth;
using Kv.Node.Grpc;

namespace Kv.Node.Auth;

/// <summary>Who makes a call. A stream may be asked more than once: a token may end while it goes on (W22).</summary>
internal sealed class CallIdentity
{
    private readonly Authenticator? _authenticator;
    private readonly CallOrigin _origin;

    public CallIdentity(Authenticator authenticator, CallOrigin origin) => (_authenticator, _origin) = (authenticator, origin);

    private CallIdentity()
    {
    }

    /// <summary>This member, on behalf of a caller who was asked already.</summary>
    public static CallIdentity Node { get; } = new();

    /// <summary>The caller; nobody while authentication is off.</summary>
    /// <exception cref="EtcdException">What it brought is no good.</exception>
    public ValueTask<Caller> WhoAsync(CancellationToken token) =>
        _authenticator is null ? new(Caller.Node) : _authenticator.IdentifyAsync(_origin, token);
}
