// A node among hostile clients of every kind, on both ports, for minutes: what a normal client feels, and what it costs.
using System.Diagnostics;
using Compat.Harness;

namespace Load;

internal static class HostileMix
{
    private const int Connections = 2_500;

    private const int Rate = 200;

    private const int QuietSeconds = 20;

    public static async Task<int> RunAsync(int seconds)
    {
        Console.WriteLine(
            $"{Attackers.OnAnyPort.Count} kinds of attacks on both ports, {Attackers.OnClientPort.Count} more on the client port, and "
            + $"{2 * Connections} silent connections, for {seconds} s; a client puts {Rate}/s");
        using var node = await LoadNode.StartAsync();
        await PutAsync(node, "warm/", TimeSpan.FromSeconds(5));
        var quiet = await PutAsync(node, "quiet/", TimeSpan.FromSeconds(QuietSeconds));
        Tell("quiet", quiet);
        var before = node.ResidentBytes;

        var (clients, peers) = (new Uri(node.Url), new Uri(node.PeerUrl));
        using var crowd = await Attackers.CrowdAsync(clients, Connections);
        using var other = await Attackers.CrowdAsync(peers, Connections);
        using var stop = new CancellationTokenSource();
        var attacks = Attackers.OnAnyPort.Values.SelectMany(attack => new[] { attack(clients, stop.Token), attack(peers, stop.Token) })
            .Concat(Attackers.OnClientPort.Values.Select(attack => attack(clients, stop.Token)))
            .ToArray();
        var most = before;
        using var sampling = new Timer(_ => most = Math.Max(most, node.ResidentBytes), null, 0, 250);
        var hostile = await PutAsync(node, "good/", TimeSpan.FromSeconds(seconds));
        Tell("among them", hostile);
        await stop.CancelAsync();
        await Task.WhenAll(attacks);

        var after = await PutAsync(node, "after/", TimeSpan.FromSeconds(5));
        Tell("afterwards", after);
        Console.WriteLine($"  p99 {P99(hostile) / P99(quiet):F1} times its quiet value");
        Console.WriteLine($"  memory {before >> 20} MB before, {most >> 20} MB at most, {node.ResidentBytes >> 20} MB afterwards");
        return 0;
    }

    /// <summary>Each kind by itself, to find the one that hurts.</summary>
    public static async Task<int> RunEachAsync(int seconds)
    {
        using var node = await LoadNode.StartAsync();
        var (clients, peers) = (new Uri(node.Url), new Uri(node.PeerUrl));
        await PutAsync(node, "warm/", TimeSpan.FromSeconds(5));
        Tell("quiet", await PutAsync(node, "quiet/", TimeSpan.FromSeconds(seconds)));
        foreach (var (name, attack, url) in Attackers.OnAnyPort.SelectMany(kind => new[] { (kind.Key, kind.Value, clients), (kind.Key, kind.Value, peers) })
            .Concat(Attackers.OnClientPort.Select(kind => (kind.Key, kind.Value, clients))))
        {
            using var stop = new CancellationTokenSource();
            var attacking = attack(url, stop.Token);
            var latencies = await PutAsync(node, "good/", TimeSpan.FromSeconds(seconds));
            await stop.CancelAsync();
            await attacking;
            Tell($"{name} ({(url == clients ? "clients" : "peers")}, {node.ResidentBytes >> 20} MB)", latencies);
        }

        return 0;
    }

    private static async Task<double[]> PutAsync(LoadNode node, string prefix, TimeSpan time)
    {
        using var stop = new CancellationTokenSource(time);
        var load = new PutLoad(node.Url, prefix, Rate);
        await load.RunAsync(stop.Token);
        return load.Latencies;
    }

    private static void Tell(string when, double[] latencies) => Console.WriteLine(
        $"  {when}: p50 {latencies[latencies.Length / 2]:F1} ms, p99 {P99(latencies):F1} ms, longest {latencies[^1]:F1} ms ({latencies.Length} puts)");

    private static double P99(double[] latencies) => latencies[(int)(latencies.Length * 0.99)];
}
