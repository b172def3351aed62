// Many leases, each with a key, end within the same ten seconds. Their keys must go in time, and the writes
// of others must not feel it.
using System.Diagnostics;
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;

namespace Load;

internal static class EndingLeases
{
    private const int TtlSeconds = 40;

    private const int GrantSeconds = 10;

    private const int OthersRate = 500;

    public static async Task<int> RunAsync(int count)
    {
        Console.WriteLine(
            $"{count} leases of {TtlSeconds} s, each with a key, granted within {GrantSeconds} s; others put {OthersRate}/s");
        using var node = await LoadNode.StartAsync();
        using var client = new Client(node.Url);
        var due = new long[count];
        var gone = WatchAsync(client, due);
        await GrantAsync(client, due);
        Console.WriteLine($"  granted; the first end is {Seconds(due.Min() - Stopwatch.GetTimestamp()):F1} s away");

        using var stop = new CancellationTokenSource();
        var others = new PutLoad(node.Url, "others/", OthersRate);
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, Seconds(due.Min() - Stopwatch.GetTimestamp()) - 2)));
        var running = others.RunAsync(stop.Token);
        var late = await gone;
        await stop.CancelAsync();
        await running;

        Array.Sort(late);
        var latencies = others.Latencies;
        Console.WriteLine(
            $"  keys went between {late[0]:F2} s and {late[^1]:F2} s after their time (median {late[count / 2]:F2} s)");
        Console.WriteLine(
            $"  puts of others meanwhile: p50 {latencies[latencies.Length / 2]:F1} ms, "
            + $"p99 {latencies[(int)(latencies.Length * 0.99)]:F1} ms, longest {latencies[^1]:F1} ms ({latencies.Length} puts)");
        return late[0] < 0 ? 1 : 0;
    }

    private static async Task GrantAsync(Client client, long[] due)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, due.Length, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, token) =>
        {
            var ahead = TimeSpan.FromSeconds((double)GrantSeconds * i / due.Length) - clock.Elapsed;
            if (ahead > TimeSpan.Zero)
            {
                await Task.Delay(ahead, token);
            }

            // From before the grant: the node's account begins later, so an end before this would be early.
            Volatile.Write(ref due[i], Stopwatch.GetTimestamp() + TtlSeconds * Stopwatch.Frequency);
            var lease = await client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = TtlSeconds }, cancellationToken: token);
            await client.Kv.PutAsync(
                new PutRequest { Key = ByteString.CopyFromUtf8($"leased/{i}"), Lease = lease.ID },
                cancellationToken: token);
        });
    }

    /// <summary>How long after its time each key went, seconds.</summary>
    private static async Task<double[]> WatchAsync(Client client, long[] due)
    {
        using var stream = client.Watch.Watch();
        await stream.RequestStream.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = ByteString.CopyFromUtf8("leased/"),
                RangeEnd = ByteString.CopyFromUtf8("leased0"),
                Filters = { WatchCreateRequest.Types.FilterType.Noput },
            },
        });
        var late = new double[due.Length];
        var seen = 0;
        while (seen < due.Length && await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            var now = Stopwatch.GetTimestamp();
            foreach (var change in stream.ResponseStream.Current.Events)
            {
                var number = int.Parse(change.Kv.Key.ToStringUtf8()["leased/".Length..]);
                late[number] = Seconds(now - Volatile.Read(ref due[number]));
                seen++;
            }
        }

        return late;
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
