// From listen URLs to Kestrel's endpoints: without TLS a dual port, with TLS one endpoint where ALPN tells
// HTTP/1.1 from HTTP/2.
using System.Net;
using Kv.Node.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Kv.Node.Listeners;

/// <summary>Listening on URLs.</summary>
internal static class PortListening
{
    /// <summary>A silent or slow handshake is given up after this; it holds nobody up meanwhile.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Listens on all addresses of all URLs.</summary>
    /// <param name="kestrel">The server's options.</param>
    /// <param name="urls">URLs of a listen flag.</param>
    /// <param name="tls">Certificates for URLs of https.</param>
    /// <param name="logger">Told whose certificate was refused.</param>
    /// <param name="configureHttp2">Applied to connections of HTTP/2.</param>
    public static IReadOnlyList<ListeningPort> ListenOn(
        this KestrelServerOptions kestrel, IEnumerable<Uri> urls, TlsSource? tls, ILogger logger,
        Action<IConnectionBuilder>? configureHttp2 = null)
    {
        var ports = new List<ListeningPort>();
        foreach (var scheme in urls.GroupBy(url => url.Scheme))
        {
            foreach (var address in ListenUrls.Resolve(scheme))
            {
                ports.Add(scheme.Key == Uri.UriSchemeHttps
                    ? kestrel.ListenTls(address, tls!, logger, configureHttp2)
                    : kestrel.ListenPlain(address, configureHttp2));
            }
        }

        return ports;
    }

    private static ListeningPort ListenPlain(
        this KestrelServerOptions kestrel, IPEndPoint address, Action<IConnectionBuilder>? configureHttp2)
    {
        var port = kestrel.ListenDual(address, listen =>
        {
            if (listen.Protocols == HttpProtocols.Http2)
            {
                configureHttp2?.Invoke(listen);
            }
        });
        return new ListeningPort(Uri.UriSchemeHttp, () => port.Address);
    }

    private static ListeningPort ListenTls(
        this KestrelServerOptions kestrel, IPEndPoint address, TlsSource tls, ILogger logger,
        Action<IConnectionBuilder>? configureHttp2)
    {
        ListenOptions? endpoint = null;
        kestrel.Listen(address, listen =>
        {
            endpoint = listen;
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = HandshakeTimeout,
                OnConnection = handshake => new(tls.ForServer(handshake.Connection.RemoteEndPoint)),
            });
            if (tls.ComparesClientAddress)
            {
                listen.UseSanCheck(logger);
            }

            UseForHttp2(listen, http2 =>
            {
                http2.UseAuthorityRepair();
                configureHttp2?.Invoke(http2);
            });
        });
        return new ListeningPort(Uri.UriSchemeHttps, () => endpoint?.IPEndPoint ?? address);
    }

    /// <summary>Middleware for the connections whose handshake settled on HTTP/2.</summary>
    private static void UseForHttp2(ListenOptions listen, Action<IConnectionBuilder> configure) =>
        listen.Use(next =>
        {
            var builder = new ConnectionBuilder(listen.ApplicationServices);
            configure(builder);
            builder.Use(_ => next);
            var http2 = builder.Build();
            return connection =>
                connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual("h2"u8) == true
                    ? http2(connection)
                    : next(connection);
        });
}
