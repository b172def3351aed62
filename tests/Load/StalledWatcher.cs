// A watcher stops reading while others write at full rate. It must get every event afterwards, in order, and
// cost the node no memory meanwhile: the same load without it is the measure.
using System.Diagnostics;
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;

namespace Load;

internal static class StalledWatcher
{
    public static async Task<int> RunAsync(int seconds, int rate)
    {
        Console.WriteLine($"{rate} puts/s for {seconds} s, first without a watcher, then with one that does not read");
        var alone = await MeasureAsync(seconds, rate, isWatched: false);
        var watched = await MeasureAsync(seconds, rate, isWatched: true);
        Console.WriteLine(
            $"memory at the end: {alone.Bytes / 1e6:F0} MB without the watcher, {watched.Bytes / 1e6:F0} MB with it");
        return watched.IsComplete ? 0 : 1;
    }

    private static async Task<(long Bytes, bool IsComplete)> MeasureAsync(int seconds, int rate, bool isWatched)
    {
        using var node = await LoadNode.StartAsync();
        using var client = new Client(node.Url);
        using var stream = client.Watch.Watch();
        if (isWatched)
        {
            await stream.RequestStream.WriteAsync(new WatchRequest
            {
                CreateRequest = new WatchCreateRequest
                {
                    Key = ByteString.CopyFromUtf8("k/"),
                    RangeEnd = ByteString.CopyFromUtf8("k0"),
                },
            });
            await stream.ResponseStream.MoveNext(CancellationToken.None);
        }

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var load = new PutLoad(node.Url, "k/", rate);
        var running = load.RunAsync(stop.Token);
        double pending = 0;
        while (!running.IsCompleted)
        {
            pending = Math.Max(pending, await node.MetricAsync("etcd_debugging_mvcc_pending_events_total"));
            await Task.WhenAny(running, Task.Delay(500));
        }

        await running;
        var bytes = node.ResidentBytes;
        Console.WriteLine($"  {load.Done / (double)seconds:F0} puts/s, {bytes / 1e6:F0} MB");
        return (bytes, !isWatched || await CatchUpAsync(stream.ResponseStream, load.Done, pending));
    }

    private static async Task<bool> CatchUpAsync(
        Grpc.Core.IAsyncStreamReader<WatchResponse> responses, int expected, double pending)
    {
        var clock = Stopwatch.StartNew();
        var (seen, last) = (0, 0L);
        while (seen < expected && await responses.MoveNext(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token))
        {
            foreach (var change in responses.Current.Events)
            {
                if (change.Kv.ModRevision != last + 1 && last != 0)
                {
                    Console.WriteLine($"  out of order: revision {change.Kv.ModRevision} behind {last}");
                    return false;
                }

                last = change.Kv.ModRevision;
                seen++;
            }
        }

        Console.WriteLine(
            $"  {seen} of {expected} events, in order, {clock.Elapsed.TotalSeconds:F1} s after it read again; "
            + $"at most {pending:F0} were waiting in the node");
        return seen == expected;
    }
}
