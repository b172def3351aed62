// Whether two lists of URLs mean the same place. Names are resolved when the texts differ, as etcd does:
// one operator writes a host's name where the other wrote its address.
using System.Net;
using System.Net.Sockets;

namespace Kv.Node.Hosting;

/// <summary>Compares peer URLs.</summary>
internal static class UrlMatch
{
    /// <summary>True if the lists have the same URLs in any order, by text or by what their hosts resolve
    /// to.</summary>
    public static bool AreSame(IReadOnlyCollection<string> left, IReadOnlyCollection<Uri> right) =>
        left.Count == right.Count
        && left.All(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && right.Any(other => IsSame(url, other)));

    private static bool IsSame(Uri left, Uri right) =>
        left.Scheme == right.Scheme
        && left.Port == right.Port
        && (string.Equals(left.Host, right.Host, StringComparison.OrdinalIgnoreCase)
            || Addresses(left.DnsSafeHost).Intersect(Addresses(right.DnsSafeHost)).Any());

    private static IPAddress[] Addresses(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host);
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            return [];
        }
    }
}
