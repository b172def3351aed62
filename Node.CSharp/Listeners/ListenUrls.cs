// From the URLs of the listen flags to addresses a socket can be bound to. Like etcd, names other
// than localhost are refused: a name could resolve to something the operator did not mean.
using System.Net;
using System.Net.Sockets;

namespace Kv.Node.Listeners;

/// <summary>Resolution of listen URLs.</summary>
internal static class ListenUrls
{
    /// <summary>The addresses a URL stands for: localhost is both loopbacks where both exist.</summary>
    /// <exception cref="ArgumentException">The host is neither an IP address nor localhost.</exception>
    public static IReadOnlyList<IPEndPoint> Resolve(Uri url)
    {
        if (string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            // A free port picked for one loopback need not be free on the other, so port 0 is IPv4 only.
            return url.Port == 0 || !HasIPv6Loopback()
                ? [new(IPAddress.Loopback, url.Port)]
                : [new(IPAddress.Loopback, url.Port), new(IPAddress.IPv6Loopback, url.Port)];
        }

        if (!IPAddress.TryParse(url.DnsSafeHost, out var address))
        {
            throw new ArgumentException($"expected IP in URL for binding ({url.OriginalString})", nameof(url));
        }

        return [new(address, url.Port)];
    }

    /// <summary>The addresses of all URLs, each once, in order.</summary>
    public static IReadOnlyList<IPEndPoint> Resolve(IEnumerable<Uri> urls) =>
        urls.SelectMany(Resolve).Distinct().ToArray();

    /// <summary>IPv6 may be compiled in and yet be switched off, so the only sure test is to bind.</summary>
    private static bool HasIPv6Loopback()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return false;
        }

        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
