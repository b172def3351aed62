// HTTP clients towards other members: no proxy, no cookies, no redirects, sockets that notice a dead
// peer. HTTP/1.1, because a stream then has a connection of its own and needs no windows.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Kv.Node.Tls;

namespace Kv.Node.Peers;

/// <summary>Makes HTTP clients and requests for the peer port.</summary>
internal static class PeerHttp
{
    private const int TcpKeepAliveSeconds = 5;

    private const int TcpKeepAliveProbes = 3;

    /// <summary>A client with connections of its own. Requests end by their token only.</summary>
    public static HttpClient CreateClient(PeerOptions options) => new(CreateHandler(options))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>A request with this member's identity on it.</summary>
    public static HttpRequestMessage CreateRequest(HttpMethod method, Uri url, string path, PeerOptions options, ulong target)
    {
        var request = new HttpRequestMessage(method, new Uri(url, path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        PeerHeaders.Write(request, options, target);
        return request;
    }

    /// <summary>A reason on one line, from a failed request.</summary>
    public static string Describe(Exception problem) =>
        (problem is HttpRequestException { InnerException: { } inner } ? inner : problem).Message.ReplaceLineEndings(" ");

    private static SocketsHttpHandler CreateHandler(PeerOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.WriteTimeout,

        // A body is never sent unasked: the request's own token ends the wait before this does.
        Expect100ContinueTimeout = options.WriteTimeout + options.WriteTimeout,
        ConnectCallback = (context, token) => ConnectAsync(context, options.Tls, token),
    };

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, TlsSource? tls, CancellationToken token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, TcpKeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, TcpKeepAliveProbes);
            await socket.ConnectAsync(context.DnsEndPoint, token);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return tls is not null && context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(plain, context.DnsEndPoint.Host, tls, token)
                : plain;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Done here and not by the HTTP client, whose certificates are those of its making.</summary>
    private static async ValueTask<Stream> SecureAsync(Stream plain, string host, TlsSource tls, CancellationToken token)
    {
        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(tls.ForClient(host), token);
            return secure;
        }
        catch (Exception problem)
        {
            await secure.DisposeAsync();
            if (problem is AuthenticationException)
            {
                throw new IOException($"TLS with {host} failed: {(problem.InnerException ?? problem).Message}", problem);
            }

            throw;
        }
    }
}
