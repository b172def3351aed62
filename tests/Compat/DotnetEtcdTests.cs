// The dotnet-etcd package, as a .NET program would use it, against a real cluster.
using System.Threading.Channels;
using Compat.Harness;
using dotnet_etcd;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace Compat;

/// <summary>A foreign .NET client.</summary>
public sealed class DotnetEtcdTests
{
    [Fact]
    public async Task Put_get_delete_and_transactions_work_through_any_member()
    {
        using var cluster = await TestCluster.StartAsync(3);
        using var client = Connect(cluster.Endpoints);
        await client.PutAsync("a", "1");
        Assert.Equal("1", await client.GetValAsync("a"));
        var answer = await client.TransactionAsync(new TxnRequest
        {
            Compare =
            {
                new Compare
                {
                    Key = ByteString.CopyFromUtf8("a"),
                    Target = Compare.Types.CompareTarget.Version,
                    Result = Compare.Types.CompareResult.Equal,
                    Version = 1,
                },
            },
            Success = { Put("a", "2"), Put("b", "3") },
            Failure = { Put("a", "no") },
        });
        Assert.True(answer.Succeeded);
        var range = await client.GetRangeValAsync("");
        Assert.Equal(["a=2", "b=3"], range.Select(pair => $"{pair.Key}={pair.Value}").Order());
        await client.DeleteAsync("a");
        Assert.Equal("", await client.GetValAsync("a"));
    }

    [Fact]
    public async Task A_lease_takes_its_keys_along_and_a_watch_tells()
    {
        using var cluster = await TestCluster.StartAsync(1);
        using var client = Connect(cluster.Endpoints);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = Channel.CreateUnbounded<string>();
        var watching = client.WatchAsync(
            "leased/",
            (WatchResponse response) =>
            {
                foreach (var change in response.Events)
                {
                    seen.Writer.TryWrite($"{change.Type} {change.Kv.Key.ToStringUtf8()}");
                }
            },
            cancellationToken: stop.Token);
        var lease = await client.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 });
        // The watch may start after the put: it is written until it is seen.
        await Eventually.Holds(
            async () =>
            {
                await client.PutAsync(new PutRequest
                {
                    Key = ByteString.CopyFromUtf8("leased/"),
                    Lease = lease.ID,
                });
                return seen.Reader.TryRead(out var change) && change == "Put leased/";
            },
            "the put is seen");
        await client.LeaseRevokeAsync(new LeaseRevokeRequest { ID = lease.ID });
        var last = "";
        while (last != "Delete leased/")
        {
            last = await seen.Reader.ReadAsync(stop.Token);
        }

        Assert.Equal("", await client.GetValAsync("leased/"));
        await stop.CancelAsync();
        await Record.ExceptionAsync(() => watching);
    }

    [Fact]
    public async Task Errors_carry_etcds_codes_and_texts()
    {
        using var cluster = await TestCluster.StartAsync(1);
        using var client = Connect(cluster.Endpoints);
        var error = await Assert.ThrowsAsync<RpcException>(
            () => client.LeaseRevokeAsync(new LeaseRevokeRequest { ID = 404 }));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal("etcdserver: requested lease not found", error.Status.Detail);
    }

    [Fact]
    public async Task A_lease_kept_alive_outlives_its_time_to_live()
    {
        using var cluster = await TestCluster.StartAsync(1);
        using var client = Connect(cluster.Endpoints);
        var lease = await client.LeaseGrantAsync(new LeaseGrantRequest { TTL = 2 });
        await client.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("kept"), Lease = lease.ID });
        using var stop = new CancellationTokenSource();
        var keeping = client.LeaseKeepAlive(lease.ID, stop.Token);
        // Another lease, granted at the same time and not kept, tells when the time is over.
        var other = await client.LeaseGrantAsync(new LeaseGrantRequest { TTL = 2 });
        await Eventually.Holds(
            async () => (await client.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = other.ID })).TTL == -1,
            "the lease that is not kept ends");
        Assert.Equal(1, (await client.GetAsync("kept")).Count);
        await stop.CancelAsync();
        await Record.ExceptionAsync(() => keeping);
        await Eventually.Holds(async () => (await client.GetAsync("kept")).Count == 0, "then it ends, too");
    }

    [Fact]
    public async Task Locks_are_held_by_one_client_at_a_time()
    {
        using var cluster = await TestCluster.StartAsync(3);
        using var first = Connect(cluster.Endpoints);
        using var second = Connect(cluster.Nodes[2].ClientUrl);
        var held = await first.LockAsync("lock");
        var waiting = second.LockAsync("lock");
        await Eventually.Holds(
            async () => (await first.GetRangeAsync("lock/")).Count == 2, "the second client waits");
        Assert.False(waiting.IsCompleted);
        await first.UnlockAsync(held.Key.ToStringUtf8());
        var next = await waiting;
        Assert.NotEqual(held.Key, next.Key);
        // The package tells a deadline in one of two ways, depending on where it meets it.
        var late = await Assert.ThrowsAnyAsync<Exception>(
            () => first.LockAsync("lock", deadline: DateTime.UtcNow.AddMilliseconds(300)));
        Assert.True(late is OperationCanceledException or RpcException { StatusCode: StatusCode.DeadlineExceeded });
        await Eventually.Holds(
            async () => (await first.GetRangeAsync("lock/")).Count == 1, "who gave up left the queue");
        await second.UnlockAsync(next.Key.ToStringUtf8());
        await first.LockAsync("lock");
    }

    [Fact]
    public async Task An_election_is_won_observed_and_passed_on()
    {
        using var cluster = await TestCluster.StartAsync(3);
        using var first = Connect(cluster.Endpoints);
        using var second = Connect(cluster.Nodes[1].ClientUrl);
        var none = await Assert.ThrowsAsync<RpcException>(() => first.LeaderAsync("seat"));
        Assert.Equal((StatusCode.Unknown, "election: no leader"), (none.StatusCode, none.Status.Detail));
        var won = await first.CampaignAsync("seat", "a");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var observed = second.ObserveAsync("seat", cancellationToken: stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.Equal("a", await NextAsync(observed));
        await first.ProclaimAsync(won.Leader, "b");
        Assert.Equal("b", await NextAsync(observed));
        var campaign = second.CampaignAsync("seat", "c");
        await Eventually.Holds(
            async () => (await first.GetRangeAsync("seat/")).Count == 2, "the second client campaigns");
        await first.ResignAsync(won.Leader);
        await campaign;
        Assert.Equal("c", await NextAsync(observed));
        Assert.Equal("c", (await first.LeaderAsync("seat")).Kv.Value.ToStringUtf8());
        var lost = await Assert.ThrowsAsync<RpcException>(() => first.ProclaimAsync(won.Leader, "d"));
        Assert.Equal("election: not leader", lost.Status.Detail);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<V3Electionpb.LeaderResponse> observed)
    {
        Assert.True(await observed.MoveNextAsync());
        return observed.Current.Kv.Value.ToStringUtf8();
    }

    private static EtcdClient Connect(string endpoints) =>
        new(endpoints, configureChannelOptions: options => options.Credentials = ChannelCredentials.Insecure);

    private static RequestOp Put(string key, string value) => new()
    {
        RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) },
    };
}
