// A node among clients that mean harm: all kinds at once on both ports, beside connections that say nothing. It goes on
// serving others, its memory stays bounded, and it does not stop.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>What takes both processors for itself: nothing that keeps to times may run beside it.</summary>
[CollectionDefinition(nameof(HostileTests), DisableParallelization = true)]
public sealed class HostileCollection;

/// <summary>Attacks of a few seconds; scripts/load.sh hostile goes on for minutes and measures.</summary>
[Collection(nameof(HostileTests))]
public sealed class HostileTests
{
    private const long MemoryMax = 1_500_000_000;

    [Fact]
    public async Task The_node_outlives_them_and_serves_others()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        var (clients, peers) = (new Uri(node.ClientUrl), new Uri(node.PeerUrl));
        using var crowd = await Attackers.CrowdAsync(clients, 1_000);
        using var other = await Attackers.CrowdAsync(peers, 500);
        using var stop = new CancellationTokenSource();
        var attacks = Attackers.OnAnyPort.Values.SelectMany(attack => new[] { attack(clients, stop.Token), attack(peers, stop.Token) })
            .Concat(Attackers.OnClientPort.Values.Select(attack => attack(clients, stop.Token)))
            .ToArray();
        using var client = new Client(node.ClientUrl);
        var until = DateTime.UtcNow.AddSeconds(8);
        var served = 0;
        while (DateTime.UtcNow < until)
        {
            await client.Kv.PutAsync(
                new PutRequest { Key = ByteString.CopyFromUtf8(Attackers.WatchedKey), Value = ByteString.CopyFromUtf8($"{served++}") },
                deadline: DateTime.UtcNow.AddSeconds(10));
            Assert.True(ResidentBytes(node) < MemoryMax, $"{ResidentBytes(node)} bytes");
        }

        await stop.CancelAsync();
        await Task.WhenAll(attacks);
        Assert.True(served > 0);
        Assert.False(node.Process!.HasExited, node.Process.Log);
        Assert.DoesNotContain(" error ", node.Process.Log, StringComparison.Ordinal);
        Assert.Equal($"{Attackers.WatchedKey}\n{served - 1}\n", await EtcdCtl.RunAsync(node.ClientUrl, "get", Attackers.WatchedKey));
    }

    [Fact]
    public async Task Compressed_messages_are_unpacked_only_as_far_as_a_message_may_be_long()
    {
        using var cluster = await TestCluster.StartAsync(1);
        var node = cluster.Nodes[0];
        using var client = new Client(node.ClientUrl);
        var packed = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        await client.Kv.PutAsync(Put(1_000_000), packed);
        var before = ResidentBytes(node);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await client.Kv.PutAsync(Put(400_000_000), packed));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.InRange(ResidentBytes(node) - before, long.MinValue, 150_000_000);

        static PutRequest Put(int length) =>
            new() { Key = ByteString.CopyFromUtf8("k"), Value = UnsafeByteOperations.UnsafeWrap(new byte[length]) };
    }

    private static long ResidentBytes(Node node) => 1024 * long.Parse(
        File.ReadLines($"/proc/{node.Process!.Pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
}
