// What kube-apiserver and kubeadm do on the wire (etcd-facts §10.1), call by call.
using Compat.Harness;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>The storage of a Kubernetes API server.</summary>
public sealed class KubernetesTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TestCluster? _cluster;
    private Client? _client;

    private Client Client => _client!;

    public async Task InitializeAsync()
    {
        // kubeadm writes this flag into its manifest, under the name it had when it was new.
        _cluster = await TestCluster.StartAsync(1, "--experimental-watch-progress-notify-interval=1s");
        _client = new Client(_cluster.Nodes[0].ClientUrl);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _client?.Dispose();
        _cluster?.Dispose();
    }

    [Fact]
    public async Task Objects_are_created_updated_and_deleted_only_at_the_revision_they_were_seen_at()
    {
        const string Key = "/registry/pods/default/a";
        var created = await GuardedAsync(Key, 0, Put(Key, "1"));
        Assert.True(created.Succeeded);
        Assert.True(created.Responses[0].ResponsePut.Header.Revision > 0);
        Assert.False((await GuardedAsync(Key, 0, Put(Key, "again"))).Succeeded);

        var updated = await GuardedAsync(Key, created.Header.Revision, Put(Key, "2"), Get(Key));
        Assert.True(updated.Succeeded);
        var conflict = await GuardedAsync(Key, created.Header.Revision, Put(Key, "3"), Get(Key));
        Assert.False(conflict.Succeeded);
        var seen = Assert.Single(conflict.Responses[0].ResponseRange.Kvs);
        Assert.Equal(("2", updated.Header.Revision), (seen.Value.ToStringUtf8(), seen.ModRevision));
        Assert.NotNull(conflict.Responses[0].ResponseRange.Header);

        var stale = await GuardedAsync(Key, created.Header.Revision, Delete(Key), Get(Key));
        Assert.False(stale.Succeeded);
        var deleted = await GuardedAsync(Key, seen.ModRevision, Delete(Key), Get(Key));
        Assert.True(deleted.Succeeded);
        // Older API servers read the revision of the deletion here, and fail if it is not there.
        Assert.Equal(deleted.Header.Revision, deleted.Responses[0].ResponseDeleteRange.Header.Revision);
        var gone = await GuardedAsync(Key, seen.ModRevision, Delete(Key), Get(Key));
        Assert.Empty(gone.Responses[0].ResponseRange.Kvs);
    }

    [Fact]
    public async Task Lists_go_on_page_by_page_at_the_revision_of_the_first()
    {
        for (var i = 0; i < 25; i++)
        {
            await GuardedAsync($"/registry/nodes/{i:00}", 0, Put($"/registry/nodes/{i:00}", $"{i}"));
        }

        var names = new List<string>();
        var request = Prefix("/registry/nodes/");
        request.Limit = 10;
        while (true)
        {
            var page = await Client.Kv.RangeAsync(request);
            names.AddRange(page.Kvs.Select(pair => pair.Key.ToStringUtf8()));
            // The number that remains is made from the count of what the page's interval holds.
            Assert.Equal(25 - names.Count + page.Kvs.Count, page.Count);
            if (!page.More)
            {
                break;
            }

            request.Revision = request.Revision == 0 ? page.Header.Revision : request.Revision;
            request.Key = ByteString.CopyFrom([.. page.Kvs[^1].Key, 0]);
            await Client.Kv.PutAsync(new PutRequest { Key = Text($"/registry/nodes/{names.Count}z") });
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"/registry/nodes/{i:00}"), names);
        var count = Prefix("/registry/nodes/");
        count.CountOnly = true;
        Assert.Equal(27, (await Client.Kv.RangeAsync(count)).Count);
        var keys = Prefix("/registry/nodes/");
        keys.KeysOnly = true;
        Assert.All((await Client.Kv.RangeAsync(keys)).Kvs, pair => Assert.True(pair.Value.IsEmpty && pair.ModRevision > 0));
        var current = await Client.Kv.RangeAsync(new RangeRequest { Key = Text("/registry/"), Limit = 1 });
        Assert.True(current.Header.Revision >= request.Revision);
        Assert.Equal(0, (await Client.Kv.RangeAsync(new RangeRequest { Key = Text("/registry/health") })).Count);
    }

    [Fact]
    public async Task A_watch_cache_follows_from_its_list_and_knows_how_far_it_is()
    {
        await GuardedAsync("/registry/pods/w", 0, Put("/registry/pods/w", "1"));
        var list = await Client.Kv.RangeAsync(Prefix("/registry/pods/"));
        using var watch = Client.Watch.Watch(new Metadata { { "hasleader", "true" } }, DateTime.UtcNow + Patience);
        var prefix = Prefix("/registry/pods/");
        await watch.RequestStream.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = prefix.Key,
                RangeEnd = prefix.RangeEnd,
                StartRevision = list.Header.Revision + 1,
                PrevKv = true,
                ProgressNotify = true,
            },
        });
        Assert.True((await NextAsync(watch, response => response.Created)).Created);
        await GuardedAsync("/registry/pods/w", list.Kvs[0].ModRevision, Put("/registry/pods/w", "2"));
        var change = Assert.Single((await NextAsync(watch, response => response.Events.Count > 0)).Events);
        Assert.Equal(("2", "1"), (change.Kv.Value.ToStringUtf8(), change.PrevKv.Value.ToStringUtf8()));

        // A consistent list from the cache asks how far the watch is.
        var elsewhere = await Client.Kv.PutAsync(new PutRequest { Key = Text("/registry/other") });
        await watch.RequestStream.WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() });
        var progress = await NextAsync(watch, response => response.WatchId == -1);
        Assert.Empty(progress.Events);
        Assert.True(progress.Header.Revision >= elsewhere.Header.Revision);
        // And it is told by itself, every so often.
        var told = await NextAsync(watch, response => response.Header.Revision >= elsewhere.Header.Revision);
        Assert.Equal(0, told.WatchId);
        Assert.Empty(told.Events);
    }

    [Fact]
    public async Task One_of_several_compactors_compacts_and_old_reads_are_told_so()
    {
        const string Key = "compact_rev_key";
        for (var i = 0; i < 3; i++)
        {
            await Client.Kv.PutAsync(new PutRequest { Key = Text("/registry/c"), Value = Text($"{i}") });
        }

        var revision = (await Client.Kv.RangeAsync(new RangeRequest { Key = Text("/registry/c") })).Header.Revision;
        Assert.True((await VersionedAsync(Key, 0, Put(Key, $"{revision}"))).Succeeded);
        var late = await VersionedAsync(Key, 0, Put(Key, $"{revision}"), Get(Key));
        Assert.False(late.Succeeded);
        Assert.Equal($"{revision}", late.Responses[0].ResponseRange.Kvs[0].Value.ToStringUtf8());
        await Client.Kv.CompactAsync(new CompactionRequest { Revision = revision });

        var error = await Assert.ThrowsAsync<RpcException>(() => Client.Kv.RangeAsync(
            new RangeRequest { Key = Text("/registry/c"), Revision = revision - 1 }).ResponseAsync);
        Assert.Equal(
            (StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted"),
            (error.StatusCode, error.Status.Detail));
        Assert.Equal(1, (await Client.Kv.RangeAsync(
            new RangeRequest { Key = Text("/registry/c"), Revision = revision })).Count);
    }

    [Fact]
    public async Task Events_share_a_lease_and_go_with_it()
    {
        var lease = await Client.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = 3600 });
        foreach (var name in new[] { "a", "b" })
        {
            var put = Put($"/registry/events/{name}", "x");
            put.RequestPut.Lease = lease.ID;
            Assert.True((await GuardedAsync($"/registry/events/{name}", 0, put)).Succeeded);
        }

        await Client.Lease.LeaseRevokeAsync(new LeaseRevokeRequest { ID = lease.ID });
        Assert.Equal(0, (await Client.Kv.RangeAsync(Prefix("/registry/events/"))).Count);
        var error = await Assert.ThrowsAsync<RpcException>(() => Client.Kv.PutAsync(
            new PutRequest { Key = Text("/registry/events/c"), Lease = lease.ID }).ResponseAsync);
        Assert.Equal(
            (StatusCode.NotFound, "etcdserver: requested lease not found"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task The_version_switches_consistent_lists_on_and_the_size_is_told()
    {
        await Client.Kv.PutAsync(new PutRequest { Key = Text("/registry/size") });
        var status = await Client.Maintenance.StatusAsync(new StatusRequest());
        Assert.True(Version.TryParse(status.Version, out var version), status.Version);
        Assert.True(version >= new Version(3, 5, 13));
        Assert.True(status.DbSize > 0);
        Assert.Equal(0, (await Client.Kv.RangeAsync(new RangeRequest { Key = Text("/registry/health") })).Count);
    }

    private static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static RangeRequest Prefix(string prefix) =>
        new() { Key = Text(prefix), RangeEnd = Text(prefix[..^1] + (char)(prefix[^1] + 1)) };

    private static RequestOp Put(string key, string value) =>
        new() { RequestPut = new PutRequest { Key = Text(key), Value = Text(value) } };

    private static RequestOp Get(string key) => new() { RequestRange = new RangeRequest { Key = Text(key) } };

    private static RequestOp Delete(string key) =>
        new() { RequestDeleteRange = new DeleteRangeRequest { Key = Text(key) } };

    /// <summary>The next response wanted; before it there may be reports of progress.</summary>
    private static async Task<WatchResponse> NextAsync(
        AsyncDuplexStreamingCall<WatchRequest, WatchResponse> watch, Predicate<WatchResponse> isWanted)
    {
        while (await watch.ResponseStream.MoveNext(CancellationToken.None))
        {
            var response = watch.ResponseStream.Current;
            if (isWanted(response))
            {
                return response;
            }

            Assert.True(response.WatchId == 0 && response.Events.Count == 0);
        }

        throw new EndOfStreamException();
    }

    private Task<TxnResponse> GuardedAsync(string key, long modRevision, RequestOp then, RequestOp? otherwise = null) =>
        TxnAsync(
            new Compare { Key = Text(key), Target = Compare.Types.CompareTarget.Mod, ModRevision = modRevision },
            then,
            otherwise);

    private Task<TxnResponse> VersionedAsync(string key, long version, RequestOp then, RequestOp? otherwise = null) =>
        TxnAsync(
            new Compare { Key = Text(key), Target = Compare.Types.CompareTarget.Version, Version = version },
            then,
            otherwise);

    private async Task<TxnResponse> TxnAsync(Compare guard, RequestOp then, RequestOp? otherwise)
    {
        var txn = new TxnRequest { Compare = { guard }, Success = { then } };
        if (otherwise is not null)
        {
            txn.Failure.Add(otherwise);
        }

        return await Client.Kv.TxnAsync(txn);
    }
}
