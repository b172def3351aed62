// The checks of `kvnode check`, each of one thing a start depends on.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Listeners;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Tls;
using Kv.Node.Wal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kv.Node.Commands;

/// <summary>Checks of a node's settings against the world.</summary>
internal static class NodeChecks
{
    private static readonly TimeSpan PeerPatience = TimeSpan.FromSeconds(3);

    /// <summary>Leases and tokens are only as right as the clocks; etcd warns past the same.</summary>
    private static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromSeconds(1);

    /// <summary>Runs them all, the cheapest first.</summary>
    public static async IAsyncEnumerable<CheckResult> RunAsync(
        NodeOptions options, [EnumeratorCancellation] CancellationToken token)
    {
        yield return new CheckResult(CheckGrade.Ok, "configuration", $"member \"{options.Name}\" with data in {options.DataDir}");
        var tls = OpenTls(options, out var certificates);
        yield return certificates;
        foreach (var listen in options.ListenClientUrls
            .Concat(options.ListenClientHttpUrls).Concat(options.ListenPeerUrls).Concat(options.ListenMetricsUrls))
        {
            yield return Listen(listen);
        }

        yield return Data(options, out var isNew);
        if (tls is null)
        {
            yield break;
        }

        foreach (var member in options.InitialCluster.Where(member => member.Name != options.Name))
        {
            foreach (var url in member.PeerUrls)
            {
                yield return await PeerAsync(member.Name, url, tls, isNew && !options.JoinsExistingCluster, token);
            }
        }
    }

    /// <summary>A certificate that is to be made is not: the start would write into the data directory.</summary>
    private static NodeTls? OpenTls(NodeOptions options, out CheckResult result)
    {
        const string What = "certificates";
        try
        {
            var given = options with
            {
                ClientTls = options.ClientTls with { AutoTls = false },
                PeerTls = options.PeerTls with { AutoTls = false },
            };
            var tls = NodeTls.Open(given, NullLogger.Instance);
            var ends = new[] { tls.Clients, tls.Peers }
                .Select(source => source?.Current.Server?.TargetCertificate.NotAfter.ToUniversalTime())
                .OfType<DateTime>()
                .DefaultIfEmpty(DateTime.MaxValue)
                .Min();
            var now = DateTime.UtcNow;
            result = ends == DateTime.MaxValue ? new(CheckGrade.Ok, What, "none are needed")
                : ends < now ? new(CheckGrade.Warning, What, $"one has expired, {Show(ends)}")
                : ends < now.AddDays(30) ? new(CheckGrade.Warning, What, $"one expires soon, {Show(ends)}")
                : new(CheckGrade.Ok, What, $"good until {Show(ends)}");
            return tls;
        }
        catch (OptionsException problem)
        {
            result = new(CheckGrade.Failed, What, problem.Message);
            return null;
        }
    }

    private static CheckResult Listen(Uri url)
    {
        foreach (var address in ListenUrls.Resolve(url))
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(address);
            }
            catch (SocketException problem)
            {
                return new(CheckGrade.Failed, $"listen on {url.OriginalString}", problem.Message);
            }
        }

        return new(CheckGrade.Ok, $"listen on {url.OriginalString}", "free");
    }

    private static CheckResult Data(NodeOptions options, out bool isNew)
    {
        var what = $"data in {options.DataDir}";
        var disk = new PhysicalDisk();
        isNew = true;
        try
        {
            RestoredDirectory.RequireFinished(options, disk);
            if (!WriteAheadLog.Exists(disk, DataDirectory.Log(options)))
            {
                NewDirectory.RequireNeverUsed(options, disk);
                return options.ForceNewCluster
                    ? new(CheckGrade.Failed, what, "--force-new-cluster needs the data directory of a member")
                    : new(CheckGrade.Ok, what, "none yet: a new member");
            }

            isNew = false;
            var log = WriteAheadLog.Inspect(disk, DataDirectory.Log(options));
            var loaded = new SnapshotStore(disk, DataDirectory.Snapshots(options), log.Identity.ClusterId).LoadNewest(log);
            var text = $"member {PeerHeaders.Hex(log.Identity.MemberId)} of cluster {PeerHeaders.Hex(log.Identity.ClusterId)}, "
                + $"log up to index {log.LastIndex}";
            return loaded.Damaged.Count > 0 ? new(CheckGrade.Warning, what, $"{text}; {loaded.Damaged[0].Message}")
                : log.Repair is { } torn ? new(CheckGrade.Warning, what,
                    $"{text}; the log ends in a torn record of {torn.BytesCut} bytes, which the start will cut off")
                : new(CheckGrade.Ok, what, text);
        }
        catch (Exception problem) when (problem is StorageException or DataDirectoryException)
        {
            return new(CheckGrade.Failed, what, problem.Message.ReplaceLineEndings(" "));
        }
    }

    private static async Task<CheckResult> PeerAsync(string name, Uri url, NodeTls tls, bool isNew, CancellationToken token)
    {
        var what = $"member {name} at {url.OriginalString}";
        using var client = PeerHttp.CreateClient(new PeerOptions { MemberId = 0, ClusterId = 0, Tls = tls.Peers });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(PeerPatience);
        try
        {
            using var answer = await client.GetAsync(new Uri(url, PeerPaths.Version), limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                return new(CheckGrade.Warning, what, $"answers {(int)answer.StatusCode}");
            }

            // The header counts whole seconds.
            var difference = answer.Headers.Date is { } theirs ? (DateTimeOffset.UtcNow - theirs).Duration() : TimeSpan.Zero;
            return difference > ClockDifferenceMax + ClockDifferenceMax
                ? new(CheckGrade.Warning, what, string.Create(
                    CultureInfo.InvariantCulture, $"reachable, but the clocks differ by {difference.TotalSeconds:F0} s"))
                : new(CheckGrade.Ok, what, "reachable, and its clock agrees");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or OperationCanceledException)
        {
            var reason = problem is OperationCanceledException ? "no answer" : PeerHttp.Describe(problem);
            return new(
                isNew ? CheckGrade.Ok : CheckGrade.Warning, what,
                isNew ? $"not up yet ({reason})" : $"not reachable ({reason})");
        }
    }

    private static string Show(DateTime time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
