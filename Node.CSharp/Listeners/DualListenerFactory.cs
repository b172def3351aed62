// Binds dual endpoints; every other kind of endpoint (TLS with ALPN, say) stays with Kestrel's own
// socket transport.
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Kv.Node.Listeners;

/// <summary>The transport for <see cref="DualEndPoint"/>.</summary>
internal sealed class DualListenerFactory(IOptions<SocketTransportOptions> options, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);

    public bool CanBind(EndPoint endpoint) => endpoint is DualEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint,
        CancellationToken cancellationToken = default)
    {
        var half = (DualEndPoint)endpoint;
        await half.Port.BindAsync(_sockets, cancellationToken);
        return new DualListener(half);
    }
}
