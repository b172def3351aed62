// A client whose certificate names hosts must call from one of them (etcd's rule for both ports, since
// 3.2): a certificate copied off one machine is no good on another. Certificates without hosts, as users
// have them, are not concerned.
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kv.Node.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Kv.Node.Tls;

/// <summary>Compares the address of a client with the hosts in its certificate.</summary>
internal static class SanCheck
{
    private const string SanOid = "2.5.29.17";

    /// <summary>How long looking up the hosts' addresses may take.</summary>
    private static readonly TimeSpan LookUpTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Ends connections whose certificate is for other hosts. Stands behind TLS.</summary>
    public static void UseSanCheck(this IConnectionBuilder endpoint, ILogger logger) =>
        endpoint.Use(next => async connection =>
        {
            var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
            if (certificate is not null
                && connection.RemoteEndPoint is IPEndPoint remote
                && !await IsAtHomeAsync(certificate, remote.Address, connection.ConnectionClosed))
            {
                logger.TlsRefused(remote.ToString(), "its certificate is for other hosts than its address");
                connection.Abort();
                return;
            }

            await next(connection);
        });

    /// <summary>True if the certificate names no hosts, or one with this address.</summary>
    internal static async Task<bool> IsAtHomeAsync(X509Certificate2 certificate, IPAddress address, CancellationToken token)
    {
        var own = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var hosts = Hosts(certificate);
        var names = hosts?.EnumerateDnsNames().ToArray() ?? [];
        var addresses = hosts?.EnumerateIPAddresses().ToArray() ?? [];
        if ((names.Length == 0 && addresses.Length == 0) || addresses.Contains(own))
        {
            return true;
        }

        foreach (var name in names)
        {
            if (name.StartsWith("*.", StringComparison.Ordinal)
                ? (await ReverseAsync(own, token)).Any(host => certificate.MatchesHostname(host, allowCommonName: false))
                : (await ForwardAsync(name, token)).Contains(own))
            {
                return true;
            }
        }

        return false;
    }

    private static X509SubjectAlternativeNameExtension? Hosts(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == SanOid);
        return extension is null ? null : new X509SubjectAlternativeNameExtension(extension.RawData, extension.Critical);
    }

    private static async Task<IPAddress[]> ForwardAsync(string name, CancellationToken token)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(name, token).WaitAsync(LookUpTimeout, token);
        }
        catch (Exception problem) when (problem is SocketException or TimeoutException or ArgumentException)
        {
            return [];
        }
    }

    private static async Task<string[]> ReverseAsync(IPAddress address, CancellationToken token)
    {
        try
        {
            var entry = await Dns.GetHostEntryAsync(address.ToString(), token).WaitAsync(LookUpTimeout, token);
            return [entry.HostName, .. entry.Aliases];
        }
        catch (Exception problem) when (problem is SocketException or TimeoutException or ArgumentException)
        {
            return [];
        }
    }
}
