// Locks and elections where something goes wrong, and together with clients that queue by themselves.
using Compat.Harness;
using Xunit;
using static Compat.Harness.JsonClient;

namespace Compat;

/// <summary>Locks and elections on a cluster.</summary>
public sealed class LockTests : IAsyncLifetime, IDisposable
{
    private TestCluster? _cluster;
    private JsonClient[] _members = [];

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(3);
        _members = [.. _cluster.Nodes.Select(node => new JsonClient(node.ClientUrl))];
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var member in _members)
        {
            member.Dispose();
        }

        _cluster?.Dispose();
    }

    [Fact]
    public async Task A_waiter_whose_lease_ends_is_told_at_once_and_never_gets_the_lock()
    {
        await GrantAsync(1, 2, 3, 4);
        await LockAsync(0, "l", 1);
        var loser = LockAsync(1, "l", 2);
        await HoldsAsync("l/2");
        var next = LockAsync(2, "l", 3);
        await HoldsAsync("l/3");
        var candidate = CampaignAsync(2, "l", 4);
        await HoldsAsync("l/4");

        await _members[0].PostAsync("/v3/lease/revoke", """{"ID":"2"}""");
        await _members[0].PostAsync("/v3/lease/revoke", """{"ID":"4"}""");

        Assert.Equal("mutex: session is expired", (string?)(await loser).Body["error"]);
        Assert.Equal("election: not leader", (string?)(await candidate).Body["error"]);
        Assert.False(next.IsCompleted);
        // The end of the holder's lease is what a crashed holder leaves behind.
        await _members[1].PostAsync("/v3/lease/revoke", """{"ID":"1"}""");
        Assert.Equal("l/3", Text((await next).Body["key"]));
    }

    [Fact]
    public async Task Many_waiters_get_the_lock_one_by_one_in_the_order_they_came()
    {
        const int Count = 12;
        await GrantAsync([.. Enumerable.Range(1, Count)]);
        var turns = new List<Task<JsonReply>>();
        for (var lease = 1; lease <= Count; lease++)
        {
            turns.Add(LockAsync(lease % 3, "many", lease));
            await HoldsAsync($"many/{lease:x}");
        }

        for (var i = 0; i < Count; i++)
        {
            var key = (string)(await turns[i]).Body["key"]!;
            Assert.Equal($"many/{i + 1:x}", Text(key));
            Assert.All(turns[(i + 1)..], later => Assert.False(later.IsCompleted));
            await _members[i % 3].PostAsync("/v3/lock/unlock", $$"""{"key":"{{key}}"}""");
        }
    }

    [Fact]
    public async Task A_waiter_without_a_lease_leaves_neither_key_nor_lease()
    {
        await GrantAsync(1);
        await LockAsync(0, "own", 1);
        using var gone = new CancellationTokenSource();
        var waiting = _members[1].PostAsync("/v3/lock/lock", $$"""{"name":"{{Base64("own")}}"}""", gone.Token);
        await Eventually.Holds(async () => (await LeasesAsync()).Length == 2, "a lease is granted");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.Holds(async () => (await LeasesAsync()) is ["1"], "it is revoked");
        await HoldsAsync("own/1");
    }

    [Fact]
    public async Task A_waiter_on_a_member_that_stops_keeps_its_place_at_another()
    {
        await GrantAsync(1, 2, 3);
        await LockAsync(0, "stop", 1);
        var waiting = LockAsync(1, "stop", 2);
        await HoldsAsync("stop/2");
        var later = LockAsync(2, "stop", 3);
        await HoldsAsync("stop/3");
        _cluster!.Nodes[1].Process!.Terminate();
        var stopped = await waiting;
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, stopped.Status);
        Assert.Equal("etcdserver: server stopped", (string?)stopped.Body["error"]);

        var again = LockAsync(0, "stop", 2);
        await _members[0].PostAsync("/v3/lock/unlock", $$"""{"key":"{{Base64("stop/1")}}"}""");
        Assert.Equal("stop/2", Text((await again).Body["key"]));
        Assert.False(later.IsCompleted);
    }

    [Fact]
    public async Task Locks_of_the_service_and_of_etcdctl_exclude_each_other()
    {
        await GrantAsync(1);
        await LockAsync(0, "shared", 1);
        using var etcdctl = EtcdCtl.Open(_cluster!.Endpoints, "lock", "shared");
        try
        {
            await Eventually.Holds(async () => await CountAsync("shared/") == 2, "etcdctl queues");
            var printed = etcdctl.StandardOutput.ReadLineAsync();
            var third = LockAsync(2, "shared", 1);
            Assert.Equal("shared/1", Text((await third).Body["key"]));
            Assert.False(printed.IsCompleted);
            await _members[1].PostAsync("/v3/lock/unlock", $$"""{"key":"{{Base64("shared/1")}}"}""");
            var key = await printed;
            Assert.StartsWith("shared/", key, StringComparison.Ordinal);
            // And the other way round: etcdctl holds it now.
            var waiting = LockAsync(0, "shared", 1);
            await Eventually.Holds(async () => await CountAsync("shared/") == 2, "the service queues");
            Assert.False(waiting.IsCompleted);
            await _members[1].PostAsync("/v3/lock/unlock", $$"""{"key":"{{Base64(key!)}}"}""");
            Assert.Equal("shared/1", Text((await waiting).Body["key"]));
        }
        finally
        {
            etcdctl.Kill();
        }
    }

    [Fact]
    public async Task Candidates_of_the_service_and_of_etcdctl_follow_each_other()
    {
        await GrantAsync(1);
        var won = await CampaignAsync(0, "seat", 1);
        using var etcdctl = EtcdCtl.Open(_cluster!.Endpoints, "elect", "seat", "tool");
        try
        {
            await Eventually.Holds(async () => await CountAsync("seat/") == 2, "etcdctl campaigns");
            await _members[1].PostAsync("/v3/election/resign", $$"""{"leader":{{won.Body["leader"]!.ToJsonString()}}}""");
            Assert.StartsWith("seat/", await etcdctl.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
            Assert.Equal("tool", await etcdctl.StandardOutput.ReadLineAsync());
            var leader = await _members[2].PostAsync("/v3/election/leader", $$"""{"name":"{{Base64("seat")}}"}""");
            Assert.Equal("tool", Text(leader.Body["kv"]!["value"]));
        }
        finally
        {
            etcdctl.Kill();
        }
    }

    private async Task GrantAsync(params int[] leases)
    {
        foreach (var lease in leases)
        {
            await _members[0].PostAsync("/v3/lease/grant", $$"""{"ID":"{{lease}}","TTL":"600"}""");
        }
    }

    private Task<JsonReply> LockAsync(int member, string name, int lease) =>
        _members[member].PostAsync("/v3/lock/lock", $$"""{"name":"{{Base64(name)}}","lease":"{{lease}}"}""");

    private Task<JsonReply> CampaignAsync(int member, string name, int lease) =>
        _members[member].PostAsync("/v3/election/campaign", $$"""{"name":"{{Base64(name)}}","lease":"{{lease}}","value":"dg=="}""");

    private Task HoldsAsync(string key) => Eventually.Holds(
        async () => (await _members[0].PostAsync("/v3/kv/range", $$"""{"key":"{{Base64(key)}}"}""")).Body.ContainsKey("kvs"),
        $"{key} is there");

    private async Task<int> CountAsync(string prefix)
    {
        var end = Base64(prefix[..^1] + (char)(prefix[^1] + 1));
        var reply = await _members[0].PostAsync("/v3/kv/range", $$"""{"key":"{{Base64(prefix)}}","range_end":"{{end}}"}""");
        return reply.Body["kvs"]?.AsArray().Count ?? 0;
    }

    private async Task<string[]> LeasesAsync()
    {
        var reply = await _members[0].PostAsync("/v3/lease/leases", "{}");
        return [.. reply.Body["leases"]?.AsArray().Select(lease => (string)lease!["ID"]!) ?? []];
    }
}
