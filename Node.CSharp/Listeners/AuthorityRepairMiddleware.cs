using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Kv.Node.Listeners;

/// <summary>Puts an <see cref="AuthorityRepairReader"/> before a connection's consumer.</summary>
internal static class AuthorityRepairMiddleware
{
    /// <summary>Repairs the header blocks of every connection of an HTTP/2 endpoint.</summary>
    public static void UseAuthorityRepair(this IConnectionBuilder endpoint) =>
        endpoint.Use(next => connection =>
        {
            var pings = new PingWatch();
            connection.Features.Set(pings);
            connection.Transport = new Duplex(
                new AuthorityRepairReader(connection.Transport.Input, pings), connection.Transport.Output);
            return next(connection);
        });

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
