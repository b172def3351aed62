// The way through DNS (etcd-facts §5.6): the SRV records of a domain are the members. This member is the one
// whose host leads to an address it advertises; the others are called by their number, for no name is known.
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Kv.Node.Options;

namespace Kv.Node.Discovery;

/// <summary>Finds the initial cluster in DNS.</summary>
internal sealed class SrvDiscovery(ILookupClient dns, NodeOptions options)
{
    /// <summary>Looks the members up.</summary>
    /// <exception cref="DiscoveryException">There are none, or this member is not one of them.</exception>
    public async Task<IReadOnlyList<InitialMember>> FindAsync(CancellationToken token)
    {
        var suffix = options.Discovery.SrvName.Length > 0 ? "-" + options.Discovery.SrvName : "";
        var own = await OwnAddressesAsync(token);
        var members = new List<InitialMember>();
        var problems = new List<string>();
        foreach (var (service, scheme) in new[] { ($"_etcd-server-ssl{suffix}", "https"), ($"_etcd-server{suffix}", "http") })
        {
            var name = $"{service}._tcp.{options.Discovery.Srv}";
            foreach (var record in await QueryAsync(name, problems, token))
            {
                members.Add(await MemberOfAsync(record, scheme, own, members.Count, token));
            }
        }

        if (members.Count == 0)
        {
            throw new DiscoveryException(
                $"error querying DNS SRV records for the {options.Discovery.Srv} domain: {string.Join("; ", problems)}");
        }

        return members.Any(member => member.Name == options.Name)
            ? members
            : throw new DiscoveryException(
                $"this member is not in the SRV records of {options.Discovery.Srv}: {UrlList.Show(options.InitialAdvertisePeerUrls)} "
                + $"is none of {UrlList.ShowCluster(members)}");
    }

    private async Task<SrvRecord[]> QueryAsync(string name, List<string> problems, CancellationToken token)
    {
        try
        {
            var answer = await dns.QueryAsync(name, QueryType.SRV, cancellationToken: token);
            if (answer.HasError)
            {
                problems.Add($"{name}: {answer.ErrorMessage}");
            }

            return [.. answer.Answers.SrvRecords().OrderBy(record => record.Target.Value, StringComparer.Ordinal)
                .ThenBy(record => record.Port)];
        }
        catch (Exception problem) when (problem is DnsResponseException or SocketException)
        {
            problems.Add($"{name}: {problem.Message.ReplaceLineEndings(" ")}");
            return [];
        }
    }

    private async Task<InitialMember> MemberOfAsync(
        SrvRecord record, string scheme, HashSet<IPEndPoint> own, int number, CancellationToken token)
    {
        var host = record.Target.Value.TrimEnd('.');
        var url = new Uri($"{scheme}://{host}:{record.Port}");
        var isSelf = options.InitialAdvertisePeerUrls.Any(mine => mine.OriginalString == url.OriginalString)
            || (await ResolveAsync(host, token)).Any(address => own.Contains(new IPEndPoint(address, record.Port)));
        return new InitialMember(
            isSelf ? options.Name : number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [new Uri(url.OriginalString)]);
    }

    private async Task<HashSet<IPEndPoint>> OwnAddressesAsync(CancellationToken token)
    {
        var own = new HashSet<IPEndPoint>();
        foreach (var url in options.InitialAdvertisePeerUrls)
        {
            own.UnionWith((await ResolveAsync(url.DnsSafeHost, token)).Select(address => new IPEndPoint(address, url.Port)));
        }

        return own;
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken token)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var answer = await dns.QueryAsync(host, QueryType.A, cancellationToken: token);
            var addresses = answer.Answers.AddressRecords().Select(record => record.Address).ToArray();
            return addresses.Length > 0 ? addresses : await Dns.GetHostAddressesAsync(host, token);
        }
        catch (Exception problem) when (problem is DnsResponseException or SocketException)
        {
            return [];
        }
    }
}
