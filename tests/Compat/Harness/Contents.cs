// What a server holds, as clients see it, so that two servers can be compared in everything at once.
using Etcdserverpb;
using Google.Protobuf;
using Mvccpb;

namespace Compat.Harness;

/// <summary>A server's content.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Keys">Every key with value, revisions, version and lease.</param>
/// <param name="Hashes">HashKV at some revisions.</param>
/// <param name="Events">The history that can still be watched.</param>
internal sealed record Contents(
    long Revision,
    IReadOnlyList<string> Keys,
    IReadOnlyDictionary<long, uint> Hashes,
    IReadOnlyList<string> Events)
{
    private const int Samples = 5;

    /// <summary>Reads all of it.</summary>
    /// <param name="client">The server.</param>
    /// <param name="from">Oldest revision to hash and to watch from; above the compact revision.</param>
    public static async Task<Contents> ReadAsync(Client client, long from)
    {
        var revision = await client.RevisionAsync();
        var hashes = new Dictionary<long, uint>();
        for (var i = 0; i <= Samples; i++)
        {
            var at = from + ((revision - from) * i / Samples);
            hashes[at] = (await client.HashAsync(at)).Hash;
        }

        return new Contents(revision, await KeysAsync(client), hashes, await EventsAsync(client, from, revision));
    }

    private static async Task<IReadOnlyList<string>> KeysAsync(Client client)
    {
        var keys = new List<string>();
        var start = ByteString.CopyFrom(0);
        for (var more = true; more;)
        {
            var page = await client.Kv.RangeAsync(new RangeRequest { Key = start, RangeEnd = ByteString.CopyFrom(0), Limit = 2_000 });
            keys.AddRange(page.Kvs.Select(Show));
            more = page.More;
            start = more ? ByteString.CopyFrom([.. page.Kvs[^1].Key, 0]) : start;
        }

        return keys;
    }

    private static async Task<IReadOnlyList<string>> EventsAsync(Client client, long from, long to)
    {
        using var watch = client.Watch.Watch(deadline: DateTime.UtcNow.AddSeconds(60));
        await watch.RequestStream.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = ByteString.CopyFrom(0),
                RangeEnd = ByteString.CopyFrom(0),
                StartRevision = from,
            },
        });
        var events = new List<string>();
        for (long seen = 0; seen < to && await watch.ResponseStream.MoveNext(CancellationToken.None);)
        {
            var response = watch.ResponseStream.Current;
            if (response.Canceled)
            {
                throw new InvalidOperationException($"the watch from {from} was cancelled: {response.CancelReason}");
            }

            events.AddRange(response.Events.Select(one => $"{one.Type} {Show(one.Kv)}"));
            seen = response.Events.Count > 0 ? response.Events[^1].Kv.ModRevision : seen;
        }

        return events;
    }

    private static string Show(KeyValue row) =>
        $"{row.Key.ToStringUtf8()} {row.CreateRevision} {row.ModRevision} {row.Version} {row.Lease} "
        + $"{row.Value.Length} {row.Value.GetHashCode()}";
}
