// What watchers cost that have nothing to do, on one stream and on many.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace Load;

internal static class IdleWatchers
{
    public static async Task<int> RunAsync(int count)
    {
        foreach (var streams in new[] { 1, 100 })
        {
            using var node = await LoadNode.StartAsync();
            using var client = new Client(node.Url);
            // The same work once before: what the process needs to do it at all is not a watcher's cost.
            (await WatchAsync(client, count, streams)).ForEach(stream => stream.Dispose());
            while (await node.MetricAsync("etcd_debugging_mvcc_watcher_total") > 0)
            {
                await Task.Delay(100);
            }

            var before = node.ResidentBytes;
            var open = await WatchAsync(client, count, streams);
            Console.WriteLine(
                $"{count} watchers on {streams} stream(s): {(node.ResidentBytes - before) / 1e6:F1} MB more "
                + $"({await node.MetricAsync("etcd_debugging_mvcc_watcher_total"):F0} watchers in the node)");
            open.ForEach(stream => stream.Dispose());
        }

        return 0;
    }

    private static async Task<List<AsyncDuplexStreamingCall<WatchRequest, WatchResponse>>> WatchAsync(
        Client client, int count, int streams)
    {
        var open = new List<AsyncDuplexStreamingCall<WatchRequest, WatchResponse>>();
        for (var s = 0; s < streams; s++)
        {
            var stream = client.Watch.Watch();
            open.Add(stream);
            for (var i = 0; i < count / streams; i++)
            {
                await stream.RequestStream.WriteAsync(new WatchRequest
                {
                    CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8($"idle/{s}/{i}") },
                });
                await stream.ResponseStream.MoveNext(CancellationToken.None);
            }
        }

        return open;
    }
}
