// How a host asks for a dual port: once for the services, once for each address.
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kv.Node.Listeners;

/// <summary>Wiring of dual ports into Kestrel.</summary>
internal static class DualListenerExtensions
{
    /// <summary>Registers the transport. Call after Kestrel itself was added.</summary>
    public static IServiceCollection AddDualListeners(this IServiceCollection services) =>
        services.AddSingleton<IConnectionListenerFactory, DualListenerFactory>();

    /// <summary>Serves HTTP/1.1 and HTTP/2 (prior knowledge) without TLS on one address.</summary>
    /// <param name="options">Kestrel's options.</param>
    /// <param name="address">Where to listen; port 0 picks a free one.</param>
    /// <param name="configure">Applied to both logical endpoints.</param>
    /// <returns>The port; its <see cref="DualPort.Address"/> is real once the server has started.</returns>
    public static DualPort ListenDual(
        this KestrelServerOptions options,
        IPEndPoint address,
        Action<ListenOptions>? configure = null) => ListenDual(options, new DualPort(address), configure);

    /// <summary>Serves HTTP/1.1 and HTTP/2 on a port with limits of its own.</summary>
    public static DualPort ListenDual(
        this KestrelServerOptions options,
        DualPort port,
        Action<ListenOptions>? configure = null)
    {
        Listen(isHttp2: false, HttpProtocols.Http1);
        Listen(isHttp2: true, HttpProtocols.Http2);
        return port;

        void Listen(bool isHttp2, HttpProtocols protocols) =>
            options.Listen(
                new DualEndPoint(port, isHttp2),
                listen =>
                {
                    listen.Protocols = protocols;
                    if (isHttp2)
                    {
                        listen.UseAuthorityRepair();
                    }

                    configure?.Invoke(listen);
                });
    }
}
