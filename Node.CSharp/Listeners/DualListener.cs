// The half of a dual port that Kestrel runs an accept loop on.
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Kv.Node.Listeners;

/// <summary>Kestrel's view of one half of a <see cref="DualPort"/>.</summary>
internal sealed class DualListener(DualEndPoint half) : IConnectionListener
{
    public EndPoint EndPoint => half;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        var connections = half.Port.Connections(half.IsHttp2);
        while (await connections.WaitToReadAsync(cancellationToken))
        {
            if (connections.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
        half.Port.UnbindAsync();

    public ValueTask DisposeAsync() => half.Port.DisposeAsync();
}
